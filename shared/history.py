"""What a forecast stands on: sales per selling day, and the days that are asked for.

Only selling days count: a column of the history is a day on which the stall sold, so a closed Monday is no zero.

Shapes: n products, t days of history, h planned days.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
Truths: TypeAlias = npt.NDArray[np.bool_]

LOOK_BACK_DAYS: Final = 112
MAX_HORIZON_DAYS: Final = 7
MAX_UNITS: Final = 1e9
"""More of one product in one day, a tonne in milligrams, is taken for a slip of the keyboard, and cut to this."""
SLIP_TIMES: Final = 4.0
"""More than so many times the third best day of a product is taken for one, too: 100 where 1 was meant."""
SLIP_PLACE: Final = 3
SLIP_DAYS: Final = 10
"""With fewer days of sale nobody knows what is too much."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SalesHistory:
    """What was sold on each selling day that is over, and the weekdays to forecast.

    Attributes:
        unique_id: the products, one a row.
        y: units sold, shape (n, t), the newest day last; NaN before the first sale and where nothing was observed.
        weekday: Monday 0 to Sunday 6 of each day of history, shape (t,).
        horizon_weekday: the same for the next selling days, shape (h,), h from 1 to 7.
        sold_out: days on which `y` is only what there was to sell, shape (n, t); none, where nothing is marked.
        open_share: the share of a usual day's sales that comes before the stock ran out, shape (n, t), from 0 to 1; it says
            something of days in `sold_out` only, and may be missing, or NaN where nobody knows.

    Raises:
        ValueError: shapes that do not fit, or a weekday that is none.
    """

    unique_id: tuple[str, ...]
    y: Floats
    weekday: Integers
    horizon_weekday: Integers
    sold_out: Truths | None = None
    open_share: Floats | None = None

    def __post_init__(self) -> None:
        if self.y.shape != (len(self.unique_id), len(self.weekday)):
            raise ValueError(
                f"SalesHistory.y has shape {self.y.shape}; give one row for each of the {len(self.unique_id)} "
                f"products and one column for each of the {len(self.weekday)} days"
            )
        if self.sold_out is not None and self.sold_out.shape != self.y.shape:
            raise ValueError(f"SalesHistory.sold_out has shape {self.sold_out.shape}, y has {self.y.shape}")
        if self.open_share is not None and self.open_share.shape != self.y.shape:
            raise ValueError(
                f"SalesHistory.open_share has shape {self.open_share.shape}, y has {self.y.shape}"
            )
        if not 1 <= len(self.horizon_weekday) <= MAX_HORIZON_DAYS:
            raise ValueError(f"SalesHistory.horizon_weekday must name 1 to {MAX_HORIZON_DAYS} days")
        for name, days in (("weekday", self.weekday), ("horizon_weekday", self.horizon_weekday)):
            if days.size and not (days.min() >= 0 and days.max() <= 6):
                raise ValueError(f"SalesHistory.{name} must hold Monday 0 to Sunday 6")

    def as_of(self, days_ago: int, /) -> "SalesHistory":
        """The history as it stood before its last `days_ago` days, with the first of those as the day ahead."""
        end = len(self.weekday) - days_ago
        kept = slice(max(0, end - LOOK_BACK_DAYS), end)
        out = None if self.sold_out is None else self.sold_out[:, kept]
        share = None if self.open_share is None else self.open_share[:, kept]
        return SalesHistory(
            unique_id=self.unique_id,
            y=self.y[:, kept],
            weekday=self.weekday[kept],
            horizon_weekday=self.weekday[end : end + 1],
            sold_out=out,
            open_share=share,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A run of planned selling days whose sum is forecast: one day, or several together."""

    first: int
    days: int


def daily_and_sum_windows(horizon_days: int, /) -> tuple[Window, ...]:
    """Each planned day on its own, then all of them as one sum; a single day needs no sum of its own."""
    daily = tuple(Window(first=day, days=1) for day in range(horizon_days))
    return daily if horizon_days == 1 else (*daily, Window(first=0, days=horizon_days))


def without_slips(units: Floats, /) -> Floats:
    """Cut units sold, shape (n, t), to what a product may have sold on a day; NaN stays, below zero is nothing.

    Real sales are hardly touched (on three of four measured sets nothing); one slip would otherwise widen and lift a
    product's forecasts as long as it is looked at.
    """
    tame: Floats = np.clip(units, 0.0, MAX_UNITS)
    if units.shape[1] < SLIP_DAYS:
        return tame
    sold = np.nan_to_num(tame)
    usual = np.partition(sold, -SLIP_PLACE, axis=1)[:, -SLIP_PLACE]
    most = np.where((sold > 0).sum(1) >= SLIP_DAYS, SLIP_TIMES * usual, MAX_UNITS)
    return np.minimum(tame, most[:, None])
