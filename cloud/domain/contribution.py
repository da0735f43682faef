"""What a batch of entries of one stream adds to the read model, summed before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from cloud.domain.coupon_uses import CouponUse
from cloud.domain.facts import (
    DayClosed,
    DayOpened,
    Fact,
    NotUnderstood,
    ParcelFact,
    ProductsTold,
    RefundCounted,
    SaleCounted,
)
from cloud.domain.market_ahead import MarketDaySaid, MarketWord, SignalSaid
from cloud.domain.over_refunds import RefundClaim
from cloud.domain.projection import facts_of_line
from cloud.domain.transfers import TransferMove
from cloud.domain.voucher_uses import VoucherUse
from shared.sync.receiver import ReceivedLine


class HourKey(NamedTuple):
    """One source's hour of a business day, in one currency."""

    source: str
    business_date: date
    hour: int
    currency: str


class ProductKey(NamedTuple):
    """One product of one source's business day, in one currency."""

    source: str
    business_date: date
    sku: str
    currency: str


class DayKey(NamedTuple):
    """One source's business day."""

    source: str
    business_date: date


@dataclass(frozen=True, slots=True)
class HourSum:
    """Sales and their gross total, less what was given back in that hour."""

    sales: int = 0
    total_minor: int = 0


@dataclass(frozen=True, slots=True)
class ProductSum:
    """How much of a product was sold less what came back; name and category as last written on a receipt."""

    name: str
    category: str
    quantity_milli: int = 0
    total_minor: int = 0


@dataclass(frozen=True, slots=True)
class DayMark:
    """What was heard of a business day: its cash sessions, what their Z reports add up to, the label of its last sale.

    The counts are sums, so the order in which entries are read changes none of them.
    """

    opened: int = 0
    closings: int = 0
    reported_sales: int = 0
    reported_total_minor: int = 0
    last_sale_at: str | None = None

    @property
    def closed(self) -> bool:
        """Whether every cash session that is known was closed."""
        return 0 < self.closings >= self.opened

    def plus(self, more: "DayMark") -> "DayMark":
        """Return this mark with what was heard after it."""
        return DayMark(
            self.opened + more.opened,
            self.closings + more.closings,
            self.reported_sales + more.reported_sales,
            self.reported_total_minor + more.reported_total_minor,
            more.last_sale_at or self.last_sale_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """Sums to add, refunds to compare, days to mark, parcels to move and changes of products in their order, and entries that say nothing to us.

    `late` says that the entries were read later than they came: what was heard of a parcel since then counts more.
    """

    hours: dict[HourKey, HourSum]
    products: dict[ProductKey, ProductSum]
    days: dict[DayKey, DayMark]
    parcel_facts: tuple[ParcelFact, ...]
    products_told: tuple[ProductsTold, ...]
    not_understood: tuple[NotUnderstood, ...]
    refunds: tuple[RefundClaim, ...] = ()
    vouchers: tuple[VoucherUse, ...] = ()
    coupons: tuple[CouponUse, ...] = ()
    transfers: tuple[TransferMove, ...] = ()
    market: tuple[MarketWord, ...] = ()
    late: bool = False

    @property
    def sales(self) -> int:
        """How many sales the batch holds."""
        return sum(hour.sales for hour in self.hours.values())

    @property
    def total_minor(self) -> int:
        """Their gross total; a ledger has one currency."""
        return sum(hour.total_minor for hour in self.hours.values())


def contribution_of(lines: Sequence[ReceivedLine], *, late: bool = False) -> Contribution:
    """Read a batch and sum up what it says."""
    readings = [facts_of_line(line) for line in lines]
    facts = [fact for reading in readings if isinstance(reading, tuple) for fact in reading]
    aside = tuple(reading for reading in readings if isinstance(reading, NotUnderstood))
    return sum_facts(facts, aside, late=late)


def sum_facts(
    facts: Sequence[Fact], not_understood: tuple[NotUnderstood, ...] = (), *, late: bool = False
) -> Contribution:
    """Sum up facts in their order."""
    hours: dict[HourKey, HourSum] = {}
    products: dict[ProductKey, ProductSum] = {}
    days: dict[DayKey, DayMark] = {}
    parcel_facts: list[ParcelFact] = []
    products_told: list[ProductsTold] = []
    refunds: list[RefundClaim] = []
    vouchers: list[VoucherUse] = []
    coupons: list[CouponUse] = []
    transfers: list[TransferMove] = []
    market: list[MarketWord] = []
    for fact in facts:
        match fact:
            case SaleCounted():
                _add_sale(fact, hours, products, days)
            case RefundCounted():
                _take_off(fact, hours, products)
                refunds.append(fact.claim)
            case VoucherUse():
                vouchers.append(fact)
            case CouponUse():
                coupons.append(fact)
            case TransferMove():
                transfers.append(fact)
            case MarketDaySaid() | SignalSaid():
                market.append(fact)
            case DayOpened():
                _mark_day(days, fact, DayMark(opened=1))
            case DayClosed():
                reported = DayMark(
                    closings=1, reported_sales=fact.sales, reported_total_minor=fact.total_minor
                )
                _mark_day(days, fact, reported)
            case ProductsTold():
                products_told.append(fact)
            case _:
                parcel_facts.append(fact)
    return Contribution(
        hours=hours,
        products=products,
        days=days,
        parcel_facts=tuple(parcel_facts),
        products_told=tuple(products_told),
        not_understood=not_understood,
        refunds=tuple(refunds),
        vouchers=tuple(vouchers),
        coupons=tuple(coupons),
        transfers=tuple(transfers),
        market=tuple(market),
        late=late,
    )


def _mark_day(days: dict[DayKey, DayMark], fact: SaleCounted | DayOpened | DayClosed, mark: DayMark) -> None:
    key = DayKey(fact.source, fact.business_date)
    days[key] = days.get(key, DayMark()).plus(mark)


def _add_sale(
    sale: SaleCounted,
    hours: dict[HourKey, HourSum],
    products: dict[ProductKey, ProductSum],
    days: dict[DayKey, DayMark],
) -> None:
    source, day, currency = sale.source, sale.business_date, sale.currency
    hour_key = HourKey(source, day, sale.hour, currency)
    hour = hours.get(hour_key, HourSum())
    hours[hour_key] = HourSum(hour.sales + 1, hour.total_minor + sale.total_minor)
    _mark_day(days, sale, DayMark(last_sale_at=sale.at))
    _add_products(sale, products, 1)


def _take_off(
    refund: RefundCounted, hours: dict[HourKey, HourSum], products: dict[ProductKey, ProductSum]
) -> None:
    hour_key = HourKey(refund.source, refund.business_date, refund.hour, refund.currency)
    hour = hours.get(hour_key, HourSum())
    hours[hour_key] = HourSum(hour.sales, hour.total_minor - refund.total_minor)
    _add_products(refund, products, -1)


def _add_products(
    fact: SaleCounted | RefundCounted, products: dict[ProductKey, ProductSum], sign: int
) -> None:
    for product in fact.products:
        key = ProductKey(fact.source, fact.business_date, product.sku, fact.currency)
        known = products.get(key)
        products[key] = ProductSum(
            product.name,
            product.category,
            sign * product.quantity_milli + (known.quantity_milli if known else 0),
            sign * product.total_minor + (known.total_minor if known else 0),
        )
