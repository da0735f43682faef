"""Months of a stall's life replayed: real demand comes, each policy orders from what it saw itself, and money is counted.

Demand is what was really sold (`tests/vectors/daily_sales.json`, public records); prices, costs, lead times and freshness are
laid over it. A policy sees its own sales only: what nobody could buy it does not know of, but for when stock ran out, as on
a real till: customers come evenly over the day, so of w that want a piece the last that gets one of s comes at a share of the
day that is Beta(s, w - s + 1). Decisions are made on the evening before every R-th selling day and arrive L selling days later.

Two lives: of *what keeps* (R = 3, L = 1, a piece left over costs its holding) and of *what spoils* (R = 1, L = 0, what is left
over in the evening is lost). The baselines get the same chances: `(s, S)` on a moving average is the textbook's, with the
normal quantile of the same service level over the mean and deviation of the last 28 selling days; `last week` brings what
was sold on the same selling days a week ago.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from statistics import NormalDist
from typing import Final

import numpy as np

from device.adapters.onnx_forecaster import OnnxForecaster
from device.domain.catalogue import Product
from device.domain.plan.demand import demands_of
from device.domain.plan.outlook import Outlook
from device.domain.plan.policy import HOLDING_A_YEAR, USUAL_SERVICE, Economics, critical_ratio
from device.domain.plan.reorder_plan import PlanTerms, plan_reorder
from device.domain.plan.window import Period, Window
from shared.events.making import MakingRules
from shared.history import LOOK_BACK_DAYS, Floats, SalesHistory, Truths
from shared.ids import Sku
from tests.bench.signal_replay import WEIGHTS, Sales

PRICE_MINOR: Final = 1_000
COST_MINOR: Final = 400
MEAN_DAYS: Final = 28
SELLING_DAYS_A_YEAR: Final = 300
MILLI: Final = 1_000
SEED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """How goods are made and kept: every `review` selling days, ready after `lead`, fresh for `fresh` (0: they keep)."""

    name: str
    review: int
    lead: int
    fresh: int

    @property
    def level(self) -> float:
        """How sure to be that it lasts: the critical ratio of what spoils, the usual service of what keeps."""
        return critical_ratio(Economics(price=PRICE_MINOR, cost=COST_MINOR)) if self.fresh else USUAL_SERVICE

    @property
    def days(self) -> int:
        """Selling days that a decision has to cover."""
        return self.review + self.lead


KEEPS: Final = Life(name="keeps", review=3, lead=1, fresh=0)
SPOILS: Final = Life(name="spoils", review=1, lead=0, fresh=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """What a policy knows in an evening: its own sales, shape (n, t), the days that ran out and when on
    these the last piece went, as a share of the day, and its stock, shape (n,)."""

    sales: Sales
    sold: Floats
    ran_out: Truths
    open_share: Floats
    available: Floats
    column: int

    @property
    def next_days(self) -> tuple[date, ...]:
        """The selling days from the next on."""
        return self.sales.dates[self.column :]


Policy = Callable[[Life, Seen], Floats]
"""Pieces to make of each product, shape (n,)."""


@dataclass(slots=True, kw_only=True)
class Account:
    """What a policy earned and lost over the replay, in pieces and minor units."""

    wanted: float = 0.0
    sold: float = 0.0
    spoilt: float = 0.0
    held: float = 0.0
    days: int = 0
    days_short: int = 0

    @property
    def missed(self) -> float:
        """The margin of what could not be sold, in minor units."""
        return (self.wanted - self.sold) * (PRICE_MINOR - COST_MINOR)

    @property
    def wasted(self) -> float:
        """What spoilt pieces cost, and what holding the others cost."""
        return self.spoilt * COST_MINOR + self.held * COST_MINOR * HOLDING_A_YEAR / SELLING_DAYS_A_YEAR

    @property
    def lost(self) -> float:
        """Money lost against knowing everything beforehand."""
        return self.missed + self.wasted


def replay(sales: Sales, life: Life, policy: Policy, *, days: int) -> Account:
    """Replay the last `days` selling days; every policy begins with the same stock and the same true past."""
    first = len(sales.dates) - days
    sold, ran_out = sales.units.copy(), np.zeros(sales.units.shape, dtype=np.bool_)
    open_share, chance = np.ones(sales.units.shape), np.random.default_rng(SEED)
    stock = np.ceil(sales.units[:, first - MEAN_DAYS : first].mean(1)) * (0 if life.fresh else life.days)
    coming: dict[int, Floats] = {}
    account = Account()
    for column in range(first, len(sales.dates)):
        if (column - first) % life.review == 0:
            available = stock + sum(coming.values(), np.zeros_like(stock))
            seen = Seen(
                sales=sales,
                sold=sold[:, :column],
                ran_out=ran_out[:, :column],
                open_share=open_share[:, :column],
                available=available,
                column=column,
            )
            made = policy(life, seen)
            coming[column + life.lead] = coming.get(column + life.lead, np.zeros_like(stock)) + made
        stock = stock + coming.pop(column, np.zeros_like(stock))
        wanted = sales.units[:, column]
        got = np.minimum(wanted, stock)
        sold[:, column] = np.where(stock > 0, got, np.nan)  # with none there, nothing is known of the day
        ran_out[:, column] = (stock > 0) & (stock <= wanted)
        share = chance.beta(np.maximum(got, 1.0), wanted - got + 1.0)
        open_share[:, column] = np.where(ran_out[:, column], share, 1.0)
        stock = stock - got
        _count(account, life, wanted, got, stock)
        stock = np.zeros_like(stock) if life.fresh == 1 else stock
    return account


def _count(account: Account, life: Life, wanted: Floats, sold: Floats, left: Floats) -> None:
    account.wanted += float(wanted.sum())
    account.sold += float(sold.sum())
    account.days += wanted.size
    account.days_short += int((sold < wanted).sum())
    if life.fresh == 1:
        account.spoilt += float(left.sum())
    else:
        account.held += float(left.sum())


def reorder_plan(life: Life, seen: Seen) -> Floats:
    """Ours: the shipped model's quantiles, and the plan as the till makes it."""
    days = seen.next_days[: life.days]
    look = slice(max(0, seen.column - LOOK_BACK_DAYS), seen.column)
    history = SalesHistory(
        unique_id=seen.sales.skus, y=seen.sold[:, look], weekday=_weekdays(seen.sales.dates[look]),
        horizon_weekday=_weekdays(days), sold_out=seen.ran_out[:, look], open_share=seen.open_share[:, look],
    )  # fmt: skip
    forecasts = _forecaster().forecast(history)
    window = Window(ready=days[min(life.lead, len(days) - 1)], days=days)
    outlooks = [
        Outlook(product=_product(one.sku), rules=MakingRules(sku=one.sku, shelf_days=life.fresh), forecast=one, window=window,
                demand=demand, here_milli=round(available * MILLI))
        for one, demand, available in zip(forecasts, demands_of(forecasts), seen.available, strict=True)
    ]  # fmt: skip
    terms = PlanTerms(period=Period.THREE_DAYS, days=days, today=days[0] - timedelta(days=1))
    made = {line.sku: line.make for line in plan_reorder(outlooks, terms).lines}
    return np.array([made[Sku(sku)] for sku in seen.sales.skus], dtype=np.float64)


