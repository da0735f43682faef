"""Rolling-origin evaluation on the part of each data set that training never saw.

At each of several dates in the held-back part, a method gets the past up to that date and forecasts the next three
selling days, their sum, and the sum of a week. Losses are scaled per product, so that a slow seller counts as much
as a fast one. Products are picked by rank of recent sales, known at that date: settled ones and young ones.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cloud.training.loss import pinball, scale
from cloud.training.shops import DataSet, Shop
from shared.features import QUANTILE_LEVELS
from shared.history import Floats, Integers, SalesHistory, Window

HELD_BACK_SHARE = 0.35
ORIGINS = 8
LAST_ORIGIN_BEFORE_END_DAYS = 12
SETTLED_FROM_DAYS = 56
YOUNG_UP_TO_DAYS = 20
MAX_SETTLED = 100
MAX_YOUNG = 30
AHEAD_DAYS = 3

Method = Callable[[SalesHistory, Sequence[Window], Sequence[float]], Floats]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """One shop at one date: what was known, and what came."""

    history: SalesHistory
    ahead: Floats
    young: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Means over products and dates; losses are scaled pinball, lower is better."""

    daily: float
    sum_3: float
    week: float
    young_sum_3: float | None
    cover_95: float
    cover_50: float
    n: int


Scores = dict[str, dict[str, Score]]
"""By data set, then by method."""


def cases_of(data_set: DataSet) -> tuple[Case, ...]:
    """The same cases for every method."""
    first = data_set.end - (data_set.end - data_set.start) * HELD_BACK_SHARE
    origins = np.linspace(first, data_set.end - LAST_ORIGIN_BEFORE_END_DAYS, ORIGINS).astype(int)
    return tuple(case for origin in origins for case in _cases_at(data_set, int(origin)))


def score(cases: Sequence[Case], method: Method) -> Score:
    """Run a method over all cases.

    Raises:
        ValueError: the method gave something that is not finite.
    """
    found: dict[str, list[Floats]] = {name: [] for name in ("daily", "sum_3", "week", "young", "c95", "c50")}
    for case in cases:
        week = case.ahead.shape[1]
        windows = (
            *(Window(first=day, days=1) for day in range(AHEAD_DAYS)),
            Window(first=0, days=AHEAD_DAYS),
            Window(first=0, days=week),
        )
        quantiles = method(case.history, windows, QUANTILE_LEVELS)
        if not np.isfinite(quantiles).all():
            raise ValueError("the method gave a quantile that is not finite")
        actual = np.stack([case.ahead[:, w.first : w.first + w.days].sum(1) for w in windows], axis=1)
        loss = pinball(actual, quantiles, QUANTILE_LEVELS).mean(-1)
        settled = ~case.young
        daily = loss[:, :AHEAD_DAYS].mean(1) / scale(case.history.y, 1)
        sum_3 = loss[:, AHEAD_DAYS] / scale(case.history.y, AHEAD_DAYS)
        covered = actual[..., None] <= quantiles + 1e-9
        found["daily"].append(daily[settled])
        found["sum_3"].append(sum_3[settled])
        found["week"].append((loss[:, -1] / scale(case.history.y, week))[settled])
        found["young"].append(sum_3[case.young])
        found["c95"].append(covered[settled, : AHEAD_DAYS + 1, -1].mean(1))
        found["c50"].append(covered[settled, : AHEAD_DAYS + 1, 2].mean(1))
    means = {name: _mean(np.concatenate(values)) for name, values in found.items()}
    return Score(
        daily=means["daily"],
        sum_3=means["sum_3"],
        week=means["week"],
        young_sum_3=means["young"],
        cover_95=means["c95"],
        cover_50=means["c50"],
        n=sum(map(len, found["daily"])),
    )


def _mean(values: Floats) -> float | None:
    return round(float(values.mean()), 4) if len(values) else None


def _cases_at(data_set: DataSet, origin: int) -> Iterator[Case]:
    week = max(data_set.selling_days_a_week, AHEAD_DAYS)
    picked: list[tuple[bool, float, int, int, int]] = []
    for number, shop in enumerate(data_set.shops):
        column = int(np.searchsorted(shop.dates, origin, side="right")) - 1
        if column >= YOUNG_UP_TO_DAYS and column + week < len(shop.dates):
            picked += _candidates(shop, number, column)
    chosen = [
        *_spread([p for p in picked if not p[0]], MAX_SETTLED),
        *_spread([p for p in picked if p[0]], MAX_YOUNG),
    ]
    for number in sorted({p[2] for p in chosen}):
        mine = [p for p in chosen if p[2] == number]
        rows: Integers = np.array([p[3] for p in mine])
        shop, column = data_set.shops[number], mine[0][4]
        yield Case(
            history=shop.history(rows, column, week),
            ahead=shop.units[rows, column + 1 : column + 1 + week],
            young=np.array([p[0] for p in mine]),
        )


def _candidates(shop: Shop, number: int, column: int) -> Iterator[tuple[bool, float, int, int, int]]:
    """(young, recent units, shop, row, column) of each product that sold lately and is clearly old or young."""
    recent = np.nansum(shop.units[:, max(0, column - SETTLED_FROM_DAYS + 1) : column + 1], axis=1)
    age = column - shop.first + 1
    for row in np.flatnonzero(
        (recent > 0) & (age > 0) & ((age >= SETTLED_FROM_DAYS) | (age <= YOUNG_UP_TO_DAYS))
    ):
        yield bool(age[row] <= YOUNG_UP_TO_DAYS), float(recent[row]), number, int(row), column


def _spread(
    candidates: list[tuple[bool, float, int, int, int]], limit: int
) -> list[tuple[bool, float, int, int, int]]:
    """At most `limit`, evenly over the ranks of recent sales."""
    ranked = sorted(candidates, key=lambda c: (-c[1], c[2], c[3]))
    if len(ranked) <= limit:
        return ranked
    return [ranked[i] for i in np.unique(np.linspace(0, len(ranked) - 1, limit).astype(int))]
