"""What the ledger adds up to: the till's state, folded from its entries one by one.

The state is never changed in place; each entry gives the next one at a cost of about what the entry changes, so that
readers only ever see states whose entries are on the disk. It holds what decisions and the first screen need;
receipts are read from the ledger itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar, assert_never

from device.domain.growing import GrowingLog, GrowingMap, RecentMap
from device.domain.own_changes import OwnChanges, with_entry
from shared.entry import EMPTY_HEAD, Entry, Head
from shared.events import (
    CashSessionClosed,
    CashSessionOpened,
    CompartmentReserved,
    DoorAnswered,
    DoorCommanded,
    LedgerOpened,
    ParcelCollected,
    ParcelDeposited,
    ParcelExpired,
    ParcelWaiting,
    PaymentMethod,
    PickupCodeMissed,
    PickupCodeRenewed,
    PickupNumbersLeased,
    ProductsChanged,
    SaleRecorded,
    StockMoved,
    UnreadableEvent,
    read_event,
)
from shared.history import LOOK_BACK_DAYS
from shared.ids import SaleId, Sku
from shared.vat import VatLine

K = TypeVar("K")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleMark:
    """One sale of the cash session, as lists show it; `seq` finds its receipt in the ledger."""

    sale_id: SaleId
    seq: int
    receipt_number: int
    at: datetime
    total_minor: int
    quantity_milli: int
    has_pickup: bool
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CashSession:
    """A business day as far as it has got; `business_date` is its label, not its border."""

    session_id: str
    business_date: date
    cashier: str
    opened_at: datetime
    float_minor: int
    is_open: bool = True
    sales: GrowingLog[SaleMark] = field(default_factory=GrowingLog)
    total_minor: int = 0
    cash_minor: int = 0
    vat: tuple[VatLine, ...] = ()
    sold_milli: GrowingMap[Sku, int] = field(default_factory=GrowingMap)
    sold_minor: GrowingMap[Sku, int] = field(default_factory=GrowingMap)
    by_hour_minor: GrowingMap[int, int] = field(default_factory=GrowingMap)
    paid_minor: GrowingMap[PaymentMethod, int] = field(default_factory=GrowingMap)

    @property
    def drawer_minor(self) -> int:
        """What should lie in the cash drawer: the float and the cash taken."""
        return self.float_minor + self.cash_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class SellingDay:
    """What was sold on one business date; `sold_out` names what there was none of all day, as far as is known."""

    business_date: date
    sold_milli: GrowingMap[Sku, int] = field(default_factory=GrowingMap)
    sold_out: frozenset[Sku] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TillState:
    """The fold of a till's ledger.

    `sales` and `total_minor` count the whole ledger; `session` is the newest cash session, open or closed.
    `sale_seqs` knows the newest sales only, at least those whose write is under way: older ones are found in the ledger's
    index. `numbers_used_at` says in which entry a pick-up number was last given away. `sold_milli` counts every product over
    the whole ledger. `own_changes` are this till's changes of products, the last in entry `products_changed_seq`. `days`
    holds the last LOOK_BACK_DAYS selling days. `unreadable` counts entries of a newer version.
    """

    head: Head = EMPTY_HEAD
    currency: str = ""
    last_receipt_number: int = 0
    sales: int = 0
    total_minor: int = 0
    session: CashSession | None = None
    sale_seqs: RecentMap[SaleId, int] = field(default_factory=RecentMap)
    stock_milli: GrowingMap[Sku, int] = field(default_factory=GrowingMap)
    sold_milli: GrowingMap[Sku, int] = field(default_factory=GrowingMap)
    numbers_used_at: GrowingMap[int, int] = field(default_factory=GrowingMap)
    own_changes: OwnChanges = field(default_factory=GrowingMap)
    products_changed_seq: int = 0
    days: tuple[SellingDay, ...] = ()
    unreadable: int = 0

    @property
    def open_session(self) -> CashSession | None:
        """The cash session that sales go into, or None between a closing and the next sale."""
        return self.session if self.session is not None and self.session.is_open else None


def fold(state: TillState, entry: Entry) -> TillState:
    """Return the state after one more entry."""
    return replace(_apply(state, entry), head=entry.head)


def _apply(state: TillState, entry: Entry) -> TillState:  # noqa: PLR0911 - one for each kind of event
    match read_event(entry):
        case SaleRecorded() as sale:
            return _sold(state, entry, sale)
        case StockMoved(sku=sku, change_milli=change_milli):
            return _stocked(state, sku, change_milli)
        case CashSessionOpened() as opened:
            return _opened(state, entry, opened)
        case CashSessionClosed():
            return _closed(state)
        case LedgerOpened(currency=currency):
            return replace(state, currency=currency)
        case ProductsChanged(changes=changes):
            own = with_entry(state.own_changes, changes, entry.seq)
            return replace(state, own_changes=own, products_changed_seq=entry.seq)
        case UnreadableEvent():
            return replace(state, unreadable=state.unreadable + 1)
        case (
            PickupNumbersLeased() | CompartmentReserved() | ParcelWaiting() | DoorCommanded() | DoorAnswered()
            | ParcelDeposited() | ParcelCollected() | ParcelExpired() | PickupCodeMissed() | PickupCodeRenewed()
        ):  # fmt: skip
            return state  # a hub's own entries: they say nothing about a till
        case other:
            assert_never(other)


def fold_all(entries: Iterable[Entry]) -> TillState:
    """Fold a whole ledger, oldest entry first."""
    state = TillState()
    for entry in entries:
        state = fold(state, entry)
    return state


def _opened(state: TillState, entry: Entry, opened: CashSessionOpened) -> TillState:
    session = CashSession(
        session_id=opened.session_id,
        business_date=opened.business_date,
        cashier=opened.cashier,
        opened_at=entry.at,
        float_minor=opened.float_minor,
    )
    return replace(state, session=session, days=_days_with(state, opened.business_date))


def _days_with(state: TillState, business_date: date) -> tuple[SellingDay, ...]:
    """A second session on the same date continues that day."""
    if state.days and state.days[-1].business_date == business_date:
        return state.days
    empty = frozenset(sku for sku, stock_milli in state.stock_milli.items().items() if stock_milli <= 0)
    return (*state.days, SellingDay(business_date=business_date, sold_out=empty))[-LOOK_BACK_DAYS:]


def _closed(state: TillState) -> TillState:
    return state if state.session is None else replace(state, session=replace(state.session, is_open=False))


def _stocked(state: TillState, sku: Sku, change_milli: int) -> TillState:
    days = state.days
    if days and change_milli > 0 and sku in days[-1].sold_out:
        days = (*days[:-1], replace(days[-1], sold_out=days[-1].sold_out - {sku}))
    return replace(state, stock_milli=_plus(state.stock_milli, sku, change_milli), days=days)


def _sold(state: TillState, entry: Entry, sale: SaleRecorded) -> TillState:
    numbers_used_at = state.numbers_used_at
    sold_milli = _by_sku((line.sku, line.quantity_milli) for line in sale.lines)
    if sale.pickup is not None:
        numbers_used_at = numbers_used_at.with_item(sale.pickup.number, entry.seq)
    return replace(
        state,
        last_receipt_number=sale.receipt_number,
        sales=state.sales + 1,
        total_minor=state.total_minor + sale.total_minor,
        session=None if state.session is None else _session_with(state.session, entry, sale, sold_milli),
        sale_seqs=state.sale_seqs.with_item(sale.sale_id, entry.seq),
        stock_milli=_plus_all(state.stock_milli, {sku: -milli for sku, milli in sold_milli.items()}),
        sold_milli=_plus_all(state.sold_milli, sold_milli),
        numbers_used_at=numbers_used_at,
        days=_days_sold(state.days, sold_milli),
    )


def _session_with(
    session: CashSession, entry: Entry, sale: SaleRecorded, sold_milli: Mapping[Sku, int]
) -> CashSession:
    mark = SaleMark(
        sale_id=sale.sale_id,
        seq=entry.seq,
        receipt_number=sale.receipt_number,
        at=entry.at,
        total_minor=sale.total_minor,
        quantity_milli=sum(sold_milli.values()),
        has_pickup=sale.pickup is not None,
        kept=sale.kept,
    )
    sold_minor = _by_sku((line.sku, line.total_minor) for line in sale.lines)
    paid_minor = session.paid_minor
    for paid in sale.payments:
        paid_minor = _plus(paid_minor, paid.method, paid.amount_minor)
    return replace(
        session,
        sales=session.sales.appended(mark),
        total_minor=session.total_minor + sale.total_minor,
        cash_minor=paid_minor.get(PaymentMethod.CASH, 0),
        vat=add_vat(session.vat, sale.vat),
        sold_milli=_plus_all(session.sold_milli, sold_milli),
        sold_minor=_plus_all(session.sold_minor, sold_minor),
        by_hour_minor=_plus(session.by_hour_minor, entry.at.hour, sale.total_minor),
        paid_minor=paid_minor,
    )


def _days_sold(days: tuple[SellingDay, ...], sold_milli: Mapping[Sku, int]) -> tuple[SellingDay, ...]:
    if not days:
        return days
    return (*days[:-1], replace(days[-1], sold_milli=_plus_all(days[-1].sold_milli, sold_milli)))


def _by_sku(amounts: Iterable[tuple[Sku, int]]) -> dict[Sku, int]:
    sums: dict[Sku, int] = {}
    for sku, amount in amounts:
        sums[sku] = sums.get(sku, 0) + amount
    return sums


def _plus(amounts: GrowingMap[K, int], key: K, change: int) -> GrowingMap[K, int]:
    return amounts.with_item(key, amounts.get(key, 0) + change)


def _plus_all(amounts: GrowingMap[K, int], changes: Mapping[K, int]) -> GrowingMap[K, int]:
    return amounts.with_items({key: amounts.get(key, 0) + change for key, change in changes.items()})


def add_vat(left: Iterable[VatLine], right: Iterable[VatLine]) -> tuple[VatLine, ...]:
    """Add tax lines rate by rate, highest rate first: a day's tax is the sum of its receipts', never computed anew."""
    by_rate = {line.rate_bp: line for line in left}
    for line in right:
        had = by_rate.get(line.rate_bp)
        by_rate[line.rate_bp] = line if had is None else _vat_sum(had, line)
    return tuple(by_rate[rate] for rate in sorted(by_rate, reverse=True))


def _vat_sum(left: VatLine, right: VatLine) -> VatLine:
    return VatLine(
        rate_bp=left.rate_bp,
        net_minor=left.net_minor + right.net_minor,
        vat_minor=left.vat_minor + right.vat_minor,
        gross_minor=left.gross_minor + right.gross_minor,
    )
