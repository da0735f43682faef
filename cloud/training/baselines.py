"""Plain forecasts to measure the model against; none of them ships."""

from collections.abc import Sequence

import numpy as np

from shared.counts import count_quantiles
from shared.history import Floats, SalesHistory, Window
from shared.seasonal_naive import dispersion

LEVEL_DAYS = 28
WEEKDAY_DAYS = 112
SHRINK_DAYS = 4


def moving_average_by_weekday(
    history: SalesHistory, windows: Sequence[Window], levels: Sequence[float]
) -> Floats:
    """The mean of the last 28 selling days times a shrunk weekday factor, spread as a negative binomial."""
    level = _mean(history.y[:, -LEVEL_DAYS:])
    recent = history.y[:, -WEEKDAY_DAYS:]
    mean = _mean(recent) + 1e-9
    one_hot = (history.weekday[-WEEKDAY_DAYS:, None] == np.arange(7)).astype(np.float64)
    sold = np.nan_to_num(recent) @ one_hot
    seen = np.isfinite(recent).astype(np.float64) @ one_hot
    factor = (sold + SHRINK_DAYS * mean[:, None]) / (seen + SHRINK_DAYS) / mean[:, None]
    ahead = level[:, None] * factor[:, history.horizon_weekday]
    total = np.stack([ahead[:, w.first : w.first + w.days].sum(1) for w in windows], axis=1)
    return count_quantiles(total, total * dispersion(history.y)[:, None], levels)


def _mean(units: Floats) -> Floats:
    known = np.isfinite(units)
    return np.nan_to_num(units).sum(1) / np.maximum(known.sum(1), 1)
