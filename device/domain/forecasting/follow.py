"""One product's last selling days: what was told, and what came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from device.domain.forecasting.backtest import Outcome
from device.domain.forecasting.record import ToldDay
from shared.history import Floats
from shared.ids import Sku

BAND: Final = (0.1, 0.9)
"""Eight days of ten should sell within these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedDay:
    """A day that is over.

    Attributes:
        sold: units; None where the product was not on sale.
        sold_out: the stock ran out, so that nobody knows what would have been sold; the day is not counted.
        levels, quantiles: what was told.
        afterwards: it was not told in the morning, but made later from what was known then.
    """

    day: date
    sold: float | None
    sold_out: bool
    levels: tuple[float, ...]
    quantiles: tuple[float, ...]
    afterwards: bool

    @property
    def is_within(self) -> bool | None:
        """Whether the sale lay within the band that was told; None for a day that does not count, or without a band."""
        if self.sold is None or self.sold_out or not set(BAND) <= set(self.levels):
            return None
        low, high = (self.quantiles[self.levels.index(level)] for level in BAND)
        return low - 1e-9 <= self.sold <= high + 1e-9


def follow(
    place: int, sku: Sku, outcome: Outcome, quantiles: Floats, levels: tuple[float, ...],
    told: Mapping[date, ToldDay], /,
) -> tuple[FollowedDay, ...]:  # fmt: skip
    """Return the last days of the product in row `place`, the oldest first.

    Args:
        place: of the product in `outcome`.
        sku: its name.
        outcome: what came.
        quantiles: what the model says of each day from what was known before, shape (d, n, Q).
        levels: of these.
        told: what was told in the mornings; it goes before what is made afterwards.
    """
    found = []
    for row, day in enumerate(outcome.days):
        sold, kept = outcome.sold[row, place], told.get(day)
        said = kept.quantiles.get(sku) if kept else None
        found.append(
            FollowedDay(
                day=day,
                sold=float(sold) if np.isfinite(sold) else None,
                sold_out=bool(outcome.sold_out[row, place]),
                levels=kept.levels if kept and said else levels,
                quantiles=said or tuple(map(float, quantiles[row, place])),
                afterwards=said is None,
            )
        )
    return tuple(found)
