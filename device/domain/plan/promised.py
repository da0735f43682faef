"""What is promised: to customers who ordered, and by people who took a plan on."""

from dataclasses import dataclass
from datetime import date

from device.domain.orders import OrderBook
from device.domain.plan.making_book import MakingBook
from device.domain.sale import goods_on
from shared.ids import Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOn:
    """What somebody took on of a product and has not come yet; `is_overdue` says that it counts as coming no longer."""

    sku: Sku
    quantity_milli: int
    until: date
    is_overdue: bool


def ordered_by_sku(orders: OrderBook, by: date) -> dict[Sku, int]:
    """Return what customers ordered for a day up to `by`, or earlier, and did not collect, in thousandths by product."""
    return goods_on(line for one in orders.due_by(by) for line in one.order.lines)


def taken_on(book: MakingBook, today: date) -> tuple[TakenOn, ...]:
    """Return what was taken on and has not come, the longest awaited first."""
    found = [
        TakenOn(sku=sku, quantity_milli=one.open_milli, until=one.until, is_overdue=one.until < today)
        for sku, promises in book.promises.items().items()
        for one in promises
    ]
    return tuple(sorted(found, key=lambda one: (one.until, one.sku)))
