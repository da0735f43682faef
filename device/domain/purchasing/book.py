"""The book of buying in: suppliers, their prices now and before, orders that are open, how long deliveries took."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeAlias

from device.domain.growing import GrowingMap, RecentMap
from device.domain.purchasing.sending import Sending, SendState, with_sent, with_started
from shared.entry import Entry
from shared.events.purchase import (
    GoodsReceived,
    PriceListImported,
    PriceRow,
    PurchaseOrderCancelled,
    PurchaseOrderClosed,
    PurchaseOrderPaid,
    PurchaseOrderPlaced,
    PurchaseOrderSendingStarted,
    PurchaseOrderSent,
    SupplierChanged,
)

PurchaseEvent: TypeAlias = (
    SupplierChanged | PriceListImported | PurchaseOrderPlaced | PurchaseOrderSendingStarted | PurchaseOrderSent
    | GoodsReceived | PurchaseOrderPaid | PurchaseOrderClosed | PurchaseOrderCancelled
)  # fmt: skip

OPEN_MAX: Final = 200
"""Orders that may be open at once; more are refused."""
ENDED_KEPT: Final = 200
PRICES_KEPT: Final = 8
"""Prices of one supplier for one item that are remembered."""
LEADS_KEPT: Final = 30


class OrderState(StrEnum):
    """Where an order stands."""

    OPEN = "open"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A supplier's price from a day on."""

    row: PriceRow
    valid_from: date
    list_id: str
    imported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrder:
    """An order as it stands; `received_milli` has a figure for each line. `seq` is the entry that placed it."""

    placed: PurchaseOrderPlaced
    placed_at: datetime
    seq: int
    received_milli: tuple[int, ...]
    state: OrderState = OrderState.OPEN
    sending: Sending = field(default_factory=Sending)
    paid: bool = False
    first_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether more may come."""
        return self.state is OrderState.OPEN

    def missing_milli(self, place: int) -> int:
        """Return how much of a line has not come yet, in thousandths."""
        return max(0, self.placed.lines[place].quantity_milli - self.received_milli[place])

    @property
    def comes_too_late(self) -> bool:
        """Whether something that is missing is needed before the order is expected."""
        return self.is_open and any(
            line.needed_by is not None and line.needed_by < self.placed.expected and self.missing_milli(place)
            for place, line in enumerate(self.placed.lines)
        )

    def wants_somebody(self, today: date) -> bool:
        """Whether somebody has to look: it is late, or its sending waits for a word."""
        stuck = self.sending.state in {SendState.UNCLEAR, SendState.GIVEN_UP}
        return self.is_open and (stuck or self.is_late(today))

    def is_late(self, today: date) -> bool:
        """Whether it should have come before today."""
        return self.is_open and self.placed.expected < today


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasingBook:
    """`prices` of a supplier's item stand oldest first; `orders` holds all open ones and those that ended lately.

    `lead_days` are the days that each supplier's last deliveries took, `receipts` the deliveries that were booked. `number`
    is the last order's.
    """

    suppliers: Mapping[str, SupplierChanged] = field(default_factory=dict)
    prices: GrowingMap[str, tuple[Price, ...]] = field(default_factory=GrowingMap)
    orders: Mapping[str, PurchaseOrder] = field(default_factory=dict)
    lead_days: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    receipts: RecentMap[str, int] = field(default_factory=RecentMap)
    number: int = 0
    changed_seq: int = 0
    _coming: Mapping[tuple[str, bool], int] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        # asked for each of thousands of products whenever somebody plans
        object.__setattr__(self, "_coming", _coming(self.orders.values(), since_seq=0))

    @property
    def open_orders(self) -> tuple[PurchaseOrder, ...]:
        """The open orders, what is expected first at the front."""
        return tuple(
            sorted((one for one in self.orders.values() if one.is_open), key=lambda one: one.placed.expected)
        )

    def on_order_milli(self, item: str, *, is_material: bool, since_seq: int = 0) -> int:
        """Return how much is ordered and has not come, in thousandths; with `since_seq` of orders placed after that entry."""
        coming = _coming(self.orders.values(), since_seq=since_seq) if since_seq else self._coming
        return coming.get((item, is_material), 0)

    @property
    def bound_minor(self) -> int:
        """The cash that open orders bind which are not paid yet."""
        return sum(one.placed.total_minor for one in self.orders.values() if one.is_open and not one.paid)

    def price(self, supplier_id: str, item: str, *, is_material: bool, on: date) -> Price | None:
        """Return a supplier's price on a day: the newest list's of those that are valid then."""
        known = self.prices.get(price_key(supplier_id, item, is_material=is_material), ())
        return max(
            (one for one in known if one.valid_from <= on), key=lambda one: one.valid_from, default=None
        )

    def history(self, supplier_id: str) -> tuple[tuple[Price, ...], ...]:
        """Return the prices of each of a supplier's items, by name; of each the newest first."""
        start = f"{supplier_id}\n"
        known = [prices for key, prices in self.prices.items().items() if key.startswith(start)]
        newest_first = [tuple(reversed(prices)) for prices in known]
        return tuple(sorted(newest_first, key=lambda prices: prices[0].row.name.casefold()))


