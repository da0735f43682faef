"""Move stock other than by a sale, take such a movement back, and tell what was moved lately."""

from dataclasses import dataclass, replace

from device.domain.pricing.cart import UnknownProduct
from device.domain.stock import BadStockChange, move_stock
from device.domain.stock_diary import SheetMark
from device.domain.stock_sheet import SheetRefusal, StockSheet, book_sheet, transfer_number
from device.domain.stock_undo import UndoRefusal, find_undo_fault, undo_sheet
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.world import Randomness
from device.services.assortment import CurrentAssortment
from shared.entry import Entry, parse_entry
from shared.events.event import read_event
from shared.events.stock import StockMoved, StockReason, WasteReason
from shared.ids import Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A sheet that is in the ledger: how many products it moved, and the number of goods that were sent."""

    sheet_id: str
    moved: int
    transfer: str = ""


class Stock:
    """The service behind `/api/stock`."""

    def __init__(
        self, *, ledger: Ledger, assortment: CurrentAssortment, randomness: Randomness, hub: str = ""
    ) -> None:
        self._ledger = ledger
        self._assortment = assortment
        self._randomness = randomness
        self._hub = hub

    async def move(
        self, sku: Sku, change_milli: int, reason: StockReason, *, cashier: str, waste: WasteReason | None = None,
        sheet_id: str = "",
    ) -> Booked | UnknownProduct | BadStockChange:  # fmt: skip
        """Record a movement of one product, durable before this answers; the same id again is answered as it was."""
        sheet_id = sheet_id or self._randomness.new_id()

        def decide(state: TillState) -> tuple[StockMoved, ...] | UnknownProduct | BadStockChange:
            if state.stock_diary.sheets.find(sheet_id) is not None:
                return ()
            catalogue = self._assortment.of(state).catalogue
            moved = move_stock(catalogue, sku=sku, change_milli=change_milli, reason=reason)
            if not isinstance(moved, StockMoved):
                return moved
            why = waste if reason is StockReason.WASTED else None
            return (replace(moved, cashier=cashier, sheet_id=sheet_id, waste=why),)

        answer: tuple[Entry, ...] | UnknownProduct | BadStockChange = await self._ledger.append(decide)
        return Booked(sheet_id=sheet_id, moved=1) if isinstance(answer, tuple) else answer

    async def book(self, sheet: StockSheet) -> Booked | SheetRefusal:
        """Record a sheet, all of it or nothing, durable before this answers.

        A sheet that is booked already is not booked again: the page may not have heard the answer.
        """

        def decide(state: TillState) -> tuple[StockMoved, ...] | int | SheetRefusal:
            known = state.stock_diary.sheets.find(sheet.sheet_id)
            if known is not None:
                return known.moved
            return book_sheet(self._assortment.of(state).catalogue, sheet)

        answer: tuple[Entry, ...] | int | SheetRefusal = await self._ledger.append(decide)
        if not isinstance(answer, tuple | int):
            return answer
        transfer = transfer_number(sheet.sheet_id) if sheet.reason is StockReason.SENT else ""
        moved = answer if isinstance(answer, int) else len(answer)
        return Booked(sheet_id=sheet.sheet_id, moved=moved, transfer=transfer)

    async def undo(self, sheet_id: str, *, cashier: str) -> int | UndoRefusal:
        """Take a sheet back by counter-entries, durable before this answers how many products it was."""
        moves = self.moves_of(sheet_id)
        if not isinstance(moves, tuple):
            return moves

        def decide(state: TillState) -> tuple[StockMoved, ...] | UndoRefusal:
            return undo_sheet(state.stock_diary, sheet_id, moves, cashier=cashier)

        answer: tuple[Entry, ...] | UndoRefusal = await self._ledger.append(decide)
        return len(answer) if isinstance(answer, tuple) else answer

    def diary(self, limit: int) -> tuple[SheetMark, ...]:
        """Return the newest sheets, newest first."""
        return self._ledger.state.stock_diary.newest_first()[:limit]

    def places(self) -> tuple[str, ...]:
        """Return the hub, and where goods went or came from lately, each once, the newest first."""
        marks = self._ledger.state.stock_diary.newest_first()
        return tuple(dict.fromkeys(place for place in (self._hub, *(mark.place for mark in marks)) if place))

    def moves_of(self, sheet_id: str) -> tuple[StockMoved, ...] | UndoRefusal:
        """Return the movements of a sheet that may be taken back; reads the disk."""
        mark = find_undo_fault(self._ledger.state.stock_diary, sheet_id)
        if not isinstance(mark, SheetMark):
            return mark
        lines = self._ledger.read_lines(mark.first_seq, mark.last_seq)
        events = (read_event(parse_entry(line)) for line in lines)
        return tuple(event for event in events if isinstance(event, StockMoved))
