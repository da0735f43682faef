"""Move stock other than by a sale."""

from device.domain.pricing.cart import UnknownProduct
from device.domain.stock import BadStockChange, move_stock
from device.domain.stock_take import SheetRefusal, StockRow, book_take, receive_all
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.services.assortment import CurrentAssortment
from shared.entry import Entry
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku

SHEETS_KNOWN = 64


class Stock:
    """The service behind `POST /api/stock`."""

    def __init__(self, *, ledger: Ledger, assortment: CurrentAssortment) -> None:
        self._ledger = ledger
        self._assortment = assortment
        self._booked: dict[str, int] = {}

    async def move(
        self, sku: Sku, change_milli: int, reason: StockReason
    ) -> StockMoved | UnknownProduct | BadStockChange:
        """Record a movement, durable before this answers."""
        catalogue = self._assortment.now().catalogue
        moved = move_stock(catalogue, sku=sku, change_milli=change_milli, reason=reason)
        if isinstance(moved, StockMoved):
            event = moved
            await self._ledger.append(lambda _: (event,))
        return moved

    async def book(self, sheet_id: str, rows: tuple[StockRow, ...], *, counted: bool) -> int | SheetRefusal:
        """Record a delivery or a stock-take, all of it or nothing; answer how many products moved.

        A sheet that was booked since the till started is not booked again: the page may not have heard the answer.
        """

        def decide(state: TillState) -> tuple[StockMoved, ...] | SheetRefusal:
            if sheet_id in self._booked:
                return ()
            catalogue = self._assortment.of(state).catalogue
            moved = book_take(catalogue, rows) if counted else receive_all(catalogue, rows)
            if isinstance(moved, tuple):
                self._remember(sheet_id, len(moved))
            return moved

        try:
            answer: tuple[Entry, ...] | SheetRefusal = await self._ledger.append(decide)
        except BaseException:
            self._booked.pop(sheet_id, None)  # not on the disk: the same sheet may be sent again
            raise
        return self._booked[sheet_id] if isinstance(answer, tuple) else answer

    def _remember(self, sheet_id: str, moved: int) -> None:
        self._booked[sheet_id] = moved
        for oldest in list(self._booked)[:-SHEETS_KNOWN]:
            del self._booked[oldest]
