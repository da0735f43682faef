"""How much each kind of signal moves what this stall sells, learned from its own days with shrinkage.

On a day with signals, the logarithm of what was sold over what the plain forecast expected is taken as

    log ratio = drift + sum over kinds of (effect of the kind x steps) + noise,

and the effects are shrunken as `shrinkage` says. How noisy a day is comes from the stall's own days without signals, which
makes it empirical Bayes (Efron and Morris, "Data analysis using Stein's estimator and its generalizations", J. Am. Stat.
Assoc. 70, 1975): a stall whose days scatter learns slowly.

Shapes: n products, K kinds.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from device.domain.market.book import MarketBook
from device.domain.market.expected import WARM_UP_DAYS, Expectation, expect
from device.domain.market.relatives import Relatives
from device.domain.market.shrinkage import shrunken
from device.domain.market.strength import KINDS, PLACES, STEPS_MAX, Force, forces_on
from shared.events.market import SignalKind
from shared.history import Floats, SalesHistory
from shared.ids import Sku

IF_SOMETHING: Final[Mapping[SignalKind, float]] = {
    SignalKind.ATTENDANCE: 0.16,
    SignalKind.SMS: 0.06,
    SignalKind.SEARCH: 0.08,
    SignalKind.SOCIAL: 0.12,
    SignalKind.WEATHER: 0.10,
    SignalKind.LIVESTREAM: 0.10,
    SignalKind.PROMOTION: 0.14,
}
"""What one step adds, as a logarithm (0.16 is about 17 %), before anything was learned, if the kind is worth something at
all; that it is has a chance of one half, so at first half of this is believed."""
UNKNOWN_NOISE: Final = 0.3
"""The deviation of a day's log ratio where there are too few days to tell."""
LEAST_NOISE: Final = 0.05
DISPERSION: Final = 1.5
"""Variance over mean of counted pieces, as far as a group's own size goes."""
DAYS_FOR_NOISE: Final = 8
RATIO_MAX: Final = math.log(4.0)
"""One day that is more than four times off counts as four times off."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Learned:
    """The effects of one step of each kind, in the order of KINDS.

    Attributes:
        mean: logarithms, shape (K,).
        covariance: of the same, shape (K, K).
        days: on how many past days each kind was seen, shape (K,).
    """

    mean: Floats
    covariance: Floats
    days: tuple[int, ...]

    def days_of(self, kind: SignalKind, /) -> int:
        """On how many past days the effect of a kind was seen."""
        return self.days[PLACES[kind]]


_SOMETHING: Final = np.array([IF_SOMETHING[kind] for kind in KINDS])
_NO_DAYS: Final = np.zeros(0)


def _untaught() -> Learned:
    mean, covariance = shrunken(_NO_DAYS, _NO_DAYS, np.zeros((0, len(KINDS))), _SOMETHING)
    return Learned(mean=mean, covariance=covariance, days=(0,) * len(KINDS))


UNTAUGHT: Final = _untaught()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One group of products on one day: log ratio, variance of its noise, and steps of each kind."""

    ratio: float
    variance: float
    steps: tuple[float, ...]


def steps_by_product(forces: Sequence[Force], skus: Sequence[Sku], relatives: Relatives, /) -> Floats:
    """Return how many steps of each kind reach each product, shape (n, K), each within STEPS_MAX."""
    steps = np.zeros((len(skus), len(KINDS)))
    for force in forces:
        shares = relatives.shares(force.scope, force.about)
        steps[:, PLACES[force.kind]] += [force.steps * shares.get(sku, 0.0) for sku in skus]
    return np.clip(steps, -STEPS_MAX, STEPS_MAX)


def learn(history: SalesHistory, dates: Sequence[date], book: MarketBook, relatives: Relatives, /) -> Learned:
    """Learn from the days of a history; `dates` names its columns, its rows are products that `relatives` knows."""
    skus = [Sku(name) for name in history.unique_id]
    steps = {
        column: steps_by_product(forces, skus, relatives)
        for column, day in enumerate(dates)
        if column >= WARM_UP_DAYS and (forces := forces_on(book, day, asked_on=day))
    }
    steps = {column: found for column, found in steps.items() if found.any()}
    if not steps:
        return UNTAUGHT
    came = expect(history)
    noise = _noise_variance(came, [day for day in range(WARM_UP_DAYS, len(dates)) if day not in steps])
    seen = [
        one for day in range(WARM_UP_DAYS, len(dates)) for one in _groups(came, day, steps.get(day), noise)
    ]
    days = tuple(sum(bool(found[:, kind].any()) for found in steps.values()) for kind in range(len(KINDS)))
    mean, covariance = shrunken(
        np.array([one.ratio for one in seen]),
        np.array([one.variance for one in seen]),
        np.array([one.steps for one in seen]).reshape(-1, len(KINDS)),
        _SOMETHING,
    )
    return Learned(mean=mean, covariance=covariance, days=days)


def _groups(came: Expectation, day: int, steps: Floats | None, noise: float) -> Iterator[_Seen]:
    """The products of a day in groups that the same signals reach, so that no sale is counted twice."""
    if steps is None:
        rows, group = np.zeros((1, len(KINDS))), np.zeros(len(came.known), dtype=np.int64)
    else:
        rows, group = np.unique(np.round(steps, 3), axis=0, return_inverse=True)
    for place, row in enumerate(rows):
        members = came.known[:, day] & (group.reshape(-1) == place)
        expected = float(came.expected[members, day].sum())
        if expected > 0:
            sold = float(came.sold[members, day].sum())
            ratio = max(-RATIO_MAX, min(RATIO_MAX, math.log((sold + 1.0) / (expected + 1.0))))
            yield _Seen(
                ratio=ratio, variance=noise + DISPERSION / (expected + 1.0), steps=tuple(row.tolist())
            )


def _noise_variance(came: Expectation, quiet_days: Sequence[int]) -> float:
    """What a day without signals scatters beyond what counting pieces explains, by the median absolute deviation."""
    seen = [one for day in quiet_days for one in _groups(came, day, None, 0.0)]
    if len(seen) < DAYS_FOR_NOISE:
        return UNKNOWN_NOISE**2
    ratios = np.array([one.ratio for one in seen])
    deviation = 1.4826 * float(np.median(np.abs(ratios - np.median(ratios))))
    counted = float(np.median([one.variance for one in seen]))
    return float(max(LEAST_NOISE**2, deviation**2 - counted))
