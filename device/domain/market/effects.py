"""Forecasts as the signals change them: what each adds in percent, what would be without it, never beyond bounds.

The effects of several signals on one day multiply: they are added as logarithms. What a forecast is multiplied with lies
between FACTOR_MIN and FACTOR_MAX, whatever people noted. The less is known of an effect, the wider the forecast becomes:
with s for how far the forecast's own logarithm scatters and e for the effect's deviation, the logarithm of the quantile
whose level has the standard score z moves by z * (sqrt(s^2 + e^2) - s) besides. Shapes: n products, h planned days, K kinds.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import NormalDist
from typing import Final

import numpy as np

from device.domain.forecast import DemandForecast
from device.domain.market.book import MarketBook
from device.domain.market.learn import Learned, steps_by_product
from device.domain.market.relatives import Relatives
from device.domain.market.strength import KINDS, Force, forces_on
from shared.events.market import SignalKind
from shared.history import Floats

FACTOR_MIN: Final = 0.5
FACTOR_MAX: Final = 2.0
LIKELY: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one kind of signal does to one product over the planned days.

    Attributes:
        percent: what it adds, below zero for what it takes.
        words_key: the sentence that says so, `effect.` and the kind.
        fields: what stands in the sentence: `source` in the seller's words, and from how many `days` it was learned.
        without: the pieces that are likely over all planned days without this kind of signal.
    """

    kind: SignalKind
    percent: int
    words_key: str
    fields: Mapping[str, str]
    without: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedForecast:
    """A forecast with the signals in it; `without` is its total as it was, by the same levels, `effects` why it moved."""

    forecast: DemandForecast
    without: tuple[float, ...]
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known around the stall when a forecast is made on the day `today`."""

    today: date
    book: MarketBook
    relatives: Relatives
    learned: Learned


def with_effects(
    forecasts: Sequence[DemandForecast], days: Sequence[date], around: Surroundings, /
) -> tuple[AdjustedForecast, ...]:
    """Adjust the forecasts for `days`; one that no signal reaches comes back as it is, to the last digit."""
    forces = [forces_on(around.book, day, asked_on=around.today) for day in days]
    plain = [AdjustedForecast(forecast=one, without=one.total) for one in forecasts]
    if not any(forces):
        return tuple(plain)
    skus = [one.sku for one in forecasts]
    steps = np.stack([steps_by_product(of_day, skus, around.relatives) for of_day in forces], axis=1)
    sources = _sources(forces)
    return tuple(
        _adjusted(one.forecast, steps[row], around.learned, sources) if steps[row].any() else one
        for row, one in enumerate(plain)
    )


def _adjusted(
    forecast: DemandForecast, steps: Floats, learned: Learned, sources: Mapping[SignalKind, str]
) -> AdjustedForecast:
    """Adjust one product; `steps` is of shape (h, K)."""
    weights = _weights(forecast)
    logs = steps @ learned.mean
    deviations = np.sqrt(np.maximum(np.einsum("hk,kl,hl->h", steps, learned.covariance, steps), 0.0))
    together = _bounded_log(math.log(float(weights @ np.exp(np.clip(logs, -20.0, 20.0)))))
    daily = tuple(
        _moved(day, forecast.levels, _bounded_log(float(log)), float(deviation))
        for day, log, deviation in zip(forecast.daily, logs, deviations, strict=True)
    )
    total = _moved(forecast.total, forecast.levels, together, float(weights @ deviations))
    moved = replace(forecast, daily=daily, total=total)
    likely = _likely(forecast.total, forecast.levels)
    effects = tuple(
        _effect(kind, alone, likely, together, learned, sources)
        for place, kind in enumerate(KINDS)
        if (alone := math.log(float(weights @ np.exp(steps[:, place] * learned.mean[place]))))
    )
    told = sorted((one for one in effects if one.percent), key=lambda one: -abs(one.percent))
    return AdjustedForecast(forecast=moved, without=forecast.total, effects=tuple(told))


def _effect(
    kind: SignalKind, alone: float, likely: float, together: float, learned: Learned, sources: Mapping[SignalKind, str]
) -> Effect:  # fmt: skip
    bounded = _bounded_log(alone)
    others = _bounded_log(together - bounded)
    return Effect(
        kind=kind,
        percent=round(100 * math.expm1(bounded)),
        words_key=f"effect.{kind.value}",
        fields={"source": sources.get(kind, ""), "days": str(learned.days_of(kind))},
        without=round(likely * math.exp(others)),
    )


def _moved(
    quantiles: tuple[float, ...], levels: tuple[float, ...], log: float, deviation: float
) -> tuple[float, ...]:
    """Move quantiles by a factor that rises with their level; goods that were told in whole pieces stay whole."""
    own = _own_deviation(quantiles, levels)
    wider = math.hypot(own, deviation) - own
    factors = [math.exp(_bounded_log(log + NormalDist().inv_cdf(level) * wider)) for level in levels]
    moved = [quantile * factor for quantile, factor in zip(quantiles, factors, strict=True)]
    if all(quantile == math.floor(quantile) for quantile in quantiles):
        return tuple(float(math.floor(quantile + 0.5)) for quantile in moved)
    return tuple(moved)


def _own_deviation(quantiles: tuple[float, ...], levels: tuple[float, ...]) -> float:
    """How far the forecast's own logarithm scatters, by its middle and its highest level."""
    middle = _likely(quantiles, levels)
    score = NormalDist().inv_cdf(levels[-1])
    return max(0.0, math.log((quantiles[-1] + 1.0) / (middle + 1.0)) / score) if score > 0 else 0.0


def _weights(forecast: DemandForecast) -> Floats:
    """How much of the planned days' sales falls on each, shape (h,)."""
    likely = np.array([sum(day) / len(day) for day in forecast.daily])
    total = likely.sum()
    return likely / total if total > 0 else np.full(len(likely), 1.0 / len(likely))


def _likely(quantiles: tuple[float, ...], levels: tuple[float, ...]) -> float:
    nearest = min(range(len(levels)), key=lambda place: abs(levels[place] - LIKELY))
    return quantiles[nearest]


def _bounded_log(log: float) -> float:
    return max(math.log(FACTOR_MIN), min(math.log(FACTOR_MAX), log))


def _sources(forces: Sequence[Sequence[Force]]) -> Mapping[SignalKind, str]:
    """What people called the source of each kind, the first that was said."""
    return {
        force.kind: force.source for of_day in reversed(forces) for force in reversed(of_day) if force.source
    }
