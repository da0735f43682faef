"""Demand over some selling days as a distribution that decisions can be made with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from device.domain.forecast import DemandForecast
from shared.history import Floats
from shared.quantile_function import quantiles_at

SHARES: Final = tuple(round(0.005 + 0.01 * place, 3) for place in range(100))
"""The middles of a hundred equal shares of chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What is wanted over some days.

    Attributes:
        pieces: those wanted at each of SHARES, rising, shape (100,): as if a hundred equally likely runs were known.
        levels: the levels that the forecast told, rising, shape (Q,).
        told: the pieces not exceeded with each of these probabilities, shape (Q,).
    """

    pieces: Floats
    levels: tuple[float, ...]
    told: Floats

    @property
    def mean(self) -> float:
        """The pieces wanted on average."""
        return float(self.pieces.mean())

    def at(self, level: float) -> float:
        """Return the pieces not exceeded with probability `level`; those that were told to the last digit."""
        return float(quantiles_at(self.told, self.levels, (level,))[0])

    def chance_of(self, wanted: Floats) -> Floats:
        """Return how likely each number of pieces is wanted at least, shape of `wanted`; half a piece is rounded up."""
        below = np.searchsorted(self.pieces, wanted - 0.5, side="left")
        chances: Floats = 1.0 - below / len(SHARES)
        return chances

    def stretched(self, factor: float) -> "Demand":
        """Return the demand over `factor` times as many days: its mean grows by that, what scatters around it by the root of it.

        Days are taken as independent, as in the variance of a sum; a model looks only so far ahead. The median would not do:
        what sells every other week has none in a week, and any number of weeks.
        """
        if factor == 1.0:
            return self
        mean = self.mean
        return Demand(_stretched(self.pieces, mean, factor), self.levels, _stretched(self.told, mean, factor))


def demands_of(forecasts: Sequence[DemandForecast]) -> tuple[Demand, ...]:
    """Return the demand over all days of each forecast together."""
    if not forecasts:
        return ()
    levels = forecasts[0].levels
    totals = np.array([forecast.total for forecast in forecasts], dtype=np.float64)
    found = np.maximum.accumulate(quantiles_at(totals, levels, SHARES), axis=-1)
    return tuple(Demand(pieces, levels, told) for pieces, told in zip(found, totals, strict=True))


def _stretched(pieces: Floats, mean: float, factor: float) -> Floats:
    moved = mean * factor + (pieces - mean) * np.sqrt(factor)
    rising: Floats = np.maximum.accumulate(np.maximum(moved, 0.0))
    return rising
