"""Move stock other than by a sale."""

from device.domain.pricing.cart import UnknownProduct
from device.domain.stock import BadStockChange, move_stock
from device.ports.ledger import Ledger
from device.services.assortment import CurrentAssortment
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku


class Stock:
    """The service behind `POST /api/stock`."""

    def __init__(self, *, ledger: Ledger, assortment: CurrentAssortment) -> None:
        self._ledger = ledger
        self._assortment = assortment

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
