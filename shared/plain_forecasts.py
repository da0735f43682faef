"""Four plain forecasts with their spread, which the network mixes and bends: on a shop like no other it starts here.

Two are a level times a shrunk rhythm of the week with a negative binomial spread: a level smoothed as fast as the past asks
for (`shared/adaptive_level.py`), and that of the last 28 days. Two let past sums speak for themselves: all of the last 56
days, and those from the same weekday on. `PRIOR_MIX` says how much each counts as long as nothing is learnt.

Quantiles are of the continuous kind of `shared/counts.py`: rounded to whole pieces they are those of the counts.

Shapes: n products, w windows, K = `len(PLAIN_FORECASTS)`, Q levels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from shared.adaptive_level import adaptive_level
from shared.counts import continuous_count_quantiles
from shared.history import MAX_UNITS, Floats, Integers, Window
from shared.recent import Recent
from shared.sold_out import unconstrained

PLAIN_FORECASTS: Final = (
    "adaptive",
    "mean_28",
    "past_sums",
    "same_weekday_sums",
)
LEVELS: Final = 2
"""So many of them have a level; they stand first."""
PRIOR_MIX: Final = (0.7, 0.1, 0.1, 0.1)
MEAN_PLACE: Final = PLAIN_FORECASTS.index("mean_28")
MEAN_DAYS: Final = 28
FAINT: Final = 0.05
"""The long mean counts as much as so many days of the last ones."""
PRIOR_DAYS: Final = 8
"""The stall's own rhythm of the week counts as much as this many days of a product's."""
SPREAD_DAYS: Final = 56
SPREAD_PRIOR_DAYS: Final = 10
"""The stall's usual spread counts as much as this many days of a product's."""
SAME_WEEKDAYS: Final = 12
SMALLEST: Final = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rhythm:
    """Weekday factors: of each product (n, 7), of the stall (7,), and how often each weekday was seen (n, 7)."""

    own: Floats
    stall: Floats
    seen: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlainForecasts:
    """What the plain methods say.

    Attributes:
        quantiles: continuous count quantiles, at least -0.5, rising, shape (n, w, K, Q).
        means: expected units of those that have a level, shape (n, w, LEVELS).
        spread: variance over mean of sums as long as each window, shape (n, w).
    """

    quantiles: Floats
    means: Floats
    spread: Floats


def rhythm_of(recent: Recent, /) -> Rhythm:
    """How the week goes, a product's own days leaning on the stall's."""
    marks = recent.weekday_marks
    sold = recent.units @ marks
    seen = recent.known.astype(np.float64) @ marks
    mean = sold.sum(1) / np.maximum(seen.sum(1), 1.0) + 1e-6
    relative = np.minimum(sold / mean[:, None], 20.0 * seen)
    stall = (relative.sum(0) + PRIOR_DAYS) / (seen.sum(0) + PRIOR_DAYS)
    own = (relative + PRIOR_DAYS * stall) / (seen + PRIOR_DAYS)
    return Rhythm(own=np.clip(own, 0.05, 20.0), stall=np.clip(stall, 0.05, 20.0), seen=seen)


def repaired(recent: Recent, /) -> Recent:
    """The same with what would have been sold on the days on which the stock ran out."""
    if not recent.sold_out.any():
        return recent
    share = _past_factors(recent, rhythm_of(recent))
    return replace(
        recent, units=unconstrained(recent.units, recent.known, recent.sold_out, share, recent.open_share)
    )


def plain_forecasts(
    recent: Recent,
    rhythm: Rhythm,
    horizon_weekday: Integers,
    windows: Sequence[Window],
    levels: Sequence[float],
) -> PlainForecasts:
    """All plain forecasts of every window."""
    past = _past_factors(recent, rhythm)
    ahead = rhythm.own[:, horizon_weekday]
    share = np.stack([ahead[:, w.first : w.first + w.days].sum(1) for w in windows], axis=1)
    means = _levels(recent, past)[:, None, :] * share[..., None]
    spread = _spreads(recent, past, windows)
    counted = continuous_count_quantiles(means, means * spread[..., None], levels)
    fallback = counted[:, :, MEAN_PLACE]
    seen = [
        _empirical(_past_sums(recent, window, horizon_weekday, same=same), levels, fallback[:, at])
        for same in (False, True)
        for at, window in enumerate(windows)
    ]
    told = np.stack([np.stack(seen[: len(windows)], 1), np.stack(seen[len(windows) :], 1)], axis=2)
    return PlainForecasts(quantiles=np.concatenate([counted, told], axis=2), means=means, spread=spread)


def _past_factors(recent: Recent, rhythm: Rhythm) -> Floats:
    """What the rhythm says of each past day, zero where the product was unknown: (n, t)."""
    return np.where(recent.known, rhythm.own[:, np.maximum(recent.weekday, 0)], 0.0)


def _levels(recent: Recent, past: Floats) -> Floats:
    """Units a day of ordinary strength, (n, LEVELS): smoothed, and sold over expected of the last days."""
    long = recent.units.sum(1) / np.maximum(past.sum(1), SMALLEST)
    lately, expected = recent.units[:, -MEAN_DAYS:].sum(1), past[:, -MEAN_DAYS:].sum(1)
    mean = (lately + FAINT * long) / (expected + FAINT)
    floored: Floats = np.maximum(
        np.stack([adaptive_level(recent.units, recent.known, past), mean], axis=1), SMALLEST
    )
    return floored


def _spreads(recent: Recent, past: Floats, windows: Sequence[Window]) -> Floats:
    """Variance over mean of sums of as many days as each window has, leaning on the stall's: (n, w)."""
    units, past, known = (
        recent.units[:, -SPREAD_DAYS:],
        past[:, -SPREAD_DAYS:],
        recent.known[:, -SPREAD_DAYS:],
    )
    level = units.sum(1, keepdims=True) / np.maximum(past.sum(1, keepdims=True), SMALLEST)
    expected = level * past
    by_days = {days: _spread(units - expected, expected, known, days) for days in {w.days for w in windows}}
    return np.stack([by_days[window.days] for window in windows], axis=1)


