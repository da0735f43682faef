"""Alarms that the forecast no longer fits this stall, by two tests that days, not sales, are counted in.

Products of one day are busy or quiet together, so a day counts as one observation, however many products it has.

*Too low.* Each day has a share of products that sold more than the quantile that nine days of ten should stay within. Page's
cumulative sum (Page, Biometrika 1954) adds what this share is above 0.1 + `ALLOWED`, never falling below zero, and gives
alarm above `LIMIT`. In the worst case, in which all products always go together, a good forecast gives a false alarm in
28 days with a probability of 1.4 %.

*No better than the simple rule.* The exact sign test (Dixon and Mood, JASA 1946): of the days on which the stall's loss
differs, so many were worse with the model that a fair coin would show it with a probability of at most `CHANCE`.
"""

import math
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from device.domain.forecast import HIGH_LEVEL
from device.domain.forecasting.backtest import Outcome
from shared.history import Floats

ALLOWED: Final = 0.1
LIMIT: Final = 3.0
CHANCE: Final = 0.01
FEWEST_DAYS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLow:
    """Since the day `since` more was sold than told too often: on the share `above` of products and days, not on a tenth."""

    since: date
    above: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WorseThanNaive:
    """On `worse` of `days` days the simple rule was nearer."""

    worse: int
    days: int


def too_low(outcome: Outcome, high: Floats, /) -> TooLow | None:
    """Judge the days by the quantile at `HIGH_LEVEL`, shape (d, n); None while it fits or too few days are known."""
    counts = outcome.counts
    known = counts.sum(1)
    if int((known > 0).sum()) < FEWEST_DAYS:
        return None
    above = (counts & (np.nan_to_num(outcome.sold) > high + 1e-9)).sum(1)
    total, since = 0.0, 0
    for day in np.flatnonzero(known):
        since = int(day) if total == 0.0 else since
        total = max(0.0, total + above[day] / known[day] - (1.0 - HIGH_LEVEL) - ALLOWED)
        if total > LIMIT:
            share = above[since:].sum() / known[since:].sum()
            return TooLow(since=outcome.days[since], above=float(share))
    return None


def worse_than_naive(model: Floats, naive: Floats, /) -> WorseThanNaive | None:
    """Judge the stall's losses of each day, shape (d,), NaN where unknown."""
    worse, days = worse_days(model, naive)
    if days < FEWEST_DAYS or chance_of(worse, days) > CHANCE:
        return None
    return WorseThanNaive(worse=worse, days=days)


def worse_days(one: Floats, other: Floats, /) -> tuple[int, int]:
    """On how many days the one lost more than the other, and on how many they differ at all."""
    differs = np.isfinite(one) & np.isfinite(other) & (np.abs(one - other) > 1e-9)
    return int((one > other)[differs].sum()), int(differs.sum())


def chance_of(hits: int, days: int, /) -> float:
    """The probability that a fair coin shows its head `hits` times of `days` or more often."""
    return sum(math.comb(days, count) for count in range(hits, days + 1)) / 2.0**days
