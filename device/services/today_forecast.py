"""How many more of a product are likely today, while the day goes on."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Final

from device.domain.forecasting.rest_of_day import RestOfDay, rest_of_day
from device.domain.market.day_profile import learn_profile
from device.domain.sales_history import days_over, sales_history
from device.domain.selling_day import DAY_BREAK_HOUR, SellingDay, minute_of
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

    async def rest_of_day(self, watched: Watched, sku: Sku, planned: Collection[date]) -> RestOfDay | None:
        """Return it; None while no day is open, before five days are known, and once the product has run out.

        While today is among the days planned, all of it is told there.
        """
        today = self._today(planned)
        return None if today is None else (await self._rest(watched, today, (sku,))).get(sku)

    async def still_milli(self, watched: Watched, planned: Collection[date]) -> Mapping[Sku, int]:
        """Return the same of every product, what is likely to come yet alone, in thousandths."""
        today = self._today(planned)
        if today is None:
            return {}
        rest = await self._rest(watched, today, watched.skus)
        return {sku: round(one.more * QUANTITY_ONE_MILLI) for sku, one in rest.items()}

    def _today(self, planned: Collection[date]) -> SellingDay | None:
        """The day of the open cash session, once something happened on it; None for one that nobody closed in time."""
        state = self._ledger.state
        session = state.open_session
        if session is None or not state.days or state.days[-1].business_date != session.business_date:
            return None
        if session.business_date in planned:
            return None
        is_over = session.business_date < (self._clock.now() - timedelta(hours=DAY_BREAK_HOUR)).date()
        return None if is_over else state.days[-1]

    async def _rest(
        self, watched: Watched, today: SellingDay, skus: Collection[Sku]
    ) -> Mapping[Sku, RestOfDay]:
        """What is to come of those products of which there is some left."""
        days = days_over(self._ledger.state)
        if len(days) < FEWEST_DAYS:
            return {}
        quantiles = await self._this_morning(watched, days, today.business_date)
        passed = learn_profile(days).share_before(minute_of(self._clock.now()))
        level, rows = watched.card.levels.index(LIKELY), {sku: row for row, sku in enumerate(watched.skus)}
        return {
            sku: rest_of_day(
                float(quantiles[rows[sku], level]), today.sold_milli.get(sku, 0) / QUANTITY_ONE_MILLI, passed
            )
            for sku in skus
            if sku not in today.sold_out and sku not in today.ran_out
        }

    async def _this_morning(self, watched: Watched, days: tuple[SellingDay, ...], day: date) -> Floats:
        before, quantiles = self._last
        if quantiles is None or before != (watched, day):
            history = sales_history(days, watched.skus, [day])
            quantiles = await asyncio.to_thread(watched.forecaster.next_day, history)
            self._last = ((watched, day), quantiles)
        return quantiles