def _coming(orders: Iterable[PurchaseOrder], *, since_seq: int) -> Mapping[tuple[str, bool], int]:
    """What is ordered and has not come of each item, in thousandths."""
    found: dict[tuple[str, bool], int] = {}
    for order in orders:
        if order.is_open and order.seq > since_seq:
            for place, line in enumerate(order.placed.lines):
                key = (line.item, line.is_material)
                found[key] = found.get(key, 0) + order.missing_milli(place)
    return found


def price_key(supplier_id: str, item: str, *, is_material: bool) -> str:
    """Return where the prices of a supplier's item stand."""
    return f"{supplier_id}\n{'material' if is_material else 'product'}\n{item}"


def with_event(book: PurchasingBook, entry: Entry, event: PurchaseEvent) -> PurchasingBook:
    """Return the book after one more event, which stands in `entry`."""
    match event:
        case SupplierChanged():
            changed = replace(book, suppliers={**book.suppliers, event.supplier_id: event})
        case PriceListImported():
            changed = replace(book, prices=book.prices.with_items(_priced(book, event, entry.at)))
        case PurchaseOrderPlaced():
            changed = _with_placed(book, entry, event)
        case _:
            order = book.orders.get(event.order_id)
            changed = book if order is None else _with_order_event(book, order, entry, event)
    return replace(changed, changed_seq=entry.seq)


def _priced(book: PurchasingBook, imported: PriceListImported, at: datetime) -> dict[str, tuple[Price, ...]]:
    found: dict[str, tuple[Price, ...]] = {}
    for row in imported.rows:
        key = price_key(imported.supplier_id, row.item, is_material=row.is_material)
        new = Price(row=row, valid_from=imported.valid_from, list_id=imported.list_id, imported_at=at)
        # of two lists that begin on one day the later one counts
        before = [one for one in found.get(key, book.prices.get(key, ())) if one.valid_from != new.valid_from]
        found[key] = tuple(sorted((*before, new), key=lambda one: one.valid_from))[-PRICES_KEPT:]
    return found


def _with_placed(book: PurchasingBook, entry: Entry, placed: PurchaseOrderPlaced) -> PurchasingBook:
    order = PurchaseOrder(
        placed=placed, placed_at=entry.at, seq=entry.seq, received_milli=(0,) * len(placed.lines)
    )
    return replace(book, orders=_bounded({**book.orders, placed.order_id: order}), number=book.number + 1)


def _with_order_event(
    book: PurchasingBook, order: PurchaseOrder, entry: Entry, event: PurchaseOrderSendingStarted | PurchaseOrderSent
    | GoodsReceived | PurchaseOrderPaid | PurchaseOrderClosed | PurchaseOrderCancelled,
) -> PurchasingBook:  # fmt: skip
    match event:
        case PurchaseOrderSendingStarted():
            order = replace(order, sending=with_started(order.sending, event, entry.at))
        case PurchaseOrderSent():
            order = replace(order, sending=with_sent(order.sending, event, entry.at))
        case PurchaseOrderPaid():
            order = replace(order, paid=True)
        case PurchaseOrderClosed():
            order = replace(order, state=OrderState.CLOSED, ended_at=entry.at)
        case PurchaseOrderCancelled():
            order = replace(order, state=OrderState.CANCELLED, ended_at=entry.at)
        case GoodsReceived():
            book = _with_lead(book, order, entry, event)
            order = _with_goods(order, entry, event)
    return replace(book, orders=_bounded({**book.orders, order.placed.order_id: order}))


def _with_goods(order: PurchaseOrder, entry: Entry, goods: GoodsReceived) -> PurchaseOrder:
    received = list(order.received_milli)
    for line in goods.lines:
        if 0 <= line.place < len(received):
            received[line.place] += line.quantity_milli
    order = replace(order, received_milli=tuple(received), first_at=order.first_at or entry.at)
    if order.is_open and not any(order.missing_milli(place) for place in range(len(received))):
        return replace(order, state=OrderState.RECEIVED, ended_at=entry.at)
    return order


def _with_lead(
    book: PurchasingBook, order: PurchaseOrder, entry: Entry, goods: GoodsReceived
) -> PurchasingBook:
    """The first delivery of an order tells how long the supplier took; a clock that was set back tells nothing."""
    days = (entry.at.date() - order.placed_at.date()).days
    receipts = book.receipts.with_item(goods.receipt_id, entry.seq)
    if order.first_at is not None or days < 0:
        return replace(book, receipts=receipts)
    supplier = order.placed.supplier_id
    known = (*book.lead_days.get(supplier, ()), days)[-LEADS_KEPT:]
    return replace(book, receipts=receipts, lead_days={**book.lead_days, supplier: known})


def _bounded(orders: Mapping[str, PurchaseOrder]) -> Mapping[str, PurchaseOrder]:
    """All open orders, and the newest of those that ended."""
    ended = sorted(
        (one for one in orders.values() if not one.is_open), key=lambda one: one.ended_at or one.placed_at
    )
    gone = {one.placed.order_id for one in ended[:-ENDED_KEPT]}
    return {key: one for key, one in orders.items() if key not in gone}
