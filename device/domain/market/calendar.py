"""On which days the stall sells: usual weekdays, single days added or dropped by hand, and when each opens."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from device.domain.market.book import MarketBook

PLAN_HOURS: Final = 72
MAX_PLANNED_DAYS: Final = 7
LOOK_AHEAD_DAYS: Final = 42


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketCalendar:
    """The weekdays on which the stall is usually open (Monday 0 to Sunday 6), when it opens, and the days set by hand.

    Raises:
        ValueError: a weekday or a time that is none.
    """

    weekdays: frozenset[int]
    opens_at: time = time(9)
    book: MarketBook = field(default_factory=MarketBook)

    def __post_init__(self) -> None:
        if not self.weekdays <= frozenset(range(7)):
            raise ValueError(f"market weekdays are Monday 0 to Sunday 6, not {sorted(self.weekdays)}")
        if self.opens_at.tzinfo is not None:
            raise ValueError("the opening time is on the stall's own clock; give it without a time zone")

    def is_open(self, day: date, /) -> bool:
        """Tell whether the stall sells on a day: what was said by hand counts before the weekday."""
        if self.book.is_dropped(day):
            return False
        return day.weekday() in self.weekdays or self.book.planned(day) is not None

    def open_days(self, first: date, /, *, days: int) -> tuple[date, ...]:
        """Return the days on which the stall sells among `days` from `first` on."""
        return tuple(self._days_from(first, days))

    def opens(self, day: date, /) -> time:
        """Return when a day opens on the stall's own clock."""
        planned = self.book.planned(day)
        return self.opens_at if planned is None or planned.opens is None else planned.opens

    def planned_days(self, now: datetime, /, *, hours: int = PLAN_HOURS) -> tuple[date, ...]:
        """The market days that open within `hours` from `now`, or the next one after; none if there is never one.

        A day that has already opened is not planned any more: what it still needs is on the shelf.

        Raises:
            ValueError: `now` has no time zone.
        """
        if now.tzinfo is None:
            raise ValueError("planned_days needs a time with its zone; take it from the Clock port")
        days = self._days_from(now.date(), LOOK_AHEAD_DAYS + 1)
        ahead = tuple(day for day in days if self._opening(day, now) > now.astimezone(UTC))
        limit = now.astimezone(UTC) + timedelta(hours=hours)
        within = tuple(day for day in ahead if self._opening(day, now) <= limit)
        return within[:MAX_PLANNED_DAYS] or ahead[:1]

    def _days_from(self, first: date, count: int) -> Iterator[date]:
        return (day for day in (first + timedelta(days=days) for days in range(count)) if self.is_open(day))

    def _opening(self, day: date, now: datetime) -> datetime:
        """In UTC, so that the night the clocks change has as many hours as it has."""
        return datetime.combine(day, self.opens(day), tzinfo=now.tzinfo).astimezone(UTC)
