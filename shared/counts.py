"""Quantiles of a count whose mean and variance are known: the layer that turns a plain forecast into a spread.

The negative binomial distribution, as used for demand since Ehrenberg (1959); Poisson is its limit. Large means take
the Cornish-Fisher expansion (1938), where the exact sum would cost time and change nothing that one can make or order.
"""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Final

import numpy as np

from shared.history import Floats

EXACT_MEAN: Final = 30.0
"""Up to this mean the exact distribution is summed."""
STEPS: Final = 400
SMALLEST_MEAN: Final = 1e-6


def count_quantiles(mean: Floats, variance: Floats, levels: Sequence[float], /) -> Floats:
    """The smallest count whose probability not to be exceeded reaches each level.

    Args:
        mean: expected counts, any shape.
        variance: of the same shape; raised to just above the mean, as a negative binomial needs.
        levels: ascending, between 0 and 1.

    Returns:
        The quantiles along a new last axis: whole, not negative, rising with the level.
    """
    mean = np.maximum(mean, SMALLEST_MEAN)
    variance = np.maximum(variance, mean * 1.0001)
    out = _cornish_fisher(mean, variance, levels)
    small = mean <= EXACT_MEAN
    out[small] = _summed(mean[small], variance[small], out[small], levels)
    return out


def _summed(mean: Floats, variance: Floats, otherwise: Floats, levels: Sequence[float]) -> Floats:
    """Walk up the distribution term by term; what has not ended after `STEPS` keeps `otherwise`."""
    success = mean / variance
    size = mean * success / (1.0 - success)
    term = np.exp(size * np.log(success))
    below = term.copy()
    out = np.full((len(mean), len(levels)), -1.0)
    wanted = np.asarray(levels)
    for count in range(STEPS):
        out[(out < 0) & (below[:, None] >= wanted)] = count
        if (out >= 0).all():
            break
        term = term * (count + size) / (count + 1) * (1.0 - success)
        below = below + term
    return np.maximum.accumulate(np.where(out < 0, otherwise, out), axis=-1)


def _cornish_fisher(mean: Floats, variance: Floats, levels: Sequence[float]) -> Floats:
    deviation = np.sqrt(variance)
    skew = (2.0 * variance / mean - 1.0) / deviation
    z = np.array([NormalDist().inv_cdf(level) for level in levels])
    bent = z + np.minimum(skew, 2.0)[..., None] * (np.square(z) - 1.0) / 6.0
    rough = np.ceil(mean[..., None] + deviation[..., None] * bent - 0.5)
    return np.maximum.accumulate(np.maximum(rough, 0.0), axis=-1)


def continuous_count_quantiles(mean: Floats, variance: Floats, levels: Sequence[float], /) -> Floats:
    """Quantiles of the count plus an even spread from -0.5 to 0.5, shaped as `count_quantiles`.

    Rounded they are the count's own; unrounded they are smooth in mean and variance, so a network can learn to bend
    them. Jittered counts are due to Machado and Santos Silva (2005).
    """
    mean = np.maximum(mean, SMALLEST_MEAN)
    variance = np.maximum(variance, mean * 1.0001)
    deviation = np.sqrt(variance)
    skew = np.minimum((2.0 * variance / mean - 1.0) / deviation, 2.0)
    z = np.array([NormalDist().inv_cdf(level) for level in levels])
    out = mean[..., None] + deviation[..., None] * (z + skew[..., None] * (np.square(z) - 1.0) / 6.0)
    small = mean <= EXACT_MEAN
    out[small] = _walked(mean[small], variance[small], out[small], np.asarray(levels))
    return np.maximum.accumulate(np.maximum(out, -0.5), axis=-1)


def _walked(mean: Floats, variance: Floats, out: Floats, levels: Floats) -> Floats:
    """Walk up all distributions at once, leaving those that have passed the highest level; see `_summed`."""
    success = mean / variance
    size = mean * success / (1.0 - success)
    left = np.arange(len(mean))
    term = np.exp(size * np.log(success))
    before, below = np.zeros(len(mean)), term.copy()
    for count in range(STEPS):
        crossed = (below[:, None] >= levels) & (before[:, None] < levels)
        row, level = np.nonzero(crossed)
        out[left[row], level] = count - 0.5 + (levels[level] - before[row]) / np.maximum(term[row], 1e-300)
        if count % 4 == 3:
            stay = below < levels[-1]
            left, term, below, size, success = left[stay], term[stay], below[stay], size[stay], success[stay]
        if not len(left):
            break
        before = below
        term = term * (count + size) / (count + 1) * (1.0 - success)
        below = below + term
    return out
