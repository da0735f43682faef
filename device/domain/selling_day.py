"""What was sold on the last selling days, for the forecast."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from device.domain.growing import GrowingMap
from device.domain.sums import plus_all
from shared.history import LOOK_BACK_DAYS
from shared.ids import Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class SellingDay:
    """What was sold on one business date; `sold_out` names what there was none of all day, as far as is known."""

    business_date: date
    sold_milli: GrowingMap[Sku, int] = field(default_factory=GrowingMap)
    sold_out: frozenset[Sku] = frozenset()


def with_day(
    days: tuple[SellingDay, ...], business_date: date, stock_milli: GrowingMap[Sku, int]
) -> tuple[SellingDay, ...]:
    """Begin a day; a second session on the same date continues that day."""
    if days and days[-1].business_date == business_date:
        return days
    empty = frozenset(sku for sku, there in stock_milli.items().items() if there <= 0)
    return (*days, SellingDay(business_date=business_date, sold_out=empty))[-LOOK_BACK_DAYS:]


def with_restocked(days: tuple[SellingDay, ...], sku: Sku) -> tuple[SellingDay, ...]:
    """Take a product that came back from among those there were none of all day."""
    if not days or sku not in days[-1].sold_out:
        return days
    return (*days[:-1], replace(days[-1], sold_out=days[-1].sold_out - {sku}))


def with_sold(days: tuple[SellingDay, ...], sold_milli: Mapping[Sku, int]) -> tuple[SellingDay, ...]:
    """Add what a sale took."""
    if not days:
        return days
    return (*days[:-1], replace(days[-1], sold_milli=plus_all(days[-1].sold_milli, sold_milli)))


def with_returned(days: tuple[SellingDay, ...], back_milli: Mapping[Sku, int]) -> tuple[SellingDay, ...]:
    """Take off what customers brought back: it was not wanted after all, so nobody need make it again."""
    return with_sold(days, {sku: -milli for sku, milli in back_milli.items()})
