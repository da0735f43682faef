"""For which market days goods have to last that somebody decides to make or order now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final

from device.domain.market.calendar import LOOK_AHEAD_DAYS, MarketCalendar
from shared.history import MAX_HORIZON_DAYS

ONE_DAY: Final = timedelta(days=1)


class Period(Enum):
    """How far a plan looks, which is also when the next one is due: every so many hours."""

    THREE_DAYS = "3-days"
    WEEK = "week"

    @property
    def hours(self) -> int:
        """The period in hours."""
        return 72 if self is Period.THREE_DAYS else 7 * 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The market days that a decision of today has to cover.

    Attributes:
        ready: the first day on which goods that are begun today can be sold.
        days: the market days, one to MAX_HORIZON_DAYS, which is as far as a model looks.
        beyond: how many more market days there are after those.
        open_share: how many of all calendar days are market days, above 0 to 1.
    """

    ready: date
    days: tuple[date, ...]
    beyond: int = 0
    open_share: float = 1.0

    @property
    def stretch(self) -> float:
        """By how much the market days are more than those in `days`."""
        return (len(self.days) + self.beyond) / len(self.days)

    @property
    def last(self) -> date:
        """The last day that a model looks at."""
        return self.days[-1]


def keeps_until(day: date, today: date, *, shelf_days: int) -> bool:
    """Whether what is there today can still be sold on a day; nobody knows how old it is, so it counts as made today."""
    return not shelf_days or (day - today).days < shelf_days


def window_of(
    calendar: MarketCalendar, planned: Sequence[date], today: date, *, lead_days: int, shelf_days: int
) -> Window:
    """Return the window of a product.

    What keeps has to last over the planned days and until the next plan's goods are there: review period and lead time
    together. What spoils covers the days on which it is fresh, the first of which is the first market day for which it can be
    ready, and no day that the next plan can still care for.

    Args:
        calendar: on which days the stall sells.
        planned: the market days of the plan's period, at least one, rising.
        today: the day on which the decision is made.
        lead_days: from the decision until goods can be sold, in calendar days.
        shelf_days: on how many calendar days a piece can be sold; 0 for what keeps.
    """
    ready = today + lead_days * ONE_DAY
    if shelf_days:
        return Window(ready=ready, days=_fresh_days(calendar, planned, ready, shelf_days))
    last = planned[-1] + lead_days * ONE_DAY
    days = calendar.open_days(planned[0], days=(last - planned[0]).days + 1)
    days = days or (planned[0],)
    return Window(
        ready=ready,
        days=days[:MAX_HORIZON_DAYS],
        beyond=len(days[MAX_HORIZON_DAYS:]),
        open_share=_open_share(calendar, planned[0]),
    )


def _open_share(calendar: MarketCalendar, first: date) -> float:
    """How many of the calendar days ahead are market days; at least the one that is planned."""
    return max(1, len(calendar.open_days(first, days=LOOK_AHEAD_DAYS))) / LOOK_AHEAD_DAYS


def _fresh_days(
    calendar: MarketCalendar, planned: Sequence[date], ready: date, shelf_days: int
) -> tuple[date, ...]:
    ahead = calendar.open_days(max(ready, planned[0]), days=LOOK_AHEAD_DAYS)
    first = ahead[0] if ahead else planned[-1]
    end = max(first, min(planned[-1], first + (shelf_days - 1) * ONE_DAY))
    return (first, *(day for day in ahead[1:] if day <= end))[:MAX_HORIZON_DAYS]
