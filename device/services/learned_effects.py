"""What the stall's own days have taught of signals, worked out once for each morning and each change of the book."""

import asyncio
from collections.abc import Sequence
from datetime import date

from device.domain.catalogue import Product
from device.domain.forecast import DemandForecast
from device.domain.market.effects import AdjustedForecast, Surroundings, with_effects
from device.domain.market.learn import learn
from device.domain.market.quiet import without_signals
from device.domain.market.relatives import Relatives
from device.domain.sales_history import days_over, sales_history
from device.domain.selling_day import SellingDay
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.world import Clock
from device.services.assortment import CurrentAssortment
from shared.history import SalesHistory


class LearnedEffects:
    """Adjusts forecasts by what goes on around the stall."""

    def __init__(self, *, ledger: Ledger, assortment: CurrentAssortment, clock: Clock) -> None:
        self._ledger = ledger
        self._assortment = assortment
        self._clock = clock
        self._last: tuple[tuple[object, ...], Surroundings | None] = ((), None)
        self._one_at_a_time = asyncio.Lock()

    async def adjust(
        self, forecasts: Sequence[DemandForecast], days: Sequence[date]
    ) -> tuple[AdjustedForecast, ...]:
        """Return forecasts for these days as the signals change them, in their order."""
        around = await self.around()
        return await asyncio.to_thread(with_effects, forecasts, days, around)

    async def quiet(self, history: SalesHistory, days: Sequence[SellingDay]) -> SalesHistory:
        """Return the history of these days as it would have been without signals; see `without_signals`."""
        around = await self.around()
        return await asyncio.to_thread(without_signals, history, [day.business_date for day in days], around)

    async def around(self) -> Surroundings:
        """Return what is known around the stall today."""
        state, products = self._ledger.state, self._assortment.now().priced.offered
        days, today = days_over(state), self._clock.now().date()
        asked = (today, len(days), days[-1].business_date if days else None, state.market, products)
        async with self._one_at_a_time:
            before, around = self._last
            if around is None or before != asked:
                around = await asyncio.to_thread(_look_around, state, days, products, today)
                self._last = (asked, around)
            return around


def _look_around(
    state: TillState, days: tuple[SellingDay, ...], products: tuple[Product, ...], today: date
) -> Surroundings:
    relatives = Relatives(products=products, links=state.market.links, baskets=state.baskets.shares())
    dates = [day.business_date for day in days]
    history = sales_history(days, [one.sku for one in products], [today])
    learned = learn(history, dates, state.market, relatives)
    return Surroundings(today=today, book=state.market, relatives=relatives, learned=learned)
