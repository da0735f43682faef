"""Which dates the demo's market days fall on, seen from today. Pure.

The file of market days has four days a week, the first of which is the live day's weekday; the others follow one, two
and four days later. So today is always a market day, last week had the same one, and tomorrow is planned too.
"""

from dataclasses import dataclass
from datetime import date, timedelta

EARLIER_WEEKS = 8
DAY_OFFSETS = (0, 1, 2, 4)


@dataclass(frozen=True, slots=True, order=True)
class MarketDay:
    """A day of the file, and the date it falls on in this demo."""

    date: date
    week: int
    day: int


def live_day(today: date) -> MarketDay:
    """Return the day that is replayed before people's eyes."""
    return MarketDay(today, EARLIER_WEEKS, 0)


def earlier_days(today: date) -> tuple[MarketDay, ...]:
    """Return the market days of the eight weeks before, oldest first."""
    return tuple(
        MarketDay(today - timedelta(weeks=EARLIER_WEEKS - week, days=-offset), week, day)
        for week in range(EARLIER_WEEKS)
        for day, offset in enumerate(DAY_OFFSETS)
    )


def market_weekdays(today: date) -> tuple[int, ...]:
    """Return the weekdays (Monday is 0) on which the demo's stall stands."""
    return tuple(sorted((today + timedelta(days=offset)).weekday() for offset in DAY_OFFSETS))
