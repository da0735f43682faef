"""The forecast protocol: rolling origins over retail data, every method asked the same, losses scaled per product.

At each origin a method gets what each product sold on its shop's selling days so far, and forecasts the next three
days, their sum, and the sum of a week. Settled products are known for 56 selling days at least, young ones for 20 at
most; both are picked evenly over the ranks of recent sales. Losses are pinball losses divided by what the guess "as
many as in the h days before" misses on average; the newsvendor's cost is that of one order a cycle, leftovers lost.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
KNOWN_AHEAD = (
    "is_holiday",
    "is_schoolholiday",
    "is_holiday_next2days",
    "rain",
    "temperature",
    "wind",
    "clouds",
    "sunshine",
    "promotion_currentweek",
)
KEPT_DAYS = 365
RECENT_DAYS = 56
YOUNG_DAYS = 20
MAX_SETTLED, MAX_YOUNG = 100, 30
TAIL_SHARE = 0.35
LAST_ORIGIN_BEFORE_END = pd.Timedelta(days=12)
TARGETS = ("day1-3", "sum3", "week")
COSTS = ((5, 19.0), (3, 3.0))
"""Which quantile is ordered where being short costs so many times as much as having one left."""

Method = Callable[..., object]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Store:
    """One shop: units sold by product and selling day, each product's first day, and what was known of each day."""

    name: object
    days: pd.DatetimeIndex
    skus: list[object]
    units: np.ndarray
    first: np.ndarray
    price: np.ndarray
    known: pd.DataFrame


class Panel:
    """A data set as its shops, with the selling days a week and the first and last date."""

    def __init__(self, lines: pd.DataFrame) -> None:
        lines = lines.assign(date=pd.to_datetime(lines["date"]).dt.normalize())
        for column, missing in (("category", ""), ("price", np.nan)):
            if column not in lines:
                lines[column] = missing
        self.known = [name for name in KNOWN_AHEAD if name in lines]
        self.category = lines.groupby(["store", "sku"])["category"].first().to_dict()
        self.stores = [self._store(name, part) for name, part in lines.groupby("store")]
        weekly = [len(s.days) / max(1, (s.days[-1] - s.days[0]).days / 7) for s in self.stores]
        self.season = int(np.clip(round(float(np.median(weekly))), 1, 7))
        self.start, self.end = lines["date"].min(), lines["date"].max()

    def _store(self, name: object, lines: pd.DataFrame) -> Store:
        sold = lines.groupby("date")["qty"].sum()
        days = sold.index[sold > 0].sort_values()
        table = lines.pivot_table(index="sku", columns="date", values="qty", aggfunc="sum")
        table = table.reindex(columns=days).fillna(0.0)
        table = table[table.sum(axis=1) > 0]
        known = (
            lines.groupby("date")[self.known].first().reindex(days)
            if self.known
            else pd.DataFrame(index=days)
        )
        units = table.to_numpy(dtype=np.float64)
        return Store(
            name=name,
            days=days,
            skus=list(table.index),
            units=units,
            first=(units > 0).argmax(1),
            price=lines.groupby("sku")["price"].median().reindex(table.index).to_numpy(),
            known=known,
        )

    def origins(self, count: int) -> list[pd.Timestamp]:
        """`count` dates spread evenly over the last part of the data."""
        first = self.end - (self.end - self.start) * TAIL_SHARE
        return list(pd.date_range(first, self.end - LAST_ORIGIN_BEFORE_END, periods=count).normalize())


