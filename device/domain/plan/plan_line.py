"""One product's line of the reorder plan."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from device.domain.forecast import ForecastSource
from device.domain.plan.limits import Scarce
from device.domain.plan.policy import Policy
from shared.events.making import Supply
from shared.ids import Sku


class PlanReason(Enum):
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
    """No sale on the days that the forecast looks at: it says none, and nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One product's line of the plan, in whole pieces.

    Attributes:
        low, likely, high: what sells over the plan's market days, at the levels 0.1, 0.5, 0.9.
        in_stock, at_hub, coming, ordered: see `Outlook`; `coming` and `ordered` are rounded up.
        today: what today likely still sells, the nearest whole number.
        too_old: what will be there and cannot be sold any more, see `Outlook`; rounded up.
        level, policy: how sure to be that it lasts, and by which rule.
        target: what should be there over the whole window for that.
        make: what to make, or to order where `supply` says that it is bought; whole batches, within hours and cash.
        wanted: the same without these limits, in batches of `batch`; `cut` says which of them took something away.
        by: the market day on which it would be missing; `start` is when to begin, `is_late` that it comes too late for that day.
        bring: what to take to the first of the plan's days.
        usual: what people take on when so much is proposed, where that differs.
        work_s, cash_minor: what `make` costs in work and money.
        cost_is_guessed: nobody said what a piece costs.
    """

    sku: Sku
    supply: Supply
    low: int
    likely: int
    high: int
    in_stock: int
    at_hub: int
    today: int
    too_old: int
    coming: int
    ordered: int
    level: float
    policy: Policy
    target: int
    make: int
    wanted: int
    batch: int
    cut: Scarce | None
    by: date
    start: date
    until: date
    is_late: bool
    bring: int
    usual: int | None
    work_s: int
    cash_minor: int
    cost_is_guessed: bool
    reason: PlanReason
    source: ForecastSource
