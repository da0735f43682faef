"""What to make next: the ledger's history, the forecaster's quantiles, the shelf."""

import asyncio
from dataclasses import dataclass
from datetime import date

from device.domain.catalogue import Catalogue
from device.domain.documents import Documents
from device.domain.forecast import DemandForecast, ModelCard
from device.domain.restock import MarketCalendar, RestockPlan, plan_restock
from device.domain.sales_history import days_over, sales_history
from device.domain.selling_day import SellingDay
from device.ports.forecast import Forecaster
from device.ports.ledger import Ledger
from device.ports.stores import DocumentStore
from device.ports.world import Clock
from device.services.assortment import CurrentAssortment
from device.services.models import Models

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

    The market days are those set from afar, else `calendar`, else the weekdays on which the stall has lately sold.
    """

    def __init__(self, *, ledger: Ledger, documents: DocumentStore, assortment: CurrentAssortment, clock: Clock,
                 models: Models, calendar: MarketCalendar | None) -> None:  # fmt: skip
        self._ledger = ledger
        self._documents = documents
        self._assortment = assortment
        self._clock = clock
        self._models = models
        self._calendar = calendar
        self._last: tuple[object, tuple[DemandForecast, ...]] = ((), ())
        self._one_at_a_time = asyncio.Lock()

    async def make_next(self) -> MakeNext | NoPlan:
        """Plan from what is sold and in stock now."""
        state, catalogue, documents = (
            self._ledger.state,
            self._assortment.now().priced,
            self._documents.current,
        )
        days, forecaster = days_over(state), self._models.in_force(documents)
        if forecaster is None:
            return NoPlan(self._models.missing)
        if not catalogue.offered:
            return NoPlan("There are no products yet. Import a catalogue first.")
        if not days:
            return NoPlan(
                "There is no market day to learn from yet. After the first closing there will be a plan."
            )
        planned = self._calendar_of(documents, days).planned_days(self._clock.now())
        if not planned:
            return NoPlan("No market day is planned. Set market_weekdays in the till's configuration.")
        forecasts = await self._forecast(forecaster, days, catalogue, planned)
        plan = plan_restock(planned, forecasts, state.stock_milli.items())
        return MakeNext(card=forecaster.card, plan=plan, catalogue=catalogue)

    def _calendar_of(self, documents: Documents, days: tuple[SellingDay, ...]) -> MarketCalendar:
        from_afar = documents.settings().market_weekdays
        if from_afar:
            return MarketCalendar(weekdays=frozenset(from_afar) & frozenset(range(7)))
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
        skus = tuple(product.sku for product in catalogue.offered)
        asked = (days[-1].business_date, len(days), skus, planned, forecaster)
        async with self._one_at_a_time:
            if self._last[0] != asked:
                history = sales_history(days, skus, planned)
                self._last = (asked, await asyncio.to_thread(forecaster.forecast, history))
            return self._last[1]
