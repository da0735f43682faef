"""What is still to come of a day that has begun: the told rate and the day's own, by how much of the day has passed."""

from dataclasses import dataclass
from typing import Final

USUAL_DAYS: Final = 1.0
"""What was told counts as much as so many days of watching this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestOfDay:
    """Units sold today so far, and how many more are likely."""

    sold: float
    more: float


def rest_of_day(likely: float, sold: float, passed: float, /) -> RestOfDay:
    """Return what is likely to come yet, as the posterior mean of a Poisson rate with a gamma prior says.

    As for days on which the stock ran out (`shared/sold_out.py`; Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6).

    Args:
        likely: units that were told for the whole day.
        sold: units so far.
        passed: the share of a usual day's sales that comes before now, from 0 to 1.
    """
    rate = (USUAL_DAYS * max(likely, 0.0) + max(sold, 0.0)) / (USUAL_DAYS + passed)
    return RestOfDay(sold=sold, more=(1.0 - passed) * rate)
