"""A product that has never been sold, told from those like it, with all the doubt that there is.

How many a day it sells is drawn as for its neighbours: the products of its category that are sold, those of a like price first. Their
weighted mean and variance make a gamma distribution; each market day on which it lay there unsold makes high rates less likely (the
conjugate prior of a Poisson rate: Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6). All days share the one rate, so
their sum scatters more than days that come by chance do: a negative binomial distribution for each day and for all together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log, nan
from typing import Final

import numpy as np
import numpy.typing as npt

from device.domain.catalogue import Product
from device.domain.forecast import DemandForecast, ForecastSource
from device.domain.plan.demand import SHARES
from device.domain.selling_day import SellingDay
from shared.counts import count_quantiles
from shared.history import Floats
from shared.ids import Sku
from shared.quantile_function import quantiles_at

NEIGHBOUR_DAYS: Final = 5
"""Whoever has been sold for fewer days knows too little to tell of others."""
FEWEST: Final = 2
"""With fewer neighbours in its category, all products are."""
MOST: Final = 12
PRICE_SCALE: Final = 0.5
"""A price that is higher or lower by a factor of e to the half counts about a third."""
SMALLEST_RATE: Final = 1e-6
"""Of pieces a day; neighbours that sell less tell nothing."""
DOUBT: Final = 0.75
"""The rate of a newcomer scatters by at least this share of its mean, however alike its neighbours are."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Known:
    """Products that are sold: their categories and logarithms of prices (NaN for none), shape (n,); `means` are pieces a day, (n, days)."""

    categories: npt.NDArray[np.str_]
    prices: Floats
    means: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Hope:
    """A newcomer's pieces on each planned day, shape (days,), and the shape of the gamma distribution of its rate."""

    means: Floats
    shape: float


def unsold_days(
    stocked: Mapping[Sku, int], days: Sequence[SellingDay], skus: Sequence[Sku]
) -> Mapping[Sku, int]:
    """Return on how many selling days each of those products lay there, of those that ever came into stock.

    `stocked` says on which day that was, as a proleptic ordinal. What never came in may be an old name in a long list.
    """
    return {
        sku: sum(day.business_date.toordinal() >= stocked[sku] and sku not in day.sold_out for day in days)
        for sku in skus
        if sku in stocked
    }


def told_by_neighbours(
    forecasts: Sequence[DemandForecast], products: Mapping[Sku, Product], unsold: Mapping[Sku, int]
) -> tuple[DemandForecast, ...]:
    """Return the forecasts with those of newcomers, the keys of `unsold`, told from their neighbours; all others as they are."""
    newcomers = [
        one for one in forecasts if one.history_days == 0 and one.sku in unsold and one.sku in products
    ]
    old = [one for one in forecasts if one.history_days >= NEIGHBOUR_DAYS and one.sku in products]
    if not newcomers or not old:
        return tuple(forecasts)
    known = _known(old, [products[one.sku] for one in old])
    hopes = [_hope(products[one.sku], known, unsold[one.sku]) for one in newcomers]
    told = {one.sku: one for one in _told(newcomers, hopes)}
    return tuple(told.get(one.sku, one) for one in forecasts)


def _known(forecasts: Sequence[DemandForecast], products: Sequence[Product]) -> _Known:
    daily = np.array([one.daily for one in forecasts])
    return _Known(
        categories=np.array([one.category for one in products]),
        prices=np.array([_log_price(one) for one in products]),
        means=quantiles_at(daily, forecasts[0].levels, SHARES).mean(-1),
    )


def _hope(product: Product, known: _Known, unsold: int) -> _Hope:
    weights = _weights(product, known)
    mean, rates = weights @ known.means, known.means.mean(1)
    rate = float(weights @ rates)
    if rate < SMALLEST_RATE:
        return _Hope(means=np.zeros(known.means.shape[1]), shape=1.0)
    scatter = float(weights @ np.square(rates - rate)) / rate**2
    shape = 1.0 / max(scatter, DOUBT**2)
    seen = shape / (shape + unsold * rate)  # what is left of the rate after days that sold none
    return _Hope(means=mean * seen, shape=shape)


def _told(newcomers: Sequence[DemandForecast], hopes: Sequence[_Hope]) -> Iterator[DemandForecast]:
    every = np.array([[*one.means, one.means.sum()] for one in hopes])
    shapes = np.array([one.shape for one in hopes])[:, None]
    quantiles = count_quantiles(every, every + np.square(every) / shapes, newcomers[0].levels)
    for one, own in zip(newcomers, quantiles, strict=True):
        yield replace(
            one,
            daily=tuple(tuple(day) for day in own[:-1].tolist()),
            total=tuple(own.max(0).tolist()),
            source=ForecastSource.NEIGHBOURS,
        )


def _weights(product: Product, known: _Known) -> Floats:
    """How much each other product tells of this one, together 1: those of its category by their price, the nearest MOST of them."""
    alike = known.categories == product.category
    if alike.sum() < FEWEST:
        alike = np.ones(len(alike), dtype=bool)
    apart = np.nan_to_num(np.abs(known.prices - _log_price(product)), nan=1.0)
    near = np.where(alike, np.exp(-np.minimum(apart, 5.0) / PRICE_SCALE), 0.0)
    nearest = np.where(near >= np.sort(near)[-MOST:][0], near, 0.0)
    weights: Floats = nearest / nearest.sum()
    return weights


def _log_price(product: Product) -> float:
    return log(product.price_minor) if product.price_minor > 0 else nan
