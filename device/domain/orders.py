"""Open orders as far as the ledger has them: what was ordered, what was paid for it already, and when it is due."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from device.domain.growing import GrowingMap
from shared.events.order import OrderCancelled, OrderPlaced, OrderReady
from shared.events.sale import DEPOSIT_SKU, LineKind, SaleRecorded, SaleRefunded

ORDERS_MAX: Final = 2_000
DONE_KEPT: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """An order that was not collected yet.

    `deposits_minor` are its deposit lines by rate, net where `vat_added`; `paid_minor` is what the customer paid for them.
    """

    order: OrderPlaced
    seq: int
    placed_at: datetime
    deposits_minor: Mapping[int, int] = field(default_factory=dict)
    paid_minor: int = 0
    vat_added: bool = False
    deposit_sales: tuple[str, ...] = ()
    is_ready: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBook:
    """`open` are the orders by id, the oldest first; `last_number` is the newest one's.

    `done` are the ids of the last DONE_KEPT that were collected or cancelled, so that a request that comes late opens none anew.
    `spent` are the sales of deposits that a balance took off, with the order's number: they do not come back any more.
    """

    open: Mapping[str, OpenOrder] = field(default_factory=dict)
    last_number: int = 0
    done: tuple[str, ...] = ()
    spent: GrowingMap[str, int] = field(default_factory=GrowingMap)

    def due_by(self, day: date) -> tuple[OpenOrder, ...]:
        """Return those due on a day or before, the most urgent first."""
        return tuple(one for one in self.by_due_date() if one.order.due <= day)

    def by_due_date(self) -> tuple[OpenOrder, ...]:
        """Return all open orders, the most urgent first."""
        return tuple(sorted(self.open.values(), key=lambda one: (one.order.due, one.order.number)))


def with_order(book: OrderBook, order: OrderPlaced, *, seq: int, at: datetime) -> OrderBook:
    """Return the book with an order, new or in the place of its earlier form; what was paid for it stays, and it is made anew."""
    had = book.open.get(order.order_id)
    now = (
        OpenOrder(order=order, seq=seq, placed_at=at)
        if had is None
        else replace(had, order=order, seq=seq, is_ready=False)
    )
    numbered = max(book.last_number, order.number)
    return replace(book, open={**book.open, order.order_id: now}, last_number=numbered)


def with_ready(book: OrderBook, ready: OrderReady) -> OrderBook:
    """Return the book after somebody said that an order is ready, or that it is not after all."""
    had = book.open.get(ready.order_id)
    if had is None:
        return book
    return replace(book, open={**book.open, ready.order_id: replace(had, is_ready=ready.is_ready)})


def with_cancelled(book: OrderBook, cancelled: OrderCancelled) -> OrderBook:
    """Return the book without an order."""
    return _without(book, cancelled.order_id)


def with_paid(book: OrderBook, sale: SaleRecorded) -> OrderBook:
    """Return the book after a sale: a deposit is noted at its order, the balance ends it."""
    had = book.open.get(sale.order_id) if sale.order_id else None
    if had is None:
        return book
    deposits = [line for line in sale.lines if line.kind is LineKind.DEPOSIT]
    if not deposits:
        spent = book.spent.with_items(dict.fromkeys(had.deposit_sales, had.order.number))
        return replace(_without(book, sale.order_id), spent=spent)
    by_rate = dict(had.deposits_minor)
    for line in deposits:
        by_rate[line.vat_rate_bp] = by_rate.get(line.vat_rate_bp, 0) + line.total_minor
    paid = replace(
        had,
        deposits_minor=by_rate,
        paid_minor=had.paid_minor + sale.total_minor,
        vat_added=sale.vat_added,
        deposit_sales=(*had.deposit_sales, sale.sale_id),
    )
    return replace(book, open={**book.open, sale.order_id: paid})


def with_refunded(book: OrderBook, refund: SaleRefunded) -> OrderBook:
    """Return the book after a refund: a deposit that was given back is no longer taken off the balance."""
    sale_id = refund.original.sale_id
    had = next((one for one in book.open.values() if sale_id and sale_id in one.deposit_sales), None)
    if had is None:
        return book
    by_rate = dict(had.deposits_minor)
    for line in refund.lines:
        if line.sku == DEPOSIT_SKU:
            by_rate[line.vat_rate_bp] = by_rate.get(line.vat_rate_bp, 0) - line.total_minor
    left = replace(had, deposits_minor=by_rate, paid_minor=had.paid_minor - refund.total_minor)
    return replace(book, open={**book.open, had.order.order_id: left})


def _without(book: OrderBook, order_id: str) -> OrderBook:
    left = {known: one for known, one in book.open.items() if known != order_id}
    return replace(book, open=left, done=(*book.done, order_id)[-DONE_KEPT:])
