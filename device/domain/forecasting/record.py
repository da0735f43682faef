"""Forecasts as they were told in the morning, kept with what came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from device.domain.forecast import DemandForecast
from shared.ids import Sku

KEPT_DAYS: Final = 56
"""Planned days that are kept; older ones are thrown away."""
KEPT_PRODUCTS_MAX: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDay:
    """What was told for one planned day, last before it began.

    Attributes:
        day: the planned day.
        made_at: when it was told.
        model: name and version of the model, in one word for people.
        levels: probabilities, rising.
        quantiles: of each product.
    """

    day: date
    made_at: datetime
    model: str
    levels: tuple[float, ...]
    quantiles: Mapping[Sku, tuple[float, ...]] = field(default_factory=dict)


def told_days(
    forecasts: Sequence[DemandForecast], days: Sequence[date], made_at: datetime, model: str, /
) -> tuple[ToldDay, ...]:
    """Return what these forecasts say of each planned day."""
    if not forecasts:
        return ()
    kept = forecasts[:KEPT_PRODUCTS_MAX]
    return tuple(
        ToldDay(
            day=day,
            made_at=made_at,
            model=model,
            levels=forecasts[0].levels,
            quantiles={one.sku: one.daily[place] for one in kept},
        )
        for place, day in enumerate(days)
    )
