"""The forecast everybody could make: the same as on the last such weekday, spread as widely as sales spread before.

It is the yardstick for the model, in training as on the till, and the fall-back where the model does no better.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from shared.by_weight import portions_of
from shared.counts import count_quantiles
from shared.history import MAX_UNITS, Floats, Integers, SalesHistory, Window

DISPERSION_DAYS: Final = 56
ENOUGH_DAYS: Final = 6


def seasonal_naive_quantiles(
    history: SalesHistory, windows: Sequence[Window], levels: Sequence[float], /
) -> Floats:
    """Quantiles of the units sold in each window, shape (n, w, levels); goods by weight come in portions."""
    portion = portions_of(history)[:, None]
    units = np.clip(np.where(np.isfinite(history.y), history.y / portion, np.nan), 0.0, MAX_UNITS)
    ahead = np.stack([_last_same(units, history.weekday, day) for day in history.horizon_weekday], axis=1)
    mean = np.stack([ahead[:, w.first : w.first + w.days].sum(1) for w in windows], axis=1)
    counts = count_quantiles(mean, mean * dispersion(units)[:, None], levels)
    return counts * portion[..., None]


def dispersion(units: Floats, /) -> Floats:
    """Variance over mean of the last days, at least one; two where little is known. Shape (n,)."""
    recent = units[:, -DISPERSION_DAYS:]
    known = np.isfinite(recent)
    count = known.sum(1)
    filled = np.where(known, recent, 0.0)
    mean = filled.sum(1) / np.maximum(count, 1)
    square = np.where(known, np.square(filled - mean[:, None]), 0.0).sum(1) / np.maximum(count, 1)
    return np.where(count >= ENOUGH_DAYS, np.maximum(square / (mean + 1e-6), 1.0), 2.0)


def _last_same(units: Floats, weekdays: Integers, weekday: int) -> Floats:
    """What was sold on the last such weekday, else on the last day known, else nothing."""
    same = _last_known(units[:, weekdays == weekday])
    return np.nan_to_num(np.where(np.isfinite(same), same, _last_known(units)))


def _last_known(units: Floats) -> Floats:
    """The last value of each row that is not NaN; NaN where there is none."""
    if not units.shape[1]:
        return np.full(len(units), np.nan)
    back = np.isfinite(units)[:, ::-1].argmax(1)
    last: Floats = units[np.arange(len(units)), units.shape[1] - 1 - back]
    return last
