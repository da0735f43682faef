"""Demand over some selling days as a distribution that decisions can be made with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from device.domain.forecast import DemandForecast
from shared.history import Floats
from shared.quantile_function import quantiles_at

LEVELS: Final = tuple(round(0.005 + 0.01 * place, 3) for place in range(100))
"""The middles of a hundred equal shares of chance."""
MIDDLE: Final = 50


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Pieces wanted at each of LEVELS, rising, shape (100,): as if a hundred equally likely days were known."""

    pieces: Floats

    def at(self, level: float) -> float:
        """Return the pieces not exceeded with probability `level`, between 0.005 and 0.995."""
        return float(np.interp(level, LEVELS, self.pieces))

    def chance_of(self, wanted: Floats) -> Floats:
        """Return how likely each number of pieces is wanted at least, shape of `wanted`; half a piece is rounded up."""
        chances: Floats = (self.pieces >= wanted[..., None] - 0.5).mean(-1)
        return chances

    def stretched(self, factor: float) -> "Demand":
        """Return the demand over `factor` times as many days: its middle grows by that, what scatters by the root of it.

        Days are taken as independent, as in the variance of a sum; a model looks only so far ahead.
        """
        middle = self.pieces[MIDDLE]
        moved = middle * factor + (self.pieces - middle) * np.sqrt(factor)
        return Demand(np.maximum.accumulate(np.maximum(moved, 0.0)))


def demands_of(forecasts: Sequence[DemandForecast]) -> tuple[Demand, ...]:
    """Return the demand over all days of each forecast together."""
    if not forecasts:
        return ()
    levels = forecasts[0].levels
    totals = np.array([forecast.total for forecast in forecasts], dtype=np.float64)
    found = quantiles_at(totals, levels, LEVELS)
    return tuple(Demand(np.maximum.accumulate(row)) for row in found)
