"""What was sold on the last selling days, for the forecast."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from device.domain.growing import GrowingMap
from device.domain.sums import plus_all
from shared.history import LOOK_BACK_DAYS
from shared.ids import Sku
from shared.money import QUANTITY_ONE_MILLI

HOURS: Final = 24
MINUTES: Final = 60
DAY_BREAK_HOUR: Final = 4
"""A selling day begins at this hour, so that the hour after midnight is a night market's last, not its first."""
NO_SALES: Final = (0,) * HOURS


@dataclass(frozen=True, slots=True, kw_only=True)
class SellingDay:
    """What was sold on one business date.

    `sold_out` names what there was none of all day, as far as is known, `ran_out` the minute at which the last of a product
    went. Both only know products whose stock is kept. `hours_milli` is what was sold in each hour. Minutes and hours are
    counted from DAY_BREAK_HOUR on the stall's own clock.
    """

    business_date: date
    sold_milli: GrowingMap[Sku, int] = field(default_factory=GrowingMap)
    sold_out: frozenset[Sku] = frozenset()
    ran_out: Mapping[Sku, int] = field(default_factory=dict)
    hours_milli: tuple[int, ...] = NO_SALES


def with_day(
    days: tuple[SellingDay, ...],
    business_date: date,
    stock_milli: GrowingMap[Sku, int],
    stocked: GrowingMap[Sku, int],
) -> tuple[SellingDay, ...]:
    """Begin a day; a second session on the same date continues that day.

    What never came in by a delivery or a count is not kept as stock, so it is not sold out, whatever its figure says. Nor
    is a product that is a whole piece short: more was sold than anybody booked in, so its figure says nothing.
    """
    if days and days[-1].business_date == business_date:
        return days
    empty = frozenset(
        sku
        for sku, there in stock_milli.items().items()
        if -QUANTITY_ONE_MILLI < there <= 0 and sku in stocked
    )
    return (*days, SellingDay(business_date=business_date, sold_out=empty))[-LOOK_BACK_DAYS:]


def with_restocked(days: tuple[SellingDay, ...], sku: Sku) -> tuple[SellingDay, ...]:
    """Take a product that came back from among those of which there was none."""
    if not days or (sku not in days[-1].sold_out and sku not in days[-1].ran_out):
        return days
    return (*days[:-1], _available(days[-1], sku))


def with_gone(
    days: tuple[SellingDay, ...],
    gone_milli: Mapping[Sku, int],
    stock_milli: GrowingMap[Sku, int],
    at: datetime,
) -> tuple[SellingDay, ...]:
    """Note of what the last went, by a sale or otherwise; `stock_milli` is what there was before.

    What is sold although there was none of it proves the figure wrong: then nobody knows, and nothing is said.
    """
    if not days:
        return days
    today = days[-1]
    for sku, gone in gone_milli.items():
        had = stock_milli.get(sku, 0)
        if gone > 0 and had > 0 and had <= gone:
            today = replace(today, ran_out={**today.ran_out, sku: minute_of(at)})
        elif gone > 0 and had <= 0 and (sku in today.sold_out or sku in today.ran_out):
            today = _available(today, sku)
    return days if today is days[-1] else (*days[:-1], today)


def with_sold(
    days: tuple[SellingDay, ...], sold_milli: Mapping[Sku, int], at: datetime
) -> tuple[SellingDay, ...]:
    """Add what a sale took, and in which hour of the stall's own clock."""
    if not days:
        return days
    hours, hour = days[-1].hours_milli, _hour_of(at)
    now = hours[hour] + sum(sold_milli.values())
    hours = (*hours[:hour], now, *hours[hour + 1 :])
    return (
        *days[:-1],
        replace(days[-1], sold_milli=plus_all(days[-1].sold_milli, sold_milli), hours_milli=hours),
    )


def with_returned(days: tuple[SellingDay, ...], back_milli: Mapping[Sku, int]) -> tuple[SellingDay, ...]:
    """Take off what customers brought back: it was not wanted after all, so nobody need make it again."""
    if not days:
        return days
    back = {sku: -milli for sku, milli in back_milli.items()}
    return (*days[:-1], replace(days[-1], sold_milli=plus_all(days[-1].sold_milli, back)))


def minute_of(at: datetime) -> int:
    """Return the minute of the selling day, which begins at DAY_BREAK_HOUR, on the stall's own clock."""
    return _hour_of(at) * MINUTES + at.minute


def _hour_of(at: datetime) -> int:
    return (at.hour - DAY_BREAK_HOUR) % HOURS


def _available(day: SellingDay, sku: Sku) -> SellingDay:
    ran_out = {known: minute for known, minute in day.ran_out.items() if known != sku}
    return replace(day, sold_out=day.sold_out - {sku}, ran_out=ran_out)