def moving_average(life: Life, seen: Seen) -> Floats:
    """The textbook's: a normal quantile over the last days' mean and deviation, order up to it."""
    past = seen.sold[:, -MEAN_DAYS:]
    score = NormalDist().inv_cdf(life.level)
    mean = _mean(past)
    deviation = np.sqrt(_mean((past - mean[:, None]) ** 2))
    target = mean * life.days + score * deviation * np.sqrt(life.days)
    return np.maximum(0.0, np.ceil(target - 1e-9) - seen.available)


def last_week(life: Life, seen: Seen) -> Floats:
    """As many as were sold on the same days a week ago."""
    asked = {day - timedelta(days=7) for day in seen.next_days[: life.days]}
    columns = [place for place in range(seen.column - 14, seen.column) if seen.sales.dates[place] in asked]
    past = seen.sold[:, columns] if columns else seen.sold[:, -life.days :]
    return np.maximum(0.0, _mean(past) * life.days - seen.available).round()


POLICIES: Final[Mapping[str, Policy]] = {
    "the plan": reorder_plan,
    "(s, S) on a moving average": moving_average,
    "same as last week": last_week,
}


def _mean(past: Floats) -> Floats:
    """The mean of what is known of each product, 0 where nothing is; shape (n,)."""
    mean: Floats = np.nansum(past, axis=1) / np.maximum(np.isfinite(past).sum(1), 1)
    return mean


def _weekdays(dates: Sequence[date]) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    return np.array([day.weekday() for day in dates], dtype=np.int64)


@cache
def _product(sku: Sku) -> Product:
    return Product(
        sku=sku, name=sku, category="", price_minor=PRICE_MINOR, vat_rate_bp=0, cost_minor=COST_MINOR
    )


@cache
def _forecaster() -> OnnxForecaster:
    return OnnxForecaster(WEIGHTS)
