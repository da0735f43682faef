"""When in a day the stall sells: the share of a usual day's sales that comes before a minute, learned and shrunken."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from device.domain.selling_day import HOURS, MINUTES, SellingDay

PRIOR_DAYS: Final = 5
"""The days so far are mixed with so many on which each hour that ever sold sells the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProfile:
    """`hourly` is the share of a usual day's sales that comes in each hour of a selling day; they add up to one."""

    hourly: tuple[float, ...]

    def share_before(self, minute: int, /) -> float:
        """Return the share of a usual day's sales that comes before a minute of the selling day, from 0 to 1."""
        hour, past = divmod(max(0, min(minute, HOURS * MINUTES)), MINUTES)
        part = self.hourly[hour] * past / MINUTES if hour < HOURS else 0.0
        return min(1.0, sum(self.hourly[:hour]) + part)


def learn_profile(days: Sequence[SellingDay], /) -> DayProfile:
    """Learn from the days; hours of days on which something ran out count, for the other products went on selling.

    Each day has the same say, however much was sold on it. The days' mean is shrunk towards equal hours with the weight of
    PRIOR_DAYS, as the mean of a Dirichlet posterior is (Gelman et al., Bayesian Data Analysis, 3rd ed., section 3.4).
    """
    sums, count = [0.0] * HOURS, 0
    for day in days:
        hours = [max(0, milli) for milli in day.hours_milli]
        total = sum(hours)
        if total:
            count += 1
            sums = [so_far + milli / total for so_far, milli in zip(sums, hours, strict=True)]
    ever = [one > 0 for one in sums] if count else [True] * HOURS
    even = PRIOR_DAYS / sum(ever)
    return DayProfile(
        hourly=tuple((one + even * sold) / (count + PRIOR_DAYS) for one, sold in zip(sums, ever, strict=True))
    )
