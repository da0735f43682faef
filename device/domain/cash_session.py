"""A cash session as far as it has got: what was sold, taken and given back, and what should lie in the drawer.

It is folded from the ledger's entries one by one, and never changed in place; see `till_state`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from device.domain.drawer import own_cash_minor
from device.domain.growing import GrowingLog, GrowingMap
from device.domain.sums import add_vat, by_sku, plus, plus_all
from shared.entry import Entry
from shared.events.cash import CashMoved, CashReason
from shared.events.sale import Payment, PaymentMethod, RefundLine, SaleLine, SaleRecorded, SaleRefunded
from shared.ids import SaleId, Sku
from shared.vat import VatLine


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
class RefundMark:
    """One refund of the cash session, as lists show it; `total_minor` is what the customer got."""

    refund_id: str
    seq: int
    receipt_number: int
    at: datetime
    total_minor: int
    quantity_milli: int
    void: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveMark:
    """Cash that came into the drawer (above zero) or left it in the session; `seq` finds it in the ledger."""

    move_id: str
    seq: int
    at: datetime
    change_minor: int
    reason: CashReason
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CashSession:
    """A business day as far as it has got; `business_date` is its label, not its border.

    `total_minor` and `vat` are of the sales alone, `refund_minor` and `refund_vat` of what was given back; everything by
    product, hour, cashier and method is net of refunds. `cash_minor` is what sales and refunds left in the drawer of the
    till's own currency, `foreign_minor` what lies in those of others; `other_till_minor` is what was given back for
    receipts of other tills.
    """

    session_id: str
    business_date: date
    cashier: str
    opened_at: datetime
    float_minor: int
    is_open: bool = True
    sales: GrowingLog[SaleMark] = field(default_factory=GrowingLog)
    refunds: GrowingLog[RefundMark] = field(default_factory=GrowingLog)
    moves: GrowingLog[MoveMark] = field(default_factory=GrowingLog)
    total_minor: int = 0
    cash_minor: int = 0
    vat: tuple[VatLine, ...] = ()
    refund_minor: int = 0
    refund_vat: tuple[VatLine, ...] = ()
    other_till_minor: int = 0
    moved_minor: int = 0
    tip_minor: int = 0
    rounding_minor: int = 0
    discount_minor: int = 0
    sold_milli: GrowingMap[Sku, int] = field(default_factory=GrowingMap)
    sold_minor: GrowingMap[Sku, int] = field(default_factory=GrowingMap)
    names: GrowingMap[Sku, str] = field(default_factory=GrowingMap)
    by_hour_milli: GrowingMap[int, int] = field(default_factory=GrowingMap)
    by_hour_minor: GrowingMap[int, int] = field(default_factory=GrowingMap)
    by_cashier_milli: GrowingMap[str, int] = field(default_factory=GrowingMap)
    by_cashier_minor: GrowingMap[str, int] = field(default_factory=GrowingMap)
    paid_minor: GrowingMap[PaymentMethod, int] = field(default_factory=GrowingMap)
    foreign_minor: GrowingMap[str, int] = field(default_factory=GrowingMap)

    @property
    def drawer_minor(self) -> int:
        """What should lie in the cash drawer: the float, what sales and refunds left of cash, and what was moved."""
        return self.float_minor + self.cash_minor + self.moved_minor

    @property
    def turnover_minor(self) -> int:
        """What was sold less what was given back."""
        return self.total_minor - self.refund_minor


def with_sale(
    session: CashSession, entry: Entry, sale: SaleRecorded, sold_milli: Mapping[Sku, int]
) -> CashSession:
    """Return the session after one more sale."""
    quantity_milli = sum(sold_milli.values())
    mark = SaleMark(
        sale_id=sale.sale_id,
        seq=entry.seq,
        receipt_number=sale.receipt_number,
        at=entry.at,
        total_minor=sale.total_minor,
        quantity_milli=quantity_milli,
        has_pickup=sale.pickup is not None,
        kept=sale.kept,
    )
    counted = _counted(session, sale.lines, entry, sale.cashier, sale.total_minor, 1)
    return replace(
        _paid(counted, sale.payments, 1),
        sales=session.sales.appended(mark),
        total_minor=session.total_minor + sale.total_minor,
        vat=add_vat(session.vat, sale.vat),
        tip_minor=session.tip_minor + sale.tip_minor,
        rounding_minor=session.rounding_minor + sale.rounding_minor,
        discount_minor=session.discount_minor + sum(given.amount_minor for given in sale.discounts),
    )


def with_refund(session: CashSession, entry: Entry, refund: SaleRefunded) -> CashSession:
    """Return the session after something was given back in it."""
    mark = RefundMark(
        refund_id=refund.refund_id,
        seq=entry.seq,
        receipt_number=refund.receipt_number,
        at=entry.at,
        total_minor=refund.total_minor,
        quantity_milli=sum(line.quantity_milli for line in refund.lines),
        void=refund.void,
    )
    counted = _counted(session, refund.lines, entry, refund.cashier, refund.total_minor, -1)
    of_other_till = refund.original.epoch != entry.stream.epoch
    return replace(
        _paid(counted, refund.payments, -1),
        refunds=session.refunds.appended(mark),
        refund_minor=session.refund_minor + refund.total_minor,
        refund_vat=add_vat(session.refund_vat, refund.vat),
        other_till_minor=session.other_till_minor + (refund.total_minor if of_other_till else 0),
        tip_minor=session.tip_minor - refund.tip_minor,
        rounding_minor=session.rounding_minor - refund.rounding_minor,
    )


def with_move(session: CashSession, entry: Entry, moved: CashMoved) -> CashSession:
    """Return the session after cash came in or went out."""
    mark = MoveMark(
        move_id=moved.move_id, seq=entry.seq, at=entry.at, change_minor=moved.change_minor, reason=moved.reason,
        note=moved.note,
    )  # fmt: skip
    moved_minor = session.moved_minor + moved.change_minor
    return replace(session, moves=session.moves.appended(mark), moved_minor=moved_minor)


def _counted(
    session: CashSession, lines: Iterable[SaleLine] | Iterable[RefundLine], entry: Entry, cashier: str, total_minor: int,
    sign: int,
) -> CashSession:  # fmt: skip
    """Count lines by product, hour and cashier; `sign` is -1 for what came back."""
    sold_milli = by_sku((line.sku, sign * line.quantity_milli) for line in lines)
    quantity_milli, hour = sum(sold_milli.values()), entry.at.hour
    return replace(
        session,
        sold_milli=plus_all(session.sold_milli, sold_milli),
        sold_minor=plus_all(
            session.sold_minor, by_sku((line.sku, sign * line.total_minor) for line in lines)
        ),
        names=session.names.with_items({line.sku: line.name for line in lines}),
        by_hour_milli=plus(session.by_hour_milli, hour, quantity_milli),
        by_hour_minor=plus(session.by_hour_minor, hour, sign * total_minor),
        by_cashier_milli=plus(session.by_cashier_milli, cashier, quantity_milli),
        by_cashier_minor=plus(session.by_cashier_minor, cashier, sign * total_minor),
    )


def _paid(session: CashSession, payments: Iterable[Payment], sign: int) -> CashSession:
    """Put payments into the drawers; `sign` is -1 for what was given back."""
    paid_minor, foreign_minor, cash_minor = session.paid_minor, session.foreign_minor, session.cash_minor
    for paid in payments:
        paid_minor = plus(paid_minor, paid.method, sign * paid.amount_minor)
        cash_minor += sign * own_cash_minor(paid)
        if paid.foreign is not None:
            foreign_minor = plus(foreign_minor, paid.foreign.currency, sign * paid.foreign.tendered_minor)
    return replace(session, paid_minor=paid_minor, foreign_minor=foreign_minor, cash_minor=cash_minor)
