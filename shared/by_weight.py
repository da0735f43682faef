"""Goods by weight as counts: in portions whose size the product's own days tell, so that what fits counts fits them too.

The variance of a count is about its mean, or some more; that of kilograms is in square kilograms and may be anything. A sum
of alike portions that come by chance has a variance of the portion times its mean (compound Poisson: Feller, An Introduction
to Probability Theory and Its Applications, vol. 1, section XII.2). Counted in these, goods by weight scatter as goods by the
piece do, in kilograms as in grams.

Shapes: n products, t days.
"""

from typing import Final

import numpy as np

from shared.history import LOOK_BACK_DAYS, Floats, Integers, SalesHistory, Truths, without_slips

BROKEN_DAYS: Final = 0.1
"""From this share of its days of sale on a product is one by weight; less is half a loaf now and then, or a slip."""
PRIOR_DAYS: Final = 2.0
"""That a day brings one portion counts as much as so many days of watching."""
SMALLEST_SHARE: Final = 0.01
"""Of an average day: no portion is smaller, so that what always sells alike divides nothing by zero."""


def by_piece(history: SalesHistory, /) -> Truths:
    """Whether a product was only ever sold in whole pieces, shape (n,)."""
    sold = np.nan_to_num(history.y, posinf=0.0, neginf=0.0)
    whole: Truths = (sold == np.floor(sold)).all(1)
    return whole


def portions_of(history: SalesHistory, /) -> Floats:
    """How many units a portion of each product has, above zero, shape (n,): one for goods by the piece."""
    days = history.y[:, -LOOK_BACK_DAYS:]
    known = np.isfinite(days)
    units = without_slips(np.nan_to_num(days, posinf=0.0, neginf=0.0))
    sold, broken = (units > 0).sum(1), (units != np.floor(units)).sum(1)
    sizes = np.ones(len(units))
    weighed = broken > BROKEN_DAYS * sold
    if weighed.any():
        sizes[weighed] = _portions(units[weighed], known[weighed], history.weekday[-LOOK_BACK_DAYS:])
    return sizes


def _portions(units: Floats, known: Truths, weekday: Integers) -> Floats:
    """The variance around what a weekday usually brings over the mean of a day, (n,)."""
    marks = (weekday[:, None] == np.arange(7)).astype(np.float64)
    count, seen = known.sum(1), known.astype(np.float64) @ marks
    mean = units.sum(1) / count
    usual = (units @ marks + mean[:, None]) / (seen + 1.0)
    square = np.where(known, np.square(units - usual[:, weekday]), 0.0).sum(1)
    free = np.maximum(count - (seen > 0).sum(1), 1)
    variance = (square + PRIOR_DAYS * np.square(mean)) / (free + PRIOR_DAYS)
    portions: Floats = np.maximum(variance / mean, SMALLEST_SHARE * mean)
    return portions
