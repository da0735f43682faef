"""What would have been sold on days on which the stock ran out: more than was, by as much as the product's spread says.

The expectation of demand given that it was at least what was sold (Nahmias 1994 treats the normal case): a level is
guessed from the other days, the marked days are filled with the expectation, and the level is guessed again.

Where it is known which share of a usual day had passed when the stock ran out, that says more: the rest of the day is
expected at a rate between the product's usual one and that of the day so far, as the posterior mean of a Poisson rate
with a gamma prior is (Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6).
"""

from typing import Final

import numpy as np

from shared.history import Floats, Truths

ROUNDS: Final = 3
HIGHEST_SCORE: Final = 6.0
USUAL_DAYS: Final = 1.0
"""What a product usually sells a day counts as much as so many days of watching this one."""


def unconstrained(
    units: Floats,
    known: Truths,
    sold_out: Truths,
    expected_share: Floats,
    open_share: Floats | None = None,
    /,
) -> Floats:
    """Fill the days on which the stock ran out, never with less than was sold. All shapes are (n, t).

    Args:
        units: sold, zero where unknown.
        known: whether the product was on sale.
        sold_out: days on which `units` is a lower bound.
        expected_share: what the rhythm of the week says of each day, around one.
        open_share: the share of a usual day that had passed when the stock ran out, 0 to 1; NaN or None where unknown.
    """
    marked = sold_out & known
    if not marked.any():
        return units
    filled = units
    for _ in range(ROUNDS):
        weight = known.astype(np.float64)
        level = (filled * weight).sum(1) / np.maximum((expected_share * weight).sum(1), 1e-6)
        mean = level[:, None] * expected_share
        free = known & ~sold_out
        square = np.where(free, np.square(filled - mean), 0.0).sum(1) / np.maximum(
            np.where(free, mean, 0.0).sum(1), 1e-6
        )
        deviation = np.sqrt(np.maximum(mean, 0.05) * np.clip(square, 1.0, 100.0)[:, None])
        score = np.clip((units - mean) / deviation, -HIGHEST_SCORE, HIGHEST_SCORE)
        more = np.maximum(mean + deviation * _hazard(score), units)
        if open_share is not None:
            more = np.where(np.isfinite(open_share), _rest_of_day(units, mean, open_share), more)
        filled = np.where(marked, more, units)
    return filled


def _rest_of_day(units: Floats, mean: Floats, open_share: Floats) -> Floats:
    """What was sold, and what the rest of the day would have brought."""
    passed = np.clip(np.nan_to_num(open_share, nan=1.0), 0.0, 1.0)
    rate = (USUAL_DAYS * mean + units) / (USUAL_DAYS + passed)
    filled: Floats = units + (1.0 - passed) * rate
    return filled


def _hazard(score: Floats) -> Floats:
    """Density over upper tail of the standard normal; the tail after Abramowitz and Stegun, 26.2.17."""
    size = np.abs(score)
    density = np.exp(-0.5 * np.square(size)) / np.sqrt(2.0 * np.pi)
    t = 1.0 / (1.0 + 0.2316419 * size)
    series = ((((1.330274429 * t - 1.821255978) * t + 1.781477937) * t - 0.356563782) * t + 0.319381530) * t
    tail = density * series
    hazard: Floats = density / np.maximum(np.where(score > 0, tail, 1.0 - tail), 1e-300)
    return hazard
