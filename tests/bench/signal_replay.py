"""Real sales replayed morning by morning with signals laid over them: what they do to the forecast's loss.

The sales are facts (`tests/vectors/daily_sales.json`), the signals are synthetic, and say nothing of real demand.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from functools import cache
from pathlib import Path

import numpy as np

from device.adapters.onnx_forecaster import ONE_DAY, OnnxForecaster
from device.domain.catalogue import Product
from device.domain.forecast import DemandForecast, ForecastSource, MeasuredError
from device.domain.market.book import MarketBook
from device.domain.market.effects import Surroundings, with_effects
from device.domain.market.learn import Learned, learn
from device.domain.market.quiet import without_signals
from device.domain.market.relatives import Relatives
from shared.events.market import SignalKind, SignalNoted
from shared.history import LOOK_BACK_DAYS, Floats, SalesHistory
from shared.ids import Sku

ROOT = Path(__file__).parents[2]
SALES = ROOT / "tests" / "vectors" / "daily_sales.json"
WEIGHTS = max((ROOT / "device" / "models").glob("demand-*.onnx"))
UNMEASURED = MeasuredError(model=0, naive=0, days=0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sales:
    """Units sold a day: `units` of shape (n, t), a name for each row, a date for each column."""

    name: str
    skus: tuple[str, ...]
    dates: tuple[date, ...]
    units: Floats


class DaysAsked(Enum):
    """Which mornings are replayed."""

    ALL = "all"
    WITH_SIGNALS = "with signals"
    WITHOUT_SIGNALS = "without signals"

    def asks_for(self, has_signal: bool) -> bool:
        """Tell whether a day with, or without, a signal is asked for."""
        return self is DaysAsked.ALL or (self is DaysAsked.WITH_SIGNALS) == has_signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Mean scaled pinball losses of the same mornings with the signals and without, and what was learned at the end."""

    without: float
    with_signals: float
    learned: Learned

    @property
    def change(self) -> float:
        """By which share the loss rose; below zero it fell."""
        return self.with_signals / self.without - 1.0


def read_sales() -> Mapping[str, Sales]:
    """Read the extract."""
    sets = json.loads(SALES.read_text(encoding="utf-8"))["sets"]
    return {
        one["name"]: Sales(
            name=one["name"],
            skus=tuple(one["products"]),
            dates=tuple(date.fromisoformat(day) for day in one["dates"]),
            units=np.array(list(one["products"].values()), dtype=np.float64),
        )
        for one in sets
    }


def random_signals(sales: Sales, *, share: float, seed: int) -> MarketBook:
    """Signals that mean nothing: any kind, any strength, on a share of the days."""
    chance = np.random.default_rng(seed)
    noted = [
        _noted(day, SignalKind(chance.choice(list(SignalKind))), float(chance.uniform(-3, 3)))
        for day in sales.dates
        if chance.random() < share
    ]
    return MarketBook(signals={one.signal_id: one for one in noted})


def planted(sales: Sales, *, share: float, factor: float, seed: int) -> tuple[Sales, MarketBook]:
    """The sales with so much more (or less) sold on a share of the days, and two steps of a social signal noted for each."""
    chance = np.random.default_rng(seed)
    hit = chance.random(len(sales.dates)) < share
    moved = np.where(hit, chance.poisson(sales.units * factor), sales.units)
    noted = [
        _noted(day, SignalKind.SOCIAL, 2.0) for day, is_hit in zip(sales.dates, hit, strict=True) if is_hit
    ]
    return replace(sales, units=moved), MarketBook(signals={one.signal_id: one for one in noted})


def replay(
    sales: Sales, book: MarketBook, *, mornings: int, days: DaysAsked = DaysAsked.ALL, every: int = 1
) -> Outcome:
    """Forecast every `every`-th of the last `mornings` days from the days before it, with the signals and as if nobody had noted any.

    Raises:
        ValueError: there was no day of those that were asked for.
    """
    scale = np.maximum(np.abs(np.diff(sales.units, axis=1)).mean(1), 0.1)
    noted = {one.first for one in book.signals.values()}
    around, losses = None, []
    for column in range(len(sales.dates) - mornings, len(sales.dates), every):
        if not days.asks_for(sales.dates[column] in noted):
            continue
        history = _history(sales, column)
        around = _around(sales, column, history, book)
        seen = sales.dates[max(0, column - LOOK_BACK_DAYS) : column]
        plain = _forecast(history)
        moved = with_effects(_forecast(without_signals(history, seen, around)), [around.today], around)
        actual = sales.units[:, column]
        losses.append((_loss(actual, plain) / scale, _loss(actual, [one.forecast for one in moved]) / scale))
    if around is None:
        raise ValueError("no morning was replayed")
    without, with_signals = np.mean([[of.mean() for of in pair] for pair in losses], axis=0)
    return Outcome(without=float(without), with_signals=float(with_signals), learned=around.learned)


