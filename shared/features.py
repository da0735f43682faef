"""Forecast features from a history of selling days: the one place where training and till look at the past.

A day before a product's first sale, or one on which it was sold out, is NaN and takes part in nothing.
Everything here is pure, works on all products at once, looks back `LOOK_BACK_DAYS` selling days at most, and gives
finite numbers for any history, the empty one included.

Shapes: n products, t days of history, h planned days, w windows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from shared.history import LOOK_BACK_DAYS, MAX_HORIZON_DAYS, MAX_UNITS, Floats, Integers, SalesHistory, Window
from shared.plain_forecasts import LEVELS, PLAIN_FORECASTS, plain_forecasts, repaired, rhythm_of
from shared.recent import Recent, recent_of

FEATURE_VERSION: Final = 3
"""Changes whenever a feature changes its meaning; a model refuses to run on another version than its own."""
QUANTILE_LEVELS: Final = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
MEDIAN: Final = QUANTILE_LEVELS.index(0.5)

SPANS: Final = (7, 14, 28, 56, LOOK_BACK_DAYS)
RAW_DAYS: Final = 7
ROLLING_DAYS: Final = 56
ROLLING_LEVELS: Final = (0.1, 0.5, 0.75, 0.9, 0.95)
LEVEL_FLOOR: Final = 0.02
"""Units a day: nothing is scaled by less, so that a dead product divides nothing by zero."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Features:
    """What the network sees.

    Attributes:
        series: shape (n, len(SERIES_FEATURES)).
        window: shape (n, w, len(WINDOW_FEATURES)).
        anchor: the plain expectation of each window in units, above zero, shape (n, w); ratios are to it.
        plain: what the plain forecasts say, shape (n, w, len(PLAIN_FORECASTS), len(QUANTILE_LEVELS)); the network
            mixes and bends them.
    """

    series: Floats
    window: Floats
    anchor: Floats
    plain: Floats


SERIES_FEATURES: Final = (
    "log_level",
    "log_peer_over_level",
    "age",
    "own_evidence",
    *(f"mean_{span}" for span in SPANS),
    *(f"zero_share_{span}" for span in (28, 56)),
    "deviation_28",
    "deviation_56",
    "log_dispersion_56",
    "days_since_sale",
    "trend_14",
    "stall_trend_7",
    "selling_days_a_week",
    *(f"day_minus_{back}" for back in range(RAW_DAYS, 0, -1)),
)
WINDOW_FEATURES: Final = (
    "log_days",
    "first",
    "log_anchor",
    "own_rhythm",
    "stall_rhythm",
    "last_same_weekday",
    "mean_4_same_weekdays",
    "days_in_history_of_weekday",
    "log_spread",
    *(f"log_{name}" for name in PLAIN_FORECASTS[:LEVELS]),
    *(f"median_{name}" for name in PLAIN_FORECASTS),
    *(f"high_{name}" for name in PLAIN_FORECASTS),
    *(f"rolling_{round(level * 100)}" for level in ROLLING_LEVELS),
)


def features_of(history: SalesHistory, windows: Sequence[Window], /) -> Features:
    """Turn a history into the network's input.

    Raises:
        ValueError: a window that reaches beyond the planned days.
    """
    horizon = len(history.horizon_weekday)
    for window in windows:
        if window.first < 0 or window.days < 1 or window.first + window.days > horizon:
            raise ValueError(f"{window} does not lie within the {horizon} planned days")
    recent = repaired(recent_of(history))
    level, peer = _level(recent)
    rhythm = rhythm_of(recent)
    own, stall, seen = rhythm.own, rhythm.stall, rhythm.seen
    plain = plain_forecasts(recent, rhythm, history.horizon_weekday, windows, QUANTILE_LEVELS)
    membership = _membership(windows, horizon)
    share = own[:, history.horizon_weekday] @ membership
    anchor = level[:, None] * share
    series = _series_features(recent, level, peer)
    last, mean4 = _same_weekdays(recent, history.horizon_weekday, level)
    days = membership.sum(0)
    columns = [
        np.log(days),
        np.array([window.first for window in windows]) / MAX_HORIZON_DAYS,
        np.log(anchor),
        np.log(share / days),
        np.log(stall[history.horizon_weekday] @ membership / days),
        _soft((last @ membership) / anchor),
        _soft((mean4 @ membership) / anchor),
        np.log1p(seen[:, history.horizon_weekday] @ membership / days),
        np.log(plain.spread),
        *np.moveaxis(np.log((plain.means + 0.05) / (anchor + 0.05)[..., None]), -1, 0),
        *np.moveaxis(_compared(plain.quantiles[..., MEDIAN], anchor), -1, 0),
        *np.moveaxis(_compared(plain.quantiles[..., -1], anchor), -1, 0),
        *np.moveaxis(_rolling(recent, windows, anchor), -1, 0),
    ]
    window_features = np.stack(np.broadcast_arrays(*columns), axis=-1)
    return Features(series=series, window=window_features, anchor=anchor, plain=plain.quantiles)


def whole_pieces(quantiles: Floats, /) -> Floats:
    """The network's quantiles as counts: whole, not negative, rising with the level."""
    whole: Floats = np.floor(tidied(quantiles) + 0.5)
    return whole


def tidied(quantiles: Floats, /) -> Floats:
    """The network's quantiles as they may be told: finite, not negative, rising with the level."""
    tame = np.nan_to_num(np.maximum(quantiles, 0.0), posinf=MAX_UNITS)
    rising: Floats = np.maximum.accumulate(tame, axis=-1)
    return rising