def read_panel(path: Path) -> Panel:
    """Read sale lines or daily sales from parquet: columns date, store, sku, qty, and what else is known."""
    return Panel(pd.read_parquet(path))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """One product at one origin: `units` is what a method sees, `sold` what was really sold, `ahead` what came."""

    store: Store
    row: int
    start: int
    origin: int
    units: np.ndarray
    sold_out: np.ndarray
    sold: np.ndarray
    ahead: np.ndarray
    young: bool

    @property
    def weekday(self) -> np.ndarray:
        """Monday 0 to Sunday 6 of each day seen."""
        return self.store.days[self.start : self.origin + 1].dayofweek.to_numpy()

    def weekday_ahead(self, days: int) -> np.ndarray:
        """The same of the next selling days."""
        return self.store.days[self.origin + 1 : self.origin + 1 + days].dayofweek.to_numpy()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapshot:
    """All products asked for at one origin."""

    number: int
    season: int
    series: tuple[Series, ...]
    frame: pd.DataFrame


class _Shared(list[tuple[str, str]]):
    """pandas copies attributes deeply with every operation; these need no copy."""

    def __deepcopy__(self, memo: object) -> "_Shared":
        return self


class _SharedMap(dict[str, pd.DataFrame]):
    def __deepcopy__(self, memo: object) -> "_SharedMap":
        return self


def snapshots(panel: Panel, count: int, censored_share: float = 0.0) -> Iterator[Snapshot]:
    """The panel at each origin; with a share, so many days are cut to a stock that ran out, and marked."""
    for number, origin in enumerate(panel.origins(count)):
        chance = np.random.default_rng(number)
        picked = [_series(panel, *choice, censored_share, chance) for choice in _picked(panel, origin)]
        if picked:
            yield Snapshot(
                number=number, season=panel.season, series=tuple(picked), frame=_frame(panel, picked)
            )


Candidate: TypeAlias = tuple[bool, float, Store, int, int]
"""Whether it is young, what it sold lately, its shop, row and column."""


def _picked(panel: Panel, origin: pd.Timestamp) -> list[tuple[bool, Store, int, int]]:
    found: list[Candidate] = []
    for store in panel.stores:
        column = int(store.days.searchsorted(origin, side="right")) - 1
        if column < YOUNG_DAYS or column + panel.season >= len(store.days):
            continue
        for row in np.flatnonzero(store.first <= column):
            recent = store.units[row, max(store.first[row], column - RECENT_DAYS + 1) : column + 1].sum()
            age = column - store.first[row] + 1
            if recent > 0 and (age >= RECENT_DAYS or age <= YOUNG_DAYS):
                found.append((bool(age <= YOUNG_DAYS), float(recent), store, int(row), column))
    return [
        (young, store, row, column)
        for wanted, limit in ((False, MAX_SETTLED), (True, MAX_YOUNG))
        for young, _, store, row, column in _spread([f for f in found if f[0] == wanted], limit)
    ]


def _spread(found: list[Candidate], limit: int) -> list[Candidate]:
    ranked = sorted(found, key=lambda f: (-f[1], f[2].name, f[3]))
    if len(ranked) <= limit:
        return ranked
    return [ranked[place] for place in np.unique(np.linspace(0, len(ranked) - 1, limit).astype(int))]


def _series(
    panel: Panel,
    young: bool,
    store: Store,
    row: int,
    column: int,
    censored_share: float,
    chance: np.random.Generator,
) -> Series:
    start = max(int(store.first[row]), column - KEPT_DAYS + 1)
    sold = store.units[row, start : column + 1]
    units, out = sold, np.zeros(len(sold), dtype=bool)
    if censored_share and len(sold) > 14:
        hit = chance.random(len(sold)) < censored_share
        stock = np.maximum(1, np.floor(sold * chance.uniform(0.3, 0.8, len(sold))))
        out = hit & (sold > stock)
        units = np.where(out, stock, sold)
    return Series(
        store=store,
        row=row,
        start=start,
        origin=column,
        units=units,
        sold_out=out,
        sold=sold,
        ahead=store.units[row, column + 1 : column + 1 + panel.season],
        young=young,
    )


