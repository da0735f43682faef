"""What to make or order for the next market days: the forecast set against the shelf."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from device.domain.forecast import HIGH_LEVEL, LIKELY_LEVEL, LOW_LEVEL, DemandForecast, ForecastSource
from shared.ids import Sku

MILLI: Final = 1000


class RestockReason(Enum):
    """Why that many; the pages put it into words."""

    ENOUGH = "enough"
    """What is there covers even a good run."""
    MAY_RUN_OUT = "may-run-out"
    """What is there covers a likely run, not a good one."""
    WILL_RUN_OUT = "will-run-out"
    """What is there does not cover a likely run."""
    SELDOM_SOLD = "seldom-sold"
    """Even a good run sells none."""
    NEVER_SOLD = "never-sold"
    """No sale yet: the figures are a guess from the stall's other products."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPlan:
    """One product's line of the plan, in whole pieces over all planned days."""

    sku: Sku
    low: int
    likely: int
    high: int
    in_stock: int
    make: int
    reason: RestockReason
    source: ForecastSource


@dataclass(frozen=True, slots=True, kw_only=True)
class RestockPlan:
    """What to make for which market days; without a market day there is nothing to plan."""

    days: tuple[date, ...]
    products: tuple[ProductPlan, ...]


def plan_restock(
    days: Sequence[date],
    forecasts: Sequence[DemandForecast],
    stock_milli: Mapping[Sku, int],
    /,
    *,
    service_level: float = HIGH_LEVEL,
) -> RestockPlan:
    """Set each forecast against the shelf; what needs the most pieces comes first.

    Args:
        days: the planned market days that the forecasts are for.
        forecasts: one a product, with the levels 0.1, 0.5, 0.9 and `service_level`.
        stock_milli: thousandths of a piece; a product that is missing has none, and less than none counts as none.
        service_level: how sure to be that the shelf lasts.

    Raises:
        ValueError: a forecast lacks one of the levels.
    """
    plans = [
        _plan_product(forecast, stock_milli.get(forecast.sku, 0), service_level) for forecast in forecasts
    ]
    plans.sort(key=lambda plan: (-plan.make, plan.sku))
    return RestockPlan(days=tuple(days), products=tuple(plans))


def _plan_product(forecast: DemandForecast, stock_milli: int, service_level: float) -> ProductPlan:
    low, likely, high = (_pieces(forecast.total_at(level)) for level in (LOW_LEVEL, LIKELY_LEVEL, HIGH_LEVEL))
    in_stock = max(0, stock_milli // MILLI)
    make = max(0, _pieces(forecast.total_at(service_level)) - in_stock)
    return ProductPlan(
        sku=forecast.sku,
        low=low,
        likely=likely,
        high=high,
        in_stock=in_stock,
        make=make,
        reason=_reason(forecast, likely, high, in_stock),
        source=forecast.source,
    )


def _pieces(quantile: float) -> int:
    """Whole pieces that cover the quantile; a hair above a whole number is that number."""
    return math.ceil(quantile - 1e-6)


def _reason(forecast: DemandForecast, likely: int, high: int, in_stock: int) -> RestockReason:
    if forecast.history_days == 0:
        return RestockReason.NEVER_SOLD
    if high == 0:
        return RestockReason.SELDOM_SOLD
    if in_stock >= high:
        return RestockReason.ENOUGH
    return RestockReason.MAY_RUN_OUT if in_stock >= likely else RestockReason.WILL_RUN_OUT