def _spread(miss: Floats, expected: Floats, known: np.ndarray, days: int) -> Floats:
    whole = _rolling(known.astype(np.float64), days) > days - 0.5
    square = np.where(whole, np.square(_rolling(miss, days)), 0.0).sum(1)
    mean = np.where(whole, _rolling(expected, days), 0.0).sum(1)
    count = whole.sum(1) / days
    own = square / (mean + 1e-6)
    enough = (count >= 6) & (mean > 0)
    usual = float(np.median(own[enough])) if enough.any() else 1.8
    leaning = (count * own + SPREAD_PRIOR_DAYS * usual) / (count + SPREAD_PRIOR_DAYS)
    spread: Floats = np.clip(leaning, 1.0, MAX_UNITS)
    return spread


def _rolling(values: Floats, days: int) -> Floats:
    """Sums of `days` columns in a row, (n, t - days + 1)."""
    total = values[:, : values.shape[1] - days + 1].copy()
    for shift in range(1, days):
        total += values[:, shift : shift + total.shape[1]]
    return total


def _past_sums(recent: Recent, window: Window, horizon_weekday: Integers, *, same: bool) -> Floats:
    """Past sums as long as the window, NaN where a day is unknown; `same`: those from its first weekday on."""
    daily = np.where(recent.known, recent.units, np.nan)
    sums = _rolling(daily, window.days)
    if not same:
        return sums[:, -SPREAD_DAYS + window.days - 1 :]
    starts = recent.weekday[: sums.shape[1]] == horizon_weekday[window.first]
    return sums[:, starts][:, -SAME_WEEKDAYS:]


def _empirical(sums: Floats, levels: Sequence[float], otherwise: Floats) -> Floats:
    """Continuous quantiles of what was, (n, Q); `otherwise` where less than three sums are known."""
    if not sums.shape[1]:
        return otherwise
    ordered = np.sort(sums, axis=1)
    count = np.isfinite(ordered).sum(1)
    out = np.empty((len(sums), len(levels)))
    for column, level in enumerate(levels):
        place = np.clip(np.ceil(level * count).astype(np.int64) - 1, 0, sums.shape[1] - 1)
        value = np.take_along_axis(ordered, place[:, None], axis=1)
        below, ties = (ordered < value).sum(1), (ordered == value).sum(1)
        out[:, column] = value[:, 0] - 0.5 + (level * count - below) / np.maximum(ties, 1)
    trusted = np.where((count >= 3)[:, None], out, otherwise)
    return np.maximum.accumulate(np.maximum(trusted, -0.5), axis=-1)
