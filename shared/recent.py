"""The part of a history that forecasts look at: the last days, unknown ones marked, slips of the keyboard cut.

Shapes: n products, t = `LOOK_BACK_DAYS` days.
"""

from dataclasses import dataclass

import numpy as np

from shared.history import LOOK_BACK_DAYS, Floats, Integers, SalesHistory, Truths, without_slips


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recent:
    """The last `LOOK_BACK_DAYS` columns, padded on the left, with what is unknown set to zero and marked.

    Attributes:
        units: shape (n, t), zero where unknown.
        known: shape (n, t).
        weekday: shape (t,), minus one on padded days.
        sold_out: days on which the stock ran out, so that more would have been sold, shape (n, t).
        open_share: which share of a usual day had come by then, shape (n, t), NaN where nobody knows.
    """

    units: Floats
    known: Truths
    sold_out: Truths
    weekday: Integers
    open_share: Floats

    @property
    def weekday_marks(self) -> Floats:
        """Ones where a day is of a weekday, shape (t, 7); a padded day is of none."""
        marks: Floats = (self.weekday[:, None] == np.arange(7)).astype(np.float64)
        return marks

    def mean(self, span: int, otherwise: Floats, /) -> Floats:
        """The mean of the known days among the last `span`, and `otherwise` where there are none."""
        count = self.known[:, -span:].sum(1)
        total = self.units[:, -span:].sum(1)
        mean: Floats = np.where(count > 0, total / np.maximum(count, 1), otherwise)
        return mean

    def variance(self, span: int, /) -> Floats:
        """The variance of the known days among the last `span`; zero where there are none."""
        known = self.known[:, -span:]
        units = self.units[:, -span:]
        count = np.maximum(known.sum(1), 1)
        mean = units.sum(1) / count
        variance: Floats = np.where(known, np.square(units - mean[:, None]), 0.0).sum(1) / count
        return variance


def recent_of(history: SalesHistory, /) -> Recent:
    """Cut, pad and clean a history; returns below zero count as nothing sold."""
    days = history.y[:, -LOOK_BACK_DAYS:]
    pad = LOOK_BACK_DAYS - days.shape[1]
    known = np.pad(np.isfinite(days), ((0, 0), (pad, 0)))
    sold = without_slips(np.nan_to_num(days, posinf=0.0, neginf=0.0))
    units = np.pad(sold, ((0, 0), (pad, 0)))
    weekday = np.pad(history.weekday[-LOOK_BACK_DAYS:], (pad, 0), constant_values=-1)
    marked = (
        np.zeros(days.shape, dtype=bool)
        if history.sold_out is None
        else history.sold_out[:, -LOOK_BACK_DAYS:]
    )
    out = np.pad(marked, ((0, 0), (pad, 0))) & known
    share = (
        np.full(days.shape, np.nan) if history.open_share is None else history.open_share[:, -LOOK_BACK_DAYS:]
    )
    open_share = np.pad(share, ((0, 0), (pad, 0)), constant_values=np.nan)
    return Recent(units=units, known=known, weekday=weekday, sold_out=out, open_share=open_share)
