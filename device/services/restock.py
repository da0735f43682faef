"""What to make next: the ledger's history, the forecaster's quantiles, the shelf."""

import asyncio
from dataclasses import dataclass
from datetime import date

from device.domain.catalogue import Catalogue
from device.domain.forecast import DemandForecast, ModelCard
from device.domain.restock import MarketCalendar, RestockPlan, plan_restock
from device.domain.sales_history import days_over, sales_history
from device.domain.till_state import SellingDay
from device.ports import Clock, Forecaster, Ledger, SettingsStore

RECENT_DAYS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeNext:
    """A plan with what it stands on."""

    card: ModelCard
    plan: RestockPlan
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class NoPlan:
    """There is nothing to plan with; `words` says why."""

    words: str


class Restock:
    """The service behind `GET /api/make-next`.

    Without `calendar` the market days are the weekdays on which the stall has lately sold. `forecaster` is None where the
    model cannot be used; `missing` then says why.
    """

    def __init__(self, *, ledger: Ledger, settings: SettingsStore, clock: Clock, forecaster: Forecaster | None,
                 missing: str, calendar: MarketCalendar | None) -> None:  # fmt: skip
        self._ledger = ledger
        self._settings = settings
        self._clock = clock
        self._forecaster = forecaster
        self._missing = missing
        self._calendar = calendar
        self._last: tuple[object, tuple[DemandForecast, ...]] = ((), ())
        self._one_at_a_time = asyncio.Lock()

    async def make_next(self) -> MakeNext | NoPlan:
        """Plan from what is sold and in stock now."""
        state, catalogue = self._ledger.state, self._settings.current.catalogue
        days = days_over(state)
        if self._forecaster is None:
            return NoPlan(self._missing)
        if not catalogue.products:
            return NoPlan("There are no products yet. Import a catalogue first.")
        if not days:
            return NoPlan(
                "There is no market day to learn from yet. After the first closing there will be a plan."
            )
        planned = self._calendar_of(days).planned_days(self._clock.now())
        if not planned:
            return NoPlan("No market day is planned. Set market_weekdays in the till's configuration.")
        forecasts = await self._forecast(self._forecaster, days, catalogue, planned)
        plan = plan_restock(planned, forecasts, state.stock_milli.items())
        return MakeNext(card=self._forecaster.card, plan=plan, catalogue=catalogue)

    def _calendar_of(self, days: tuple[SellingDay, ...]) -> MarketCalendar:
        if self._calendar is not None:
            return self._calendar
        return MarketCalendar(weekdays=frozenset(day.business_date.weekday() for day in days[-RECENT_DAYS:]))

    async def _forecast(
        self,
        forecaster: Forecaster,
        days: tuple[SellingDay, ...],
        catalogue: Catalogue,
        planned: tuple[date, ...],
    ) -> tuple[DemandForecast, ...]:
        """Forecast once for each morning: what was sold before does not change while the day goes on."""
        asked = (days[-1].business_date, len(days), catalogue.version, planned)
        async with self._one_at_a_time:
            if self._last[0] != asked:
                skus = [product.sku for product in catalogue.products]
                history = sales_history(days, skus, planned)
                self._last = (asked, await asyncio.to_thread(forecaster.forecast, history))
            return self._last[1]
