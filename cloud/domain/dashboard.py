"""Today against the same day last week: figures read from the read model, composed into one answer.

The field names are those of the interface (`GET /api/dashboard/today`). Only one currency can be compared at a time:
the one with the most sales of the day; others are named beside it, never added in.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from cloud.domain.contribution import DayKey, DayMark, HourKey, HourSum, ProductKey, ProductSum
from cloud.domain.fleet import FleetSource, name_of
from shared.money import divide_half_up

Day: TypeAlias = date
"""A calendar day, under a name that a field called `date` does not hide."""

WEEK = timedelta(days=7)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """What the read model holds of one business day."""

    business_date: date
    hours: Mapping[HourKey, HourSum]
    products: Mapping[ProductKey, ProductSum]
    days: Mapping[DayKey, DayMark]


@dataclass(frozen=True, slots=True, kw_only=True)
class HourRow:
    """One hour of the day, 0 to 23, and the same hour last week."""

    hour: int
    total_minor: int
    last_week_total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StallRow:
    """One stall's day.

    `late_sales` came after the closing: its Z report does not count them. `missing_sales` are counted by it and not here.
    """

    source: str
    name: str
    sales: int
    total_minor: int
    late_sales: int
    missing_sales: int
    behind_entries: int
    behind_s: int
    online: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """One product's day, over all stalls."""

    sku: str
    name: str
    category: str
    quantity_milli: int
    total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCurrency:
    """Sales of the day in a currency that is not compared."""

    currency: str
    sales: int
    total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelCounts:
    """Parcels that somebody has to think of, and since when the oldest lies in its compartment."""

    by_state: Mapping[str, int]
    oldest_deposited_since: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceParts:
    """The figures of the page's first sentence; the words around them are the page's, in its language."""

    weekday: str
    total_minor: int
    currency: str
    sales: int
    comparison: str
    percent: int | None
    parcels_waiting: int
    parcels_in_lockers: int
    oldest_parcel_since: str | None
    best_product: str | None
    stalls_behind: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The whole answer."""

    date: Day
    business_date_last_week: Day
    currency: str
    stalls: int
    hubs: int
    total_minor: int
    sales: int
    last_week_total_minor: int
    last_week_total_minor_by_now: int
    hours: tuple[HourRow, ...]
    stalls_table: tuple[StallRow, ...]
    products: tuple[ProductRow, ...]
    other_currencies: tuple[OtherCurrency, ...]
    sentence_parts: SentenceParts


def compose_today(
    day: DayFigures,
    last_week: DayFigures,
    *,
    fleet: Sequence[FleetSource],
    parcels: ParcelCounts,
    newest: bool,
) -> Today:
    """Compose the answer; `newest` says that no later business day is known, so the day may still be under way."""
    currency, others = _currencies(day, last_week)
    total_minor, sales = _sum(day, currency)
    by_now = _last_week_by_now(day, last_week, currency) if newest else _sum(last_week, currency)[0]
    stalls = _stalls(day, currency, fleet)
    products = _products(day, currency)
    return Today(
        date=day.business_date,
        business_date_last_week=last_week.business_date,
        currency=currency,
        stalls=len(stalls),
        hubs=sum(source.role == "hub" for source in fleet),
        total_minor=total_minor,
        sales=sales,
        last_week_total_minor=_sum(last_week, currency)[0],
        last_week_total_minor_by_now=by_now,
        hours=_hours(day, last_week, currency),
        stalls_table=stalls,
        products=products,
        other_currencies=others,
        sentence_parts=_sentence(day, currency, total_minor, sales, by_now, stalls, products, parcels),
    )


def _currencies(day: DayFigures, last_week: DayFigures) -> tuple[str, tuple[OtherCurrency, ...]]:
    sums: dict[str, tuple[int, int]] = {}
    for key, value in day.hours.items():
        sales, total = sums.get(key.currency, (0, 0))
        sums[key.currency] = (sales + value.sales, total + value.total_minor)
    ranked = sorted(sums, key=lambda currency: (-sums[currency][0], currency))
    if not ranked:
        return next((key.currency for key in last_week.hours), "EUR"), ()
    others = (
        OtherCurrency(currency=currency, sales=sums[currency][0], total_minor=sums[currency][1])
        for currency in ranked[1:]
    )
    return ranked[0], tuple(others)


def _sum(day: DayFigures, currency: str) -> tuple[int, int]:
    of_currency = [value for key, value in day.hours.items() if key.currency == currency]
    return sum(hour.total_minor for hour in of_currency), sum(hour.sales for hour in of_currency)


def _by_hour(day: DayFigures, currency: str) -> Counter[int]:
    totals: Counter[int] = Counter()
    for key, value in day.hours.items():
        if key.currency == currency:
            totals[key.hour] += value.total_minor
    return totals


def _hours(day: DayFigures, last_week: DayFigures, currency: str) -> tuple[HourRow, ...]:
    ours, theirs = _by_hour(day, currency), _by_hour(last_week, currency)
    seen = ours.keys() | theirs.keys()
    span: Iterable[int] = range(min(seen), max(seen) + 1) if seen else ()
    return tuple(
        HourRow(hour=hour, total_minor=ours[hour], last_week_total_minor=theirs[hour]) for hour in span
    )


def _last_week_by_now(day: DayFigures, last_week: DayFigures, currency: str) -> int:
    """Last week up to the latest sale of today, by the stalls' own clocks; the running hour counts in proportion.

    A day that every stall has closed is compared as a whole.
    """
    totals = _by_hour(last_week, currency)
    if day.days and all(mark.closed for mark in day.days.values()):
        return totals.total()
    labels = [mark.last_sale_at for mark in day.days.values() if mark.last_sale_at]
    minute = max((_minute_of_day(label) for label in labels), default=0)
    # A clock that was put back does not undo the hours in which something was sold: they are over, as a whole.
    latest_hour = max(_by_hour(day, currency), default=0)
    if minute < latest_hour * 60:
        minute = (latest_hour + 1) * 60
    hour, past = divmod(minute, 60)
    running = divide_half_up(totals[hour] * past, 60)
    return sum(total for at, total in totals.items() if at < hour) + running


def _minute_of_day(label: str) -> int:
    at = datetime.fromisoformat(label)
    return at.hour * 60 + at.minute


def _stalls(day: DayFigures, currency: str, fleet: Sequence[FleetSource]) -> tuple[StallRow, ...]:
    sums: dict[str, HourSum] = {key.source: HourSum() for key in day.days}
    for key, value in day.hours.items():
        if key.currency == currency:
            known = sums.get(key.source, HourSum())
            sums[key.source] = HourSum(known.sales + value.sales, known.total_minor + value.total_minor)
    by_source = {row.source: row for row in fleet}
    rows = [
        _stall(source, total, by_source.get(source), _beyond_closing(day, source))
        for source, total in sums.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.total_minor, row.source)))


def _beyond_closing(day: DayFigures, source: str) -> int:
    """How many sales of a closed day are not in its Z reports; below 0, how many of theirs are not here."""
    mark = day.days.get(DayKey(source, day.business_date))
    if mark is None or mark.closings == 0:
        return 0
    counted = sum(value.sales for key, value in day.hours.items() if key.source == source)
    return counted - mark.reported_sales


def _stall(source: str, total: HourSum, row: FleetSource | None, beyond: int) -> StallRow:
    return StallRow(
        source=source,
        name=row.name if row else name_of(source),
        sales=total.sales,
        total_minor=total.total_minor,
        late_sales=max(0, beyond),
        missing_sales=max(0, -beyond),
        behind_entries=row.behind if row else 0,
        behind_s=row.behind_s if row else 0,
        online=row.online if row else False,
        words=row.words if row else "Not heard yet.",
    )


def _products(day: DayFigures, currency: str) -> tuple[ProductRow, ...]:
    rows: dict[str, ProductRow] = {}
    for key, value in sorted(day.products.items()):
        if key.currency != currency:
            continue
        known = rows.get(key.sku)
        rows[key.sku] = ProductRow(
            sku=key.sku,
            name=value.name,
            category=value.category,
            quantity_milli=value.quantity_milli + (known.quantity_milli if known else 0),
            total_minor=value.total_minor + (known.total_minor if known else 0),
        )
    return tuple(sorted(rows.values(), key=lambda row: (-row.total_minor, row.sku)))


def _sentence(
    day: DayFigures, currency: str, total_minor: int, sales: int, by_now: int,
    stalls: Sequence[StallRow], products: Sequence[ProductRow], parcels: ParcelCounts,
) -> SentenceParts:  # fmt: skip
    comparison, percent = compare(total_minor, by_now)
    waiting = parcels.by_state.get("waiting", 0) + parcels.by_state.get("reserved", 0)
    return SentenceParts(
        weekday=_WEEKDAYS[day.business_date.weekday()],
        total_minor=total_minor,
        currency=currency,
        sales=sales,
        comparison=comparison,
        percent=percent,
        parcels_waiting=waiting,
        parcels_in_lockers=parcels.by_state.get("deposited", 0) + parcels.by_state.get("opening", 0),
        oldest_parcel_since=parcels.oldest_deposited_since,
        best_product=products[0].name if products else None,
        stalls_behind=tuple(row.name for row in stalls if row.behind_entries or not row.online),
    )


def compare(total_minor: int, by_now_minor: int) -> tuple[str, int | None]:
    """Return `more`, `less`, `same` or `none` (nothing to compare with), and the difference in whole percent."""
    if by_now_minor <= 0:
        return "none", None
    percent = divide_half_up((total_minor - by_now_minor) * 100, by_now_minor)
    if percent == 0:
        return "same", 0
    return ("more", percent) if percent > 0 else ("less", -percent)
