"""What is known of one product when a plan is made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from device.domain.catalogue import Product
from device.domain.forecast import LIKELY_LEVEL, DemandForecast
from device.domain.plan.demand import Demand
from device.domain.plan.making_book import Habit
from device.domain.plan.window import Window
from shared.events.making import MakingRules
from shared.money import QUANTITY_ONE_MILLI


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlook:
    """What is known of one product when a plan is made.

    Attributes:
        forecast: over the plan's market days.
        window, demand: the days that a decision of today has to cover, and what is wanted on all of them.
        here_milli: in stock; below none counts as none.
        at_hub_milli: at the hub, from where it can be fetched.
        stock_keeps: whether what is there can still be sold on the first of the window's days.
        stock_keeps_first: whether it can on the plan's first market day, which may come before these.
        sold_before_milli: what the plan's market days before the window likely sell of what is there.
        coming_milli: taken on or ordered, and expected before the window ends.
        materials_minor: what the materials of one piece cost, where that is known.
        ordered_milli: ordered by customers for a day in the window, or overdue: it leaves the stock for certain.
        first_ordered_milli: the same up to the plan's first market day.
    """

    product: Product
    rules: MakingRules
    forecast: DemandForecast
    window: Window
    demand: Demand
    here_milli: int = 0
    at_hub_milli: int = 0
    stock_keeps: bool = True
    stock_keeps_first: bool = True
    sold_before_milli: int = 0
    coming_milli: int = 0
    ordered_milli: int = 0
    first_ordered_milli: int = 0
    habit: Habit = field(default_factory=Habit)
    materials_minor: float | None = None

    @property
    def available(self) -> float:
        """Pieces that are there for whoever comes by: below zero where customers' orders are not covered."""
        there_milli = max(0, self.here_milli) + self.at_hub_milli if self.stock_keeps else 0
        there_milli = max(0, there_milli - self.sold_before_milli)
        return (there_milli + self.coming_milli - self.ordered_milli) / QUANTITY_ONE_MILLI


def sold_before_milli(forecast: DemandForecast, planned: Sequence[date], window: Window) -> int:
    """Return what the planned market days before a window likely sell, each of them on a usual run, in thousandths.

    Only the window of what spoils begins later than the plan, where it takes days to make: until then the stock is sold.
    """
    before = sum(day < window.days[0] for day in planned)
    usual = forecast.levels.index(LIKELY_LEVEL)
    return round(sum(day[usual] for day in forecast.daily[:before]) * QUANTITY_ONE_MILLI)