def _level(recent: Recent) -> tuple[Floats, Floats]:
    """Units a day of each product, and of the stall's middle product; a young product leans on the latter."""
    n = len(recent.units)
    age = recent.known.sum(1)
    long = recent.mean(LOOK_BACK_DAYS, np.zeros(n))
    peer = float(np.median(long[age > 0])) if (age > 0).any() else 0.0
    own = 0.7 * recent.mean(28, long) + 0.3 * long
    trust = 1.0 - 0.5 ** np.minimum(age, 40)
    level = np.maximum(trust * own + (1.0 - trust) * peer, LEVEL_FLOOR)
    return level, np.full(n, max(peer, LEVEL_FLOOR))


def _series_features(recent: Recent, level: Floats, peer: Floats) -> Floats:
    units, known = recent.units, recent.known
    n = len(units)
    age = known.sum(1)
    scaled = units / level[:, None]
    means = {span: recent.mean(span, level) for span in SPANS}
    zero = known & (units == 0)
    previous = np.where(known[:, -28:-14].sum(1) > 0, 2.0 * means[28] - means[14], level)
    weekly = len(np.unique(recent.weekday[-14:][recent.weekday[-14:] >= 0])) / MAX_HORIZON_DAYS
    variance = {span: recent.variance(span) for span in (28, 56)}
    columns = [
        np.log(level),
        np.log(peer / level),
        np.log1p(age),
        0.5 ** np.minimum(age, 40),
        *(_soft(means[span] / level) for span in SPANS),
        *(zero[:, -span:].sum(1) / np.maximum(known[:, -span:].sum(1), 1) for span in (28, 56)),
        *(_soft(np.sqrt(variance[span]) / level) for span in (28, 56)),
        np.log1p(variance[56] / np.maximum(means[56], LEVEL_FLOOR)),
        _days_since_sale(units) / LOOK_BACK_DAYS,
        np.log((means[14] + 0.1 * level) / (np.maximum(previous, 0.0) + 0.1 * level)),
        np.full(n, _stall_trend(recent)),
        np.full(n, weekly),
        *(_soft(scaled[:, -back]) for back in range(RAW_DAYS, 0, -1)),
    ]
    return np.stack(columns, axis=-1)


def _days_since_sale(units: Floats) -> Integers:
    sold = units[:, ::-1] > 0
    return np.where(sold.any(1), sold.argmax(1), LOOK_BACK_DAYS).astype(np.int64)


def _stall_trend(recent: Recent) -> float:
    """How the whole stall did over the last seven days against the last 28."""
    per_day = recent.units.sum(0)[recent.weekday >= 0]
    if not len(per_day):
        return 0.0
    return float(np.log((per_day[-7:].mean() + 0.1) / (per_day[-28:].mean() + 0.1)))


def _same_weekdays(recent: Recent, horizon_weekday: Integers, level: Floats) -> tuple[Floats, Floats]:
    """What was sold on the last same weekday, and on the last four on average, each of shape (n, h)."""
    last = np.repeat(level[:, None], len(horizon_weekday), axis=1)
    mean = last.copy()
    for weekday in np.unique(horizon_weekday):
        columns = np.flatnonzero(recent.weekday == weekday)[-4:]
        if not len(columns):
            continue
        known, units = recent.known[:, columns], recent.units[:, columns]
        ahead = horizon_weekday == weekday
        last[:, ahead] = np.where(known[:, -1], units[:, -1], level)[:, None]
        count = known.sum(1)
        mean[:, ahead] = np.where(count > 0, units.sum(1) / np.maximum(count, 1), level)[:, None]
    return last, mean


def _rolling(recent: Recent, windows: Sequence[Window], anchor: Floats) -> Floats:
    """Empirical quantiles of past sums of as many days as each window has, scaled by the anchor: (n, w, levels)."""
    by_days = {days: _sum_quantiles(recent, days) for days in {window.days for window in windows}}
    out = np.stack([by_days[window.days] for window in windows], axis=1)
    return _soft(np.where(np.isfinite(out), out / anchor[..., None], 1.0))


def _sum_quantiles(recent: Recent, days: int) -> Floats:
    """Quantiles of the sums of `days` days in a row within the last `ROLLING_DAYS`; NaN where none is known."""
    daily = np.where(recent.known, recent.units, np.nan)[:, -ROLLING_DAYS:]
    sums = daily[:, : ROLLING_DAYS - days + 1].copy()
    for shift in range(1, days):
        sums += daily[:, shift : shift + sums.shape[1]]
    ordered = np.sort(sums, axis=1)
    count = np.isfinite(ordered).sum(1)
    place = np.floor(np.asarray(ROLLING_LEVELS) * (np.maximum(count, 1)[:, None] - 1) + 0.5).astype(np.int64)
    quantiles: Floats = np.take_along_axis(ordered, place, axis=1)
    return quantiles


def _membership(windows: Sequence[Window], horizon: int) -> Floats:
    """Which planned day belongs to which window, as ones and zeros of shape (h, w)."""
    day = np.arange(horizon)[:, None]
    first = np.array([window.first for window in windows])
    length = np.array([window.days for window in windows])
    belongs: Floats = ((day >= first) & (day < first + length)).astype(np.float64)
    return belongs


def _compared(quantile: Floats, anchor: Floats) -> Floats:
    """Quantiles of several forecasts against the anchor, half a piece added to both: (n, w, K)."""
    return _soft((quantile + 0.5) / (anchor + 0.5)[..., None])


def _soft(ratio: Floats) -> Floats:
    """A ratio made tame: small ones nearly as they are, huge ones by their logarithm."""
    tamed: Floats = np.log1p(np.minimum(ratio, 1e6))
    return tamed
