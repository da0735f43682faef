"""A cash session as far as it has got: what was sold and taken, and what should lie in the drawer.

It is folded from the ledger's entries one by one, and never changed in place; see `till_state`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from device.domain.growing import GrowingLog, GrowingMap
from device.domain.sums import add_vat, by_sku, plus, plus_all
from shared.entry import Entry
from shared.events.sale import PaymentMethod, SaleRecorded
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


def with_sale(
    session: CashSession, entry: Entry, sale: SaleRecorded, sold_milli: Mapping[Sku, int]
) -> CashSession:
    """Return the session after one more sale."""
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
    sold_minor = by_sku((line.sku, line.total_minor) for line in sale.lines)
    paid_minor = session.paid_minor
    for paid in sale.payments:
        paid_minor = plus(paid_minor, paid.method, paid.amount_minor)
    return replace(
        session,
        sales=session.sales.appended(mark),
        total_minor=session.total_minor + sale.total_minor,
        cash_minor=paid_minor.get(PaymentMethod.CASH, 0),
        vat=add_vat(session.vat, sale.vat),
        sold_milli=plus_all(session.sold_milli, sold_milli),
        sold_minor=plus_all(session.sold_minor, sold_minor),
        by_hour_minor=plus(session.by_hour_minor, entry.at.hour, sale.total_minor),
        paid_minor=paid_minor,
    )
