"""Makes training examples: real histories as they are, and varied to look like other shops.

A third of the examples is as it was. The rest are sales of the same shops as other products might have sold in them:
on some weekdays only, as a market has; slower, so that a chain's bread becomes a stall's; in bursts; with a slow
drift. That is what carries the network over to shops whose data nobody here has. Some histories are cut short
besides, to teach what to do with a young product. Evaluation varies nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from cloud.training.loss import scale
from cloud.training.shops import DataSet, Shop
from shared.features import features_of
from shared.history import MAX_HORIZON_DAYS, Floats, Window

WINDOWS = (
    *(Window(first=day, days=1) for day in (0, 1, 2, 5)),
    *(Window(first=0, days=days) for days in (2, 3, 5, 6, 7)),
)
WINDOW_WEIGHTS = (1.0, 1.0, 1.0, 0.7, 1.0, 3.0, 1.0, 1.2, 1.2)
"""The sum of three days is what is planned by most, and counts most."""
MIN_DAYS = 20
RECENT_DAYS = 56


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examples:
    """Features, what was sold then, and each example's scale of error; first axis: examples, second: windows."""

    series: Floats
    window: Floats
    plain: Floats
    actual: Floats
    scale: Floats
    weight: Floats


def examples_of(data_set: DataSet, until: int, rng: np.random.Generator, size: int) -> Examples:
    """About `size` examples whose last day ahead lies before the date `until`; the set as a whole weighs one."""
    pieces: list[Examples] = []
    shops = [_before(shop, until) for shop in data_set.shops]
    rounds = 3 if data_set.name != "made_up" else 1
    for variant in range(rounds):
        for shop in shops:
            share = size / rounds / len(shops)
            pieces += _of_shop(shop if variant == 0 else _varied(shop, rng), rng, share)
    if not pieces:
        raise SystemExit(f"{data_set.name} is too short to learn from: it needs {MIN_DAYS + 7} selling days")
    joined = _joined(pieces)
    return replace(joined, weight=np.full(len(joined.series), 1.0 / len(joined.series)))


def join(parts: list[Examples]) -> Examples:
    """All examples of several sets, each example keeping its weight."""
    return _joined(parts)


def sample(examples: Examples, size: int) -> Examples:
    """At most `size` of them, always the same ones."""
    rows = np.random.default_rng(3).permutation(len(examples.series))[:size]
    return Examples(**{name: getattr(examples, name)[rows] for name in Examples.__slots__})


def weighing(examples: Examples, weight: float) -> Examples:
    """The same, weighing `weight` all together."""
    each = np.full(len(examples.series), weight / len(examples.series), dtype=np.float32)
    return replace(examples, weight=each)


def _before(shop: Shop, until: int) -> Shop:
    end = int(np.searchsorted(shop.dates, until))
    return replace(shop, units=shop.units[:, :end], dates=shop.dates[:end])


def _varied(shop: Shop, rng: np.random.Generator) -> Shop:
    """The same shop as other products might have sold in it: on fewer weekdays, slower, burstier, less steady."""
    weekdays = rng.permutation(7)[: rng.integers(2, 8)]
    days = np.flatnonzero(np.isin(shop.weekday, weekdays))
    units = shop.units[:, days]
    known = np.isfinite(units)
    middle = np.maximum(np.where(known, units, 0.0).sum(1) / np.maximum(known.sum(1), 1), 0.05)
    wanted = np.exp(rng.uniform(np.log(0.1), np.log(20.0), len(units)))
    keep = np.minimum(1.0, wanted / middle)[:, None]
    burst = np.exp(rng.uniform(np.log(0.5), np.log(30.0), len(units)))[:, None]
    walk = rng.normal(size=units.shape).cumsum(axis=1) * rng.uniform(0.0, 0.06, len(units))[:, None]
    chance = keep * rng.gamma(burst, 1.0 / burst, units.shape) * np.exp(np.clip(walk, -1.5, 1.5))
    sold = rng.poisson(np.nan_to_num(units) * chance).astype(np.float64)
    started = np.maximum.accumulate(sold > 0, axis=1)
    return replace(shop, units=np.where(known & started, sold, np.nan), dates=shop.dates[days])


def _of_shop(shop: Shop, rng: np.random.Generator, size: float) -> Iterator[Examples]:
    last = shop.units.shape[1] - 1 - MAX_HORIZON_DAYS
    if last < MIN_DAYS:
        return
    origins = np.arange(MIN_DAYS, last + 1)
    per_origin = min(len(shop.skus), max(1, round(size / len(origins))))
    for origin in rng.permutation(origins)[: max(1, round(size / per_origin))]:
        recent = shop.units[:, max(0, origin + 1 - RECENT_DAYS) : origin + 1]
        rows = np.flatnonzero(np.nansum(recent, axis=1) > 0)
        if len(rows):
            yield _at(shop, np.sort(rng.permutation(rows)[:per_origin]), int(origin), rng)


def _at(shop: Shop, rows: np.ndarray, origin: int, rng: np.random.Generator) -> Examples:
    history = shop.history(rows, origin, MAX_HORIZON_DAYS)
    if rng.random() < 0.25:
        history = replace(history, y=_launched_lately(history.y, rng))
    features = features_of(history, WINDOWS)
    ahead = shop.units[rows, origin + 1 : origin + 1 + MAX_HORIZON_DAYS]
    by_days = {days: scale(history.y, days) for days in range(1, MAX_HORIZON_DAYS + 1)}
    return Examples(
        series=features.series,
        window=features.window,
        plain=features.plain,
        actual=np.stack([ahead[:, w.first : w.first + w.days].sum(1) for w in WINDOWS], axis=1),
        scale=np.stack([by_days[w.days] for w in WINDOWS], axis=1),
        weight=np.ones(len(rows)),
    )


def _launched_lately(units: Floats, rng: np.random.Generator) -> Floats:
    """The same as if each product had first sold within the last 1 to 56 days: its first day known is one with sales."""
    memory = np.minimum(rng.integers(1, 57, len(units)), units.shape[1])
    sold = np.nan_to_num(units) > 0
    column = np.arange(units.shape[1])
    late = sold & (column >= units.shape[1] - memory[:, None])
    start = np.where(
        late.any(1), late.argmax(1), np.where(sold.any(1), sold.shape[1] - 1 - sold[:, ::-1].argmax(1), 0)
    )
    return np.where(column >= start[:, None], units, np.nan)


def _joined(parts: list[Examples]) -> Examples:
    return Examples(
        **{
            name: np.concatenate([getattr(part, name) for part in parts]).astype(np.float32)
            for name in Examples.__slots__
        }
    )
