"""A product's level, smoothed as fast as its own past and the stall's ask for: a mixture over smoothing rates.

Exponential smoothing with a known rhythm of the week (Brown 1959) is run at several rates at once. Each rate is judged by
its own forecasts of the next day, and the levels are averaged with the weights of Bayesian model averaging (Hoeting et al.
1999), the variance of the normal likelihood being each rate's own, so that it falls to -m/2 log(sum of squares). What one
product's days say of a rate is little and noisy: what the stall's products say on average is added to it, `STALL_SAY` times.

Shapes: n products, t days, r rates.
"""

from typing import Final

import numpy as np

from shared.history import Floats, Truths

RATES: Final = np.array([0.01, 0.03, 0.06, 0.1, 0.17, 0.3])
JUDGED_DAYS: Final = 84
STALL_SAY: Final = 3.0
START: Final = 0.2
"""The long mean counts as much as so many days before the first one."""
SMALLEST: Final = 1e-3


def adaptive_level(units: Floats, known: Truths, expected_share: Floats, /) -> Floats:
    """The level of each product after its last day, in units of a day of ordinary strength, above zero, shape (n,).

    Args:
        units: sold, zero where unknown, shape (n, t).
        known: days that count, shape (n, t).
        expected_share: what the rhythm of the week says of each day, around one, zero where unknown, shape (n, t).
    """
    levels, squares = _smoothed(units, known, expected_share)
    judged = known[:, -JUDGED_DAYS:].sum(1)
    return np.asarray((_weights(squares, judged) * levels).sum(1), dtype=np.float64)


def _smoothed(units: Floats, known: Truths, expected_share: Floats) -> tuple[Floats, Floats]:
    """The last level at each rate, and the sum of squared misses of the days judged, each (n, r).

    The level is a weighted sum of what was sold over one of what was expected, so that a gap does no harm.
    """
    n, t = units.shape
    long = units.sum(1) / np.maximum(expected_share.sum(1), SMALLEST)
    sold = np.repeat(START * long[:, None], len(RATES), axis=1)
    expected = np.full((n, len(RATES)), START)
    squares = np.zeros((n, len(RATES)))
    first = int(known.any(0).argmax()) if known.any() else t
    for day in range(first, t):
        seen, share, came = known[:, day, None], expected_share[:, day, None], units[:, day, None]
        if day >= t - JUDGED_DAYS:
            squares += np.where(seen, np.square(came - sold / expected * share), 0.0)
        fade = np.where(seen, 1.0 - RATES, 1.0)
        sold = sold * fade + came
        expected = expected * fade + share
    return np.maximum(sold / expected, SMALLEST), squares


def _weights(squares: Floats, judged: Floats) -> Floats:
    """How much each rate counts for each product, adding up to one, (n, r)."""
    best = squares.min(1, keepdims=True) + 1e-6
    own = -0.5 * judged[:, None] * np.log((squares + 1e-6) / best)
    stall = own[judged > 0].mean(0) if (judged > 0).any() else np.zeros(len(RATES))
    score = own + STALL_SAY * stall
    weight: Floats = np.exp(score - score.max(1, keepdims=True))
    shares: Floats = weight / weight.sum(1, keepdims=True)
    return shares