def censored_losses(sales: Sales, *, every: int = 2, seed: int = 3) -> Mapping[str, float]:
    """Mean scaled losses where the stock ran out on three of ten days, by what the till knows of that.

    Customers come evenly over the day: of w that want one, the last that gets one of s comes at a share of the day that is
    Beta(s, w - s + 1). `never`: nothing ran out; `unmarked`, `marked`: as it says; `hour`: the share is known as well.
    """
    chance = np.random.default_rng(seed)
    wanted = sales.units
    hit = (chance.random(wanted.shape) < 0.3) & (wanted >= 2)
    stock = np.where(hit, np.maximum(1, np.floor(wanted * chance.uniform(0.3, 0.8, wanted.shape))), wanted)
    out = stock < wanted
    share = np.where(out, chance.beta(np.maximum(stock, 1), np.maximum(wanted - stock + 1, 1)), 1.0)
    scale = np.maximum(np.abs(np.diff(wanted, axis=1)).mean(1), 0.1)
    lost: dict[str, list[float]] = {"never": [], "unmarked": [], "marked": [], "hour": []}
    for column in range(len(sales.dates) // 2, len(sales.dates), every):
        seen = slice(max(0, column - LOOK_BACK_DAYS), column)
        never = _history(sales, column)
        unmarked = replace(never, y=stock[:, seen])
        marked = replace(unmarked, sold_out=out[:, seen])
        timed = replace(marked, open_share=share[:, seen])
        for known, history in zip(lost, (never, unmarked, marked, timed), strict=True):
            lost[known].append(float((_loss(wanted[:, column], _forecast(history)) / scale).mean()))
    return {known: float(np.mean(losses)) for known, losses in lost.items()}


def _history(sales: Sales, column: int) -> SalesHistory:
    """What was known on the morning of a column's day."""
    seen = slice(max(0, column - LOOK_BACK_DAYS), column)
    weekday = np.array([day.weekday() for day in sales.dates], dtype=np.int64)
    return SalesHistory(unique_id=sales.skus, y=sales.units[:, seen], weekday=weekday[seen],
                        horizon_weekday=weekday[column : column + 1])  # fmt: skip


def _around(sales: Sales, column: int, history: SalesHistory, book: MarketBook) -> Surroundings:
    relatives = Relatives(products=[_product(sku) for sku in sales.skus])
    learned = learn(history, sales.dates[max(0, column - LOOK_BACK_DAYS) : column], book, relatives)
    return Surroundings(today=sales.dates[column], book=book, relatives=relatives, learned=learned)


def _forecast(history: SalesHistory) -> list[DemandForecast]:
    found = _forecaster().quantiles(history, ONE_DAY)[:, 0]
    levels = _forecaster().card.levels
    return [
        DemandForecast(sku=Sku(sku), levels=levels, daily=(tuple(row),), total=tuple(row), source=ForecastSource.MODEL,
                       measured=UNMEASURED, history_days=history.y.shape[1])
        for sku, row in zip(history.unique_id, found.tolist(), strict=True)
    ]  # fmt: skip


def _loss(actual: Floats, told: list[DemandForecast]) -> Floats:
    """The pinball loss of each product, the mean over the levels."""
    quantiles, levels = np.array([one.total for one in told]), np.asarray(told[0].levels)
    miss = actual[:, None] - quantiles
    mean: Floats = np.maximum(levels * miss, (levels - 1.0) * miss).mean(1)
    return mean


def _noted(day: date, kind: SignalKind, steps: float) -> SignalNoted:
    return SignalNoted(signal_id=str(day), kind=kind, first=day, last=day, expires=day + timedelta(days=1),
                       strength_milli=round(1000 * steps), cashier="replay")  # fmt: skip


def _product(sku: str) -> Product:
    return Product(sku=Sku(sku), name=sku, category="", price_minor=1, vat_rate_bp=0)


@cache
def _forecaster() -> OnnxForecaster:
    return OnnxForecaster(WEIGHTS)
