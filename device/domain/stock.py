"""Stock that comes, goes bad, or is counted. Sales move stock by themselves and need no entry here."""

from collections.abc import Iterable
from dataclasses import dataclass

from device.domain.catalogue import Catalogue
from device.domain.catalogue_csv import ImportedProduct
from device.domain.pricing.cart import UnknownProduct
from device.domain.till_state import TillState
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku

CHANGE_MILLI_MAX = 1_000_000_000
BEFORE = "-before"
_ADDS = frozenset({StockReason.RECEIVED, StockReason.ARRIVED})
_TAKES = frozenset({StockReason.WASTED, StockReason.SENT})


@dataclass(frozen=True, slots=True)
class BadStockChange:
    """The change is nothing, too much, or goes the wrong way for its reason."""

    change_milli: int
    reason: StockReason


def kept_milli(state: TillState, sku: Sku) -> int | None:
    """Return how much there is of a product; None while nobody ever booked any in, for then its figure says nothing."""
    return state.stock_milli.get(sku, 0) if sku in state.stocked else None


def move_stock(
    catalogue: Catalogue, *, sku: Sku, change_milli: int, reason: StockReason
) -> StockMoved | UnknownProduct | BadStockChange:
    """Decide about a movement: what came adds, what went or was wasted takes away, a count may do either or confirm."""
    product = catalogue.find(sku)
    if product is None:
        return UnknownProduct(sku)
    wrong_way = (reason in _ADDS and change_milli < 0) or (reason in _TAKES and change_milli > 0)
    is_nothing = change_milli == 0 and reason is not StockReason.COUNTED
    if is_nothing or abs(change_milli) > CHANGE_MILLI_MAX or wrong_way:
        return BadStockChange(change_milli, reason)
    return StockMoved(sku=sku, name=product.name, change_milli=change_milli, reason=reason)


def with_counts_before(state: TillState, moves: tuple[StockMoved, ...]) -> tuple[StockMoved, ...]:
    """Return movements after counts of what came in unbooked: where the book says less than none even with what comes now.

    Goods that were sold had been there. As long as what comes could be what was sold already, nothing is counted: it may be
    booked late. Goods between stalls are booked as they were sent. Each count is a sheet of its own.
    """
    counts = []
    for one in moves:
        there = state.stock_milli.get(one.sku, 0)
        if one.reason is StockReason.RECEIVED and there + one.change_milli < 0:
            counts.append(StockMoved(
                sku=one.sku, name=one.name, change_milli=-there, reason=StockReason.COUNTED, cashier=one.cashier,
                sheet_id=f"{one.sheet_id}{BEFORE}",
            ))  # fmt: skip
    return (*counts, *moves)


def count_as_none(
    state: TillState, products: Iterable[tuple[Sku, str]], *, cashier: str, sheet_id: str
) -> tuple[StockMoved, ...]:
    """Return counts of those products, told with their names, of which the book says less than none.

    When somebody decides to make or order by what is there, there is none: what was sold beyond it had been there, unbooked. So
    what comes later is there, all of it, and is not wanted twice. Products whose stock nobody keeps are left alone.
    """
    return tuple(
        StockMoved(sku=sku, name=name, change_milli=-state.stock_milli.get(sku, 0), reason=StockReason.COUNTED,
                   cashier=cashier, sheet_id=sheet_id)
        for sku, name in products
        if sku in state.stocked and state.stock_milli.get(sku, 0) < 0
    )  # fmt: skip


def count_imported(
    state: TillState, imported: Iterable[ImportedProduct], *, cashier: str, sheet_id: str
) -> tuple[StockMoved, ...]:
    """Return the movements that bring the stock to what a catalogue file counts: a sheet of its own in the diary."""
    counted = (
        (item.product, item.stock_milli - state.stock_milli.get(item.product.sku, 0))
        for item in imported
        if item.stock_milli is not None
    )
    return tuple(
        StockMoved(
            sku=product.sku,
            name=product.name,
            change_milli=change,
            reason=StockReason.COUNTED,
            cashier=cashier,
            sheet_id=sheet_id,
        )
        for product, change in counted
        if change != 0
    )
