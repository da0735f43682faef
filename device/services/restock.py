"""What to make next: the ledger's history, the forecaster's quantiles, the shelf."""

import asyncio
from dataclasses import dataclass
from datetime import date

from device.domain.catalogue import Catalogue
from device.domain.forecast import DemandForecast, ModelCard
from device.domain.market.effects import AdjustedForecast
from device.domain.restock import RestockPlan, plan_restock
from device.domain.sales_history import days_over, sales_history
from device.domain.selling_day import SellingDay
from device.ports.ledger import Ledger
from device.ports.stores import DocumentStore
from device.ports.world import Clock
from device.services.assortment import CurrentAssortment
from device.services.forecast_watch import ForecastWatch, Watched
from device.services.learned_effects import LearnedEffects
from device.services.models import Models
from device.services.stall_calendar import StallCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeNext:
    """A plan with what it stands on; `adjusted` are its forecasts with what signals did to them, in the products' order.

    `watched` is the model that was chosen, with how it did on the last days.
    """

    card: ModelCard
    watched: Watched
    plan: RestockPlan
    catalogue: Catalogue
    adjusted: tuple[AdjustedForecast, ...]


@dataclass(frozen=True, slots=True)
class NoPlan:
    """There is nothing to plan with; `words` says why."""

    words: str


class Restock:
    """The service behind `GET /api/make-next`."""

    def __init__(self, *, ledger: Ledger, documents: DocumentStore, assortment: CurrentAssortment, clock: Clock,
                 models: Models, calendar: StallCalendar, effects: LearnedEffects, watch: ForecastWatch) -> None:  # fmt: skip
        self._ledger = ledger
        self._documents = documents
        self._assortment = assortment
        self._clock = clock
        self._models = models
        self._calendar = calendar
        self._effects = effects
        self._watch = watch
        self._last: tuple[object, tuple[DemandForecast, ...]] = ((), ())
        self._one_at_a_time = asyncio.Lock()

    async def make_next(self) -> MakeNext | NoPlan:
        """Plan from what is sold and in stock now."""
        state, catalogue, documents = (
            self._ledger.state,
            self._assortment.now().priced,
            self._documents.current,
        )
        days = days_over(state)
        if self._models.in_force(documents) is None:
            return NoPlan(self._models.missing)
        if not catalogue.offered:
            return NoPlan("There are no products yet. Import a catalogue first.")
        if not days:
            return NoPlan(
                "There is no market day to learn from yet. After the first closing there will be a plan."
            )
        planned = self._calendar.now().planned_days(self._clock.now())
        if not planned:
            return NoPlan("No market day is planned. Add one under “Market days”.")
        watched = await self._watch.look(days, tuple(product.sku for product in catalogue.offered))
        if watched is None:
            return NoPlan(self._models.missing)
        forecasts = await self._forecast(watched, days, planned)
        adjusted = await self._effects.adjust(forecasts, planned)
        await self._watch.keep(planned, tuple(one.forecast for one in adjusted), watched.card)
        plan = plan_restock(planned, [one.forecast for one in adjusted], state.stock_milli.items())
        return MakeNext(card=watched.card, watched=watched, plan=plan, catalogue=catalogue, adjusted=adjusted)

    async def _forecast(
        self, watched: Watched, days: tuple[SellingDay, ...], planned: tuple[date, ...]
    ) -> tuple[DemandForecast, ...]:
        """Forecast once for each morning: what was sold before does not change while the day goes on."""
        asked = (watched, planned, self._ledger.state.market)
        async with self._one_at_a_time:
            if self._last[0] != asked:
                history = await self._effects.quiet(sales_history(days, watched.skus, planned), days)
                made = await asyncio.to_thread(
                    watched.forecaster.forecast, history, measured=watched.measured
                )
                self._last = (asked, made)
            return self._last[1]
