"""What the plain forecast expected of each past day, and what came: the stall's own yardstick for signals.

The plain forecast is the mean of the last 28 known selling days, moved to the day's weekday by the stall's rhythm.
Shapes: n products, t days.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shared.history import Floats, Integers, SalesHistory, Truths

SPAN_DAYS: Final = 28
WEEKDAY_PRIOR_DAYS: Final = 4
WARM_UP_DAYS: Final = 8
"""Before so many days nothing is expected of anything."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expectation:
    """`sold` and `expected` in units, zero where `known` is false; all of shape (n, t)."""

    sold: Floats
    expected: Floats
    known: Truths


def expect(history: SalesHistory, /) -> Expectation:
    """Expect each day from the days before it; days that were unknown or censored take no part."""
    known = np.isfinite(history.y)
    if history.sold_out is not None:
        known &= ~history.sold_out
    sold = np.where(known, np.nan_to_num(history.y), 0.0)
    expected = np.zeros(sold.shape)
    tellable = np.zeros(sold.shape, dtype=bool)
    for day in range(WARM_UP_DAYS, sold.shape[1]):
        factors = _weekday_factors(sold[:, :day], known[:, :day], history.weekday[:day])
        span = slice(max(0, day - SPAN_DAYS), day)
        share = known[:, span] @ factors[history.weekday[span]]
        level = sold[:, span].sum(1) / np.maximum(share, 1e-9)
        expected[:, day] = level * factors[history.weekday[day]]
        tellable[:, day] = known[:, day] & (share > 0)
    return Expectation(
        sold=np.where(tellable, sold, 0.0), expected=np.where(tellable, expected, 0.0), known=tellable
    )


def _weekday_factors(sold: Floats, known: Truths, weekday: Integers) -> Floats:
    """How much of a mean day the stall sells on each weekday, around one, shrunken: (7,)."""
    a_product = sold.sum(0) / np.maximum(known.sum(0), 1)
    mean = max(float(a_product.mean()), 1e-9)
    marks = (weekday[:, None] == np.arange(7)).astype(np.float64)
    factors: Floats = (
        (a_product @ marks + WEEKDAY_PRIOR_DAYS * mean) / (marks.sum(0) + WEEKDAY_PRIOR_DAYS) / mean
    )
    return np.clip(factors, 0.2, 5.0)
