"""Shops that never were: drawn from hierarchical negative binomial processes, to teach what shops have in common.

Levels, rhythms of the week, drifts, seasons, launches, good and bad days of the whole shop, and bursts, each with a
strength of its own for each shop and product. They stand beside real sales in training and are never evaluated on.
"""

import numpy as np

from cloud.training.shops import DataSet, Shop
from shared.history import Floats

FIRST_DATE = 18_000
SHOPS = 60
PRODUCTS = 40


def made_up(rng: np.random.Generator) -> DataSet:
    """A data set of `SHOPS` shops, two years at most."""
    shops = tuple(_shop(number, rng) for number in range(SHOPS))
    end = max(int(shop.dates[-1]) for shop in shops)
    return DataSet(name="made_up", shops=shops, start=FIRST_DATE, end=end, selling_days_a_week=6)


def _shop(number: int, rng: np.random.Generator) -> Shop:
    open_days = np.sort(rng.permutation(7)[: rng.integers(1, 8)])
    dates = FIRST_DATE + np.arange(rng.integers(200, 730))
    dates = dates[np.isin((dates + 3) % 7, open_days)]
    dates = dates[rng.random(len(dates)) > rng.uniform(0.0, 0.08)]
    units = _units(dates, rng)
    units = units[units.sum(1) > 0]
    first = (units > 0).argmax(1)
    known = np.where(np.arange(units.shape[1]) >= first[:, None], units, np.nan)
    names = tuple(f"p{row}" for row in range(len(units)))
    return Shop(data_set="made_up", store=str(number), skus=names, units=known, dates=dates, first=first)


def _units(dates: np.ndarray, rng: np.random.Generator) -> Floats:
    n, t = PRODUCTS, len(dates)
    level = np.exp(rng.normal(rng.uniform(-2.0, 3.0), rng.uniform(0.3, 1.5), n))
    week = rng.normal(0.0, rng.uniform(0.0, 0.5), 7) + rng.normal(0.0, rng.uniform(0.0, 0.25), (n, 7))
    strength = np.exp(week)[:, (dates + 3) % 7] * level[:, None]
    strength = strength * np.exp(_walks(n, t, rng) + _season(n, dates, rng) + _shop_days(t, rng))
    strength = strength * _launches(n, t, rng) * _steps(n, t, rng)
    burst = np.exp(rng.normal(rng.uniform(-0.5, 3.0), 0.7, n))[:, None]
    chance = rng.gamma(burst, 1.0 / burst, (n, t))
    return rng.poisson(np.minimum(strength * chance, 1e5)).astype(np.float64)


def _walks(n: int, t: int, rng: np.random.Generator) -> Floats:
    """Slow drift of the shop and of each product, pulled back to its level."""
    pull, step = rng.uniform(0.95, 0.999), rng.uniform(0.0, 0.08)
    common = rng.uniform(0.0, 1.0)
    walk, out = np.zeros(n), np.zeros((n, t))
    for day in range(t):
        walk = pull * walk + step * ((1 - common) * rng.normal(size=n) + common * rng.normal())
        out[:, day] = walk
    return np.clip(out, -2.0, 2.0)


def _season(n: int, dates: np.ndarray, rng: np.random.Generator) -> Floats:
    phase = rng.uniform(0, 2 * np.pi) + rng.normal(0.0, 0.6, (n, 1))
    return rng.uniform(0.0, 0.5) * np.sin(2 * np.pi * dates / 365.25 + phase)


def _shop_days(t: int, rng: np.random.Generator) -> Floats:
    """Days good or bad for everything, such as rain, some of them very."""
    usual = rng.normal(0.0, rng.uniform(0.0, 0.25), t)
    return usual + (rng.random(t) < 0.02) * rng.normal(0.0, 0.8, t)


def _launches(n: int, t: int, rng: np.random.Generator) -> Floats:
    """From a product's first day on: a strong start that wears off, a slow one, or neither; some end again."""
    start = np.where(rng.random(n) < 0.5, 0, rng.integers(0, t, n))[:, None]
    age = np.arange(t) - start
    swing = rng.normal(0.0, 0.5, (n, 1)) * np.exp(-np.maximum(age, 0) / rng.uniform(5, 40, (n, 1)))
    end = np.where(rng.random(n) < 0.1, rng.integers(t // 2, t, n), t)[:, None]
    return np.where((age >= 0) & (np.arange(t) < end), np.exp(swing), 0.0)


def _steps(n: int, t: int, rng: np.random.Generator) -> Floats:
    """A level that jumps once for some products, as after a new price."""
    jump = np.where(rng.random((n, 1)) < 0.2, rng.normal(0.0, 0.7, (n, 1)), 0.0)
    return np.exp(jump * (np.arange(t) >= rng.integers(0, t, (n, 1))))