def _frame(panel: Panel, picked: Sequence[Series]) -> pd.DataFrame:
    parts = []
    for one in picked:
        sku = one.store.skus[one.row]
        days = slice(one.start, one.origin + 1)
        columns = {
            "store": one.store.name,
            "sku": sku,
            "category": panel.category[(one.store.name, sku)],
            "date": one.store.days[days],
            "t": np.arange(one.start, one.origin + 1),
            "qty": one.units,
            "price": one.store.price[one.row],
            "stockout": one.sold_out,
        }
        known = {name: one.store.known[name].to_numpy()[days] for name in panel.known}
        parts.append(pd.DataFrame({**columns, **known}))
    frame = pd.concat(parts, ignore_index=True)
    future = {}
    for one in picked:
        ahead = one.store.known.iloc[one.origin + 1 : one.origin + 1 + panel.season]
        future[one.store.name] = ahead.rename_axis("date").reset_index()
    ids = _Shared((one.store.name, one.store.skus[one.row]) for one in picked)
    frame.attrs.update(ids=ids, season=panel.season, future=_SharedMap(future))
    return frame


def scale_of(sold: np.ndarray, days: int) -> float:
    """What the guess "as many as in the `days` before" misses on average; at least a quarter of the level."""
    level = max(sold.mean() * days, 0.25)
    if len(sold) < 2 * days + 1:
        return level
    sums = np.convolve(sold, np.ones(days), "valid")
    miss = float(np.abs(sums[days:] - sums[:-days]).mean())
    return max(miss, 0.25 * level) if miss > 0 else level


def pinball(actual: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    """The quantile loss at each level."""
    miss = actual[..., None] - quantiles
    level = np.asarray(LEVELS)
    return np.maximum(level * miss, (level - 1.0) * miss)


def losses(snapshot: Snapshot, forecast: Callable[[Snapshot, int, bool], np.ndarray]) -> pd.DataFrame:
    """One row for each product and target: scaled loss, whether covered, costs.

    `forecast(snapshot, horizon, aggregate)` gives quantiles of shape (n, 1 or horizon, levels).
    """
    longest = max(len(one.ahead) for one in snapshot.series)
    ahead = np.array([np.pad(one.ahead, (0, longest - len(one.ahead))) for one in snapshot.series])
    rows = []
    for target, days, whole in (("day1-3", 3, False), ("sum3", 3, True), ("week", snapshot.season, True)):
        quantiles = np.sort(np.maximum(forecast(snapshot, days, whole), 0.0), axis=-1)
        if (
            quantiles.shape != (len(ahead), 1 if whole else days, len(LEVELS))
            or not np.isfinite(quantiles).all()
        ):
            raise ValueError(
                f"the method gave {quantiles.shape} for {len(ahead)} products, or not finite numbers"
            )
        actual = ahead[:, :days].sum(1, keepdims=True) if whole else ahead[:, :days]
        scale = np.array([scale_of(one.sold, days if whole else 1) for one in snapshot.series])
        found = {
            "origin": snapshot.number,
            "target": target,
            "slice": np.where([one.young for one in snapshot.series], "cold", "warm"),
            "loss": pinball(actual, quantiles).mean((1, 2)) / scale,
            "units": actual.mean(1),
            "cover50": (actual <= quantiles[..., 2] + 1e-9).mean(1),
            "cover90": (actual <= quantiles[..., 4] + 1e-9).mean(1),
            "cover95": (actual <= quantiles[..., 5] + 1e-9).mean(1),
        }
        if whole:
            found |= _costs(actual[:, 0], quantiles[:, 0])
        rows.append(pd.DataFrame(found))
    return pd.concat(rows, ignore_index=True)


def _costs(actual: np.ndarray, quantiles: np.ndarray) -> dict[str, np.ndarray]:
    costs = {}
    for level, short_costs in COSTS:
        order = np.floor(quantiles[:, level] + 0.5)
        miss = actual - order
        costs[f"cost{short_costs:.0f}"] = short_costs * np.maximum(miss, 0.0) + np.maximum(-miss, 0.0)
    return costs
