"""Several movements of stock at once: a delivery, or a stock-take whose differences were looked at before they are booked.

A count is compared with what was there when it was counted, as the till said in that moment. What is booked is the
difference, so that sales before and after the count, and while the sheet lay there, all keep their effect: only the order of
entries decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from device.domain.catalogue import Catalogue
from device.domain.pricing.cart import UnknownProduct
from device.domain.product_rules import BadProduct
from device.domain.stock import BadStockChange, move_stock
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku

ROWS_MAX = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRow:
    """One product of a delivery (`quantity_milli` came in) or of a count sheet (so much was counted where `have_milli` was)."""

    sku: Sku
    quantity_milli: int
    have_milli: int = 0


SheetRefusal: TypeAlias = UnknownProduct | BadStockChange | BadProduct


def receive_all(catalogue: Catalogue, rows: Sequence[StockRow]) -> tuple[StockMoved, ...] | SheetRefusal:
    """Return the movements of a delivery, or why one row cannot be; then nothing is booked."""
    return _move_all(catalogue, [(row.sku, row.quantity_milli) for row in rows], StockReason.RECEIVED)


def book_take(catalogue: Catalogue, rows: Sequence[StockRow]) -> tuple[StockMoved, ...] | SheetRefusal:
    """Return the movements of a stock-take: none for what was counted as it should be."""
    for row in rows:
        if row.quantity_milli < 0:
            return BadStockChange(row.quantity_milli, StockReason.COUNTED)
    changes = [(row.sku, row.quantity_milli - row.have_milli) for row in rows]
    moved = _move_all(catalogue, changes, StockReason.COUNTED)
    return tuple(one for one in moved if one.change_milli) if isinstance(moved, tuple) else moved


def _move_all(
    catalogue: Catalogue, changes: Sequence[tuple[Sku, int]], reason: StockReason
) -> tuple[StockMoved, ...] | SheetRefusal:
    moved: dict[Sku, StockMoved] = {}
    for sku, change_milli in changes:
        if sku in moved:
            return BadProduct("sku", f"the sheet names “{sku}” twice")
        one = move_stock(catalogue, sku=sku, change_milli=change_milli, reason=reason)
        if not isinstance(one, StockMoved):
            return one
        moved[sku] = one
    return tuple(moved.values())
