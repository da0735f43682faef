"""How many more of a product are likely today, while the day goes on."""

import asyncio
from datetime import date
from typing import Final

from device.domain.forecasting.rest_of_day import RestOfDay, rest_of_day
from device.domain.market.day_profile import learn_profile
from device.domain.sales_history import days_over, sales_history
from device.domain.selling_day import SellingDay, minute_of
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.world import Clock
from device.services.forecast_watch import Watched
from shared.history import Floats
from shared.ids import Sku
from shared.money import QUANTITY_ONE_MILLI

FEWEST_DAYS: Final = 5
LIKELY: Final = 0.5


class TodayForecast:
    """Works from what was known this morning, and from today's sales so far."""

    def __init__(self, *, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._last: tuple[object, Floats | None] = ((), None)

    async def rest_of_day(self, watched: Watched, sku: Sku) -> RestOfDay | None:
        """Return it; None while no day is open, before five days are known, and once the product has run out."""
        state = self._ledger.state
        days, today = days_over(state), _today(state)
        if today is None or len(days) < FEWEST_DAYS or sku in today.sold_out or sku in today.ran_out:
            return None
        quantiles = await self._this_morning(watched, days, today.business_date)
        passed = learn_profile(days).share_before(minute_of(self._clock.now()))
        likely = float(quantiles[watched.skus.index(sku), watched.card.levels.index(LIKELY)])
        return rest_of_day(likely, today.sold_milli.get(sku, 0) / QUANTITY_ONE_MILLI, passed)

    async def _this_morning(self, watched: Watched, days: tuple[SellingDay, ...], day: date) -> Floats:
        before, quantiles = self._last
        if quantiles is None or before != (watched, day):
            history = sales_history(days, watched.skus, [day])
            quantiles = await asyncio.to_thread(watched.forecaster.next_day, history)
            self._last = ((watched, day), quantiles)
        return quantiles


def _today(state: TillState) -> SellingDay | None:
    """The day of the open cash session, once something happened on it."""
    session = state.open_session
    is_today = session is not None and state.days and state.days[-1].business_date == session.business_date
    return state.days[-1] if is_today else None
