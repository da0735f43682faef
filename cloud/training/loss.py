"""How wrong a forecast was, in the units in which products of all sizes can be compared."""

from collections.abc import Sequence

import numpy as np

from shared.history import Floats


def pinball(actual: Floats, quantiles: Floats, levels: Sequence[float]) -> Floats:
    """The quantile loss, shape of `quantiles`; `actual` has one axis less."""
    miss = actual[..., None] - quantiles
    level = np.asarray(levels)
    return np.maximum(level * miss, (level - 1.0) * miss)


def scale(units: Floats, days: int) -> Floats:
    """What the naive guess 'as many as in the `days` before' misses on average in the known past, shape (n,).

    Never less than a quarter of the product's level, so that a quiet past does not blow up a small miss.
    """
    count = np.maximum(np.isfinite(units).sum(1), 1)
    level = np.maximum(np.nansum(units, axis=1) / count * days, 0.25)
    if units.shape[1] <= 2 * days:
        return level
    sums = np.lib.stride_tricks.sliding_window_view(units, days, axis=1).sum(-1)
    change = np.abs(sums[:, days:] - sums[:, :-days])
    known = np.isfinite(change)
    mean = np.where(known, change, 0.0).sum(1) / np.maximum(known.sum(1), 1)
    enough = known.sum(1) > 0
    return np.where(enough & (mean > 0), np.maximum(mean, 0.25 * level), level)
