"""How forecasts of single days did on the till's own last selling days, beside the naive ones.

Shapes: d days, the oldest first, n products, Q levels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from device.domain.forecast import MeasuredError
from shared.history import Floats, SalesHistory, Truths

BACKTEST_DAYS: Final = 28
SMALLEST_SCALE: Final = 0.25
"""Units a day: the loss of a product that hardly ever sells is divided by no less."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """What came: units sold, shape (d, n), NaN where a product was not on sale; and whether its stock ran out."""

    days: tuple[date, ...]
    sold: Floats
    sold_out: Truths

    @property
    def counts(self) -> Truths:
        """Where demand is known, so that a forecast can be judged: on sale, and some left at the end."""
        return np.isfinite(self.sold) & ~self.sold_out


def outcome_of(history: SalesHistory, dates: Sequence[date], /, *, days: int = BACKTEST_DAYS) -> Outcome:
    """Return what came on the last days, the first day left out: nothing could be forecast on the evening before it.

    Args:
        history: of all products.
        dates: of its columns.
        days: at most so many.
    """
    kept = max(0, min(days, len(dates) - 1))
    part = slice(len(dates) - kept, len(dates))
    sold = history.y[:, part].T
    marked = np.zeros(sold.shape, dtype=np.bool_) if history.sold_out is None else history.sold_out[:, part].T
    return Outcome(days=tuple(dates[part]), sold=sold, sold_out=marked)


def daily_losses(outcome: Outcome, quantiles: Floats, levels: Sequence[float], /) -> Floats:
    """The pinball loss (Koenker and Bassett 1978) in pieces, mean over the levels, shape (d, n); NaN where none counts.

    Args:
        outcome: what came.
        quantiles: of each day, made as on the evening before, shape (d, n, Q).
        levels: probabilities, rising, Q of them.
    """
    miss = np.nan_to_num(outcome.sold)[..., None] - quantiles
    level = np.asarray(levels)
    loss = np.maximum(level * miss, (level - 1.0) * miss).mean(-1)
    told: Floats = np.where(outcome.counts, loss, np.nan)
    return told


def stall_losses(outcome: Outcome, losses: Floats, /) -> Floats:
    """Each day's loss over all products, each divided by its own pace, shape (d,); NaN for a day that counts nothing."""
    count = np.maximum(outcome.counts.sum(0), 1)
    pace = np.maximum(np.where(outcome.counts, outcome.sold, 0.0).sum(0) / count, SMALLEST_SCALE)
    products = outcome.counts.sum(1)
    total = np.nansum(losses / pace, axis=1)
    mean: Floats = np.where(products > 0, total / np.maximum(products, 1), np.nan)
    return mean


def measured_errors(model: Floats, naive: Floats, /) -> tuple[MeasuredError, ...]:
    """Both mean losses of each product, from losses of shape (d, n)."""
    days = np.isfinite(model).sum(0)
    mean = [np.nansum(losses, axis=0) / np.maximum(days, 1) for losses in (model, naive)]
    return tuple(
        MeasuredError(model=float(of_model), naive=float(of_naive), days=int(count))
        for of_model, of_naive, count in zip(*mean, days, strict=True)
    )
