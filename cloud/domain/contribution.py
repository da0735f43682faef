"""What a batch of entries of one stream adds to the read model, summed before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from cloud.domain.projection import (
    DayTurned,
    Fact,
    NotUnderstood,
    ParcelFact,
    ProductsTold,
    SaleCounted,
    facts_of_line,
)
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
    """Sales and their gross total."""

    sales: int = 0
    total_minor: int = 0


@dataclass(frozen=True, slots=True)
class ProductSum:
    """How much of a product was sold; name and category as last written on a receipt."""

    name: str
    category: str
    quantity_milli: int = 0
    total_minor: int = 0


@dataclass(frozen=True, slots=True)
class DayMark:
    """The last that was heard of a business day: whether it was closed, and the label of its last sale."""

    closed: bool = False
    last_sale_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """Sums to add, days to mark, parcels to move and changes of products in their order, and entries that say nothing to us."""

    hours: dict[HourKey, HourSum]
    products: dict[ProductKey, ProductSum]
    days: dict[DayKey, DayMark]
    parcel_facts: tuple[ParcelFact, ...]
    products_told: tuple[ProductsTold, ...]
    not_understood: tuple[NotUnderstood, ...]

    @property
    def sales(self) -> int:
        """How many sales the batch holds."""
        return sum(hour.sales for hour in self.hours.values())

    @property
    def total_minor(self) -> int:
        """Their gross total; a ledger has one currency."""
        return sum(hour.total_minor for hour in self.hours.values())


def contribution_of(lines: Sequence[ReceivedLine]) -> Contribution:
    """Read a batch and sum up what it says."""
    readings = [facts_of_line(line) for line in lines]
    facts = [fact for reading in readings if isinstance(reading, tuple) for fact in reading]
    return sum_facts(facts, tuple(reading for reading in readings if isinstance(reading, NotUnderstood)))


def sum_facts(facts: Sequence[Fact], not_understood: tuple[NotUnderstood, ...] = ()) -> Contribution:
    """Sum up facts in their order."""
    hours: dict[HourKey, HourSum] = {}
    products: dict[ProductKey, ProductSum] = {}
    days: dict[DayKey, DayMark] = {}
    parcel_facts: list[ParcelFact] = []
    products_told: list[ProductsTold] = []
    for fact in facts:
        match fact:
            case SaleCounted():
                _add_sale(fact, hours, products, days)
            case DayTurned():
                key = DayKey(fact.source, fact.business_date)
                days[key] = DayMark(fact.closed, days.get(key, DayMark()).last_sale_at)
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
    )


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
    days[DayKey(source, day)] = DayMark(closed=False, last_sale_at=sale.at)
    for product in sale.products:
        key = ProductKey(source, day, product.sku, currency)
        known = products.get(key)
        products[key] = ProductSum(
            product.name,
            product.category,
            product.quantity_milli + (known.quantity_milli if known else 0),
            product.total_minor + (known.total_minor if known else 0),
        )
