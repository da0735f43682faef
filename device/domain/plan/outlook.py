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
        fresh_milli: how much of that can still be sold on the first of the window's days; None: all of it.
        fresh_first_milli: how much on the plan's first market day, which may come before these; None: all of it.
        at_hub_milli: at the hub, from where it can be fetched.
        hub_keeps: whether that can still be sold on the first of the window's days.
        today_milli: what today likely still sells of what is there, while the stall is open.
        sold_before_milli: the same of the plan's market days before the window.
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
    fresh_milli: int | None = None
    fresh_first_milli: int | None = None
    at_hub_milli: int = 0
    hub_keeps: bool = True
    today_milli: int = 0
    sold_before_milli: int = 0
    coming_milli: int = 0
    ordered_milli: int = 0
    first_ordered_milli: int = 0
    habit: Habit = field(default_factory=Habit)
    materials_minor: float | None = None

    @property
    def available(self) -> float:
        """Pieces that are there for whoever comes by: below zero where customers' orders are not covered."""
        hub_milli = self.at_hub_milli if self.hub_keeps else 0
        there_milli = _left(self.here_milli + hub_milli, self.today_milli + self.sold_before_milli)
        if self.fresh_milli is not None:
            there_milli = min(there_milli, self.fresh_milli + hub_milli)
        return (there_milli + self.coming_milli - self.ordered_milli) / QUANTITY_ONE_MILLI

    @property
    def first_milli(self) -> int:
        """What is here for the plan's first market day, in thousandths: left from today, and fresh."""
        left_milli = _left(self.here_milli, self.today_milli)
        return left_milli if self.fresh_first_milli is None else min(left_milli, self.fresh_first_milli)

    @property
    def too_old_milli(self) -> int:
        """What will lie here on the first of the window's days and cannot be sold any more, in thousandths: the oldest goes first."""
        left_milli = _left(self.here_milli, self.today_milli + self.sold_before_milli)
        return 0 if self.fresh_milli is None else max(0, left_milli - self.fresh_milli)


def _left(there_milli: int, goes_milli: int) -> int:
    return max(0, max(0, there_milli) - goes_milli)


def sold_before_milli(forecast: DemandForecast, planned: Sequence[date], window: Window) -> int:
    """Return what the planned market days before a window likely sell, each of them on a usual run, in thousandths.

    Only the window of what spoils begins later than the plan, where it takes days to make: until then the stock is sold.
    """
    before = sum(day < window.days[0] for day in planned)
    usual = forecast.levels.index(LIKELY_LEVEL)
    return round(sum(day[usual] for day in forecast.daily[:before]) * QUANTITY_ONE_MILLI)
