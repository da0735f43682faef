"""The ledger's selling days as the history that a forecast stands on."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from device.domain.market.day_profile import learn_profile
from device.domain.selling_day import SellingDay
from device.domain.till_state import TillState
from shared.history import Floats, Integers, SalesHistory
from shared.ids import Sku
from shared.money import QUANTITY_ONE_MILLI

NEARLY_ALL: Final = 0.95
"""What is sold out after this share of a usual day's sales lost next to nothing."""


def days_over(state: TillState) -> tuple[SellingDay, ...]:
    """Return the selling days that are over: the day of an open cash session still sells."""
    session = state.open_session
    is_today = session is not None and state.days and state.days[-1].business_date == session.business_date
    return state.days[:-1] if is_today else state.days


def sales_history(days: Sequence[SellingDay], skus: Sequence[Sku], planned: Sequence[date]) -> SalesHistory:
    """Return units sold by product and day; unknown (NaN) before a product's first sale and while it was sold out.

    A day on which the last of a product went before the usual day was nearly over is marked as sold out, with the share of
    the usual day's sales that had come by then.
    """
    units: Floats = np.full((len(skus), len(days)), np.nan)
    open_share: Floats = np.ones(units.shape)
    profile = learn_profile(days)
    for row, sku in enumerate(skus):
        seen = False
        for column, day in enumerate(days):
            sold_milli = max(0, day.sold_milli.get(sku, 0))  # below 0: more came back than was sold that day
            seen = seen or sold_milli > 0
            if seen and (sold_milli > 0 or sku not in day.sold_out):
                units[row, column] = sold_milli / QUANTITY_ONE_MILLI
            if sku in day.ran_out:
                open_share[row, column] = profile.share_before(day.ran_out[sku])
    return SalesHistory(
        unique_id=tuple(skus),
        y=units,
        weekday=weekdays_of([day.business_date for day in days]),
        horizon_weekday=weekdays_of(planned),
        sold_out=(open_share < NEARLY_ALL) & np.isfinite(units),
        open_share=open_share,
    )


def weekdays_of(dates: Sequence[date], /) -> Integers:
    """Return Monday 0 to Sunday 6 of each date."""
    return np.array([day.weekday() for day in dates], dtype=np.int64)
