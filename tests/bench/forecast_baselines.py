"""The plain methods of the forecast protocol, each with a negative binomial spread unless it has its own.

Those of statsforecast are slow; what they say is kept in `build/forecast-cache` under the data's own digest.
"""

import hashlib
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from tests.bench.forecast_protocol import LEVELS, Series, Snapshot

CACHE = Path("build/forecast-cache")
POINT_MODELS = ("SESOpt", "CrostonClassic", "CrostonSBA", "TSB", "ADIDA", "IMAPA")
FITTED_DAYS = 120
Forecast = Callable[[Snapshot, int, bool], np.ndarray]


def negative_binomial(mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Quantiles at the protocol's levels."""
    mean = np.maximum(mean, 1e-6)
    success = mean / np.maximum(variance, mean * 1.0001)
    size = mean * success / (1.0 - success)
    return np.stack([stats.nbinom.ppf(level, size, success) for level in LEVELS], axis=-1)


def dispersion(units: np.ndarray) -> float:
    """Variance over mean of the last 56 days, at least one; two where there are few."""
    recent = units[-56:]
    mean = recent.mean() + 1e-6
    return max((recent.var() if len(recent) > 5 else 2.0 * mean) / mean, 1.0)


def spread_around(means: np.ndarray, snapshot: Snapshot, whole: bool) -> np.ndarray:
    """A negative binomial around daily means of shape (n, h), or around their sum."""
    means = np.maximum(means, 0.0)
    means = means.sum(1, keepdims=True) if whole else means
    index = np.array([dispersion(one.units) for one in snapshot.series])
    return negative_binomial(means, means * index[:, None])


def _by_mean(mean: Callable[[Series, int], object]) -> Forecast:
    def forecast(snapshot: Snapshot, days: int, whole: bool) -> np.ndarray:
        means = np.array(
            [np.broadcast_to(mean(one, days), days) for one in snapshot.series], dtype=np.float64
        )
        return spread_around(means, snapshot, whole)

    return forecast


def _same_weekday(one: Series, days: int) -> np.ndarray:
    weekday = one.weekday
    found = [np.flatnonzero(weekday == day) for day in one.weekday_ahead(days)]
    return np.array([one.units[at[-1]] if len(at) else one.units[-1] for at in found])


def _mean_by_weekday(one: Series, days: int) -> np.ndarray:
    units, weekday = one.units[-112:], one.weekday[-112:]
    mean = units.mean() + 1e-9
    factor = np.array(
        [(units[weekday == d].sum() + 4 * mean) / ((weekday == d).sum() + 4) / mean for d in range(7)]
    )
    return one.units[-28:].mean() * factor[one.weekday_ahead(days)]


def empirical(snapshot: Snapshot, days: int, whole: bool) -> np.ndarray:
    """Quantiles of the last 56 days, or of the sums within them."""
    past = [_sums(one, days) if whole else one.units[-56:] for one in snapshot.series]
    found = np.array([np.quantile(each, LEVELS) for each in past])
    return np.repeat(found[:, None], 1 if whole else days, axis=1)


def empirical_by_weekday(snapshot: Snapshot, days: int, whole: bool) -> np.ndarray:
    """Quantiles of the last eight same weekdays; of a sum, those of all sums."""
    if whole:
        return empirical(snapshot, days, whole)
    out = np.empty((len(snapshot.series), days, len(LEVELS)))
    for row, one in enumerate(snapshot.series):
        for column, day in enumerate(one.weekday_ahead(days)):
            same = one.units[one.weekday == day][-8:]
            out[row, column] = np.quantile(same if len(same) else one.units[-8:], LEVELS)
    return out


def _sums(one: Series, days: int) -> np.ndarray:
    if len(one.units) < days:
        return np.array([one.units.mean() * days])
    return np.convolve(one.units[-56:], np.ones(days), "valid")


def _statsforecast(name: str) -> Forecast:
    def forecast(snapshot: Snapshot, days: int, whole: bool) -> np.ndarray:
        return spread_around(np.nan_to_num(fitted(snapshot)[name][:, :days]), snapshot, whole)

    return forecast


def automatic_normal(snapshot: Snapshot, days: int, whole: bool) -> np.ndarray:
    """AutoETS with the normal spread of its own."""
    found = fitted(snapshot)
    mean = np.nan_to_num(found["AutoETS"][:, :days])
    deviation = np.nan_to_num(found["sd"][:, :days], nan=1.0)
    if whole:
        mean, deviation = mean.sum(1, keepdims=True), np.sqrt(np.square(deviation).sum(1, keepdims=True))
    return np.maximum(mean[..., None] + deviation[..., None] * stats.norm.ppf(LEVELS), 0.0)


def fitted(snapshot: Snapshot) -> dict[str, np.ndarray]:
    """What the models of statsforecast say of each day of the coming week, from the cache if they were asked before."""
    path = CACHE / f"{_digest(snapshot)}.npz"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        np.savez(path, **_fit([one.units for one in snapshot.series], snapshot.season))
    with np.load(path) as found:
        return dict(found)


def _digest(snapshot: Snapshot) -> str:
    digest = hashlib.sha256(str(snapshot.season).encode())
    for one in snapshot.series:
        digest.update(str(len(one.units)).encode())
        digest.update(np.asarray(one.units, dtype=np.float64).tobytes())
    return digest.hexdigest()[:32]


def _fit(past: Sequence[np.ndarray], season: int) -> dict[str, np.ndarray]:
    from statsforecast import StatsForecast  # noqa: PLC0415 - slow to load, and only needed where nothing is kept
    from statsforecast import models as m  # noqa: PLC0415

    kept = [units[-FITTED_DAYS:] for units in past]
    parts = [pd.DataFrame({"unique_id": i, "ds": np.arange(len(u)), "y": u}) for i, u in enumerate(kept)]
    frame, shape = pd.concat(parts), (len(kept), season)
    points = [m.SimpleExponentialSmoothingOptimized(), m.CrostonClassic(), m.CrostonSBA()]
    points += [m.TSB(0.1, 0.1), m.ADIDA(), m.IMAPA()]
    warnings.filterwarnings("ignore")
    plain = StatsForecast(models=points, freq=1, n_jobs=1, fallback_model=m.CrostonSBA()).forecast(
        df=frame, h=season
    )
    automatic = StatsForecast(
        models=[m.AutoETS(season_length=season)], freq=1, n_jobs=1, fallback_model=m.HistoricAverage()
    ).forecast(df=frame, h=season, level=[80])
    plain, automatic = plain.sort_values(["unique_id", "ds"]), automatic.sort_values(["unique_id", "ds"])
    found = {name: plain[name].to_numpy().reshape(shape) for name in POINT_MODELS}
    found["AutoETS"] = automatic["AutoETS"].to_numpy().reshape(shape)
    width = automatic["AutoETS-hi-80"] - automatic["AutoETS-lo-80"]
    found["sd"] = (width.to_numpy() / 2 / 1.2816).reshape(shape)
    return found


BASELINES: dict[str, Forecast] = {
    "naive": _by_mean(lambda one, _: one.units[-1]),
    "seasonal_naive": _by_mean(_same_weekday),
    "MA28": _by_mean(lambda one, _: one.units[-28:].mean()),
    "MA28xWeekday": _by_mean(_mean_by_weekday),
    "SES": _statsforecast("SESOpt"),
    "Croston": _statsforecast("CrostonClassic"),
    "SBA": _statsforecast("CrostonSBA"),
    "TSB": _statsforecast("TSB"),
    "ADIDA": _statsforecast("ADIDA"),
    "IMAPA": _statsforecast("IMAPA"),
    "AutoETS_NB": _statsforecast("AutoETS"),
    "AutoETS_normal": automatic_normal,
    "Empirical56": empirical,
    "EmpWeekday8": empirical_by_weekday,
}
