"""The demand ahead: the ledger's history, the model in force, and what goes on around the stall."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from device.domain.catalogue import Catalogue
from device.domain.forecast import DemandForecast, ModelCard
from device.domain.forecasting.newcomers import told_by_neighbours, unsold_days
from device.domain.market.calendar import PLAN_HOURS, MarketCalendar
from device.domain.market.effects import AdjustedForecast
from device.domain.sales_history import days_over, sales_history, weekdays_of
from device.domain.selling_day import SellingDay
from device.ports.ledger import Ledger
from device.ports.stores import DocumentStore
from device.ports.world import Clock
from device.services.assortment import CurrentAssortment
from device.services.forecast_watch import ForecastWatch, Watched
from device.services.learned_effects import LearnedEffects
from device.services.models import Models
from device.services.stall_calendar import StallCalendar
from shared.history import SalesHistory

WINDOWS_KEPT: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What is likely on the next market days; `adjusted` are the forecasts with what signals did to them, in the products' order.

    `watched` is the model that was chosen, with how it did on the last days.
    """

    watched: Watched
    days: tuple[date, ...]
    catalogue: Catalogue
    calendar: MarketCalendar
    adjusted: tuple[AdjustedForecast, ...]

    @property
    def card(self) -> ModelCard:
        """What the model says of itself."""
        return self.watched.card


@dataclass(frozen=True, slots=True)
class NoPlan:
    """There is nothing to plan with; `words` says why."""

    words: str


class DemandAhead:
    """Forecasts once for each morning and each run of market days: what was sold before does not change while the day goes on."""

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
        self._known_for: object = ()
        self._history: SalesHistory | None = None
        self._known: dict[tuple[date, ...], tuple[DemandForecast, ...]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def look(self, *, hours: int = PLAN_HOURS) -> Ahead | NoPlan:
        """Return the demand on the market days that open within so many hours, or on the next one."""
        days, catalogue = days_over(self._ledger.state), self._assortment.now().priced
        calendar = self._calendar.now()
        planned = calendar.planned_days(self._clock.now(), hours=hours)
        missing = self._missing(days, catalogue, planned)
        if missing:
            return NoPlan(missing)
        watched = await self._watch.look(days, tuple(product.sku for product in catalogue.offered))
        if watched is None:
            return NoPlan(self._models.missing)
        adjusted = await self._adjusted(watched, days, planned)
        await self._watch.keep(planned, tuple(one.forecast for one in adjusted), watched.card)
        return Ahead(watched=watched, days=planned, catalogue=catalogue, calendar=calendar, adjusted=adjusted)

    async def over(self, ahead: Ahead, days: tuple[date, ...]) -> tuple[AdjustedForecast, ...]:
        """Return what is likely on other market days, 1 to 7, by the same model."""
        if days == ahead.days:
            return ahead.adjusted
        return await self._adjusted(ahead.watched, days_over(self._ledger.state), days)

    def _missing(self, days: tuple[SellingDay, ...], catalogue: Catalogue, planned: tuple[date, ...]) -> str:
        """What there is no plan without, in words; empty if all is there."""
        if self._models.in_force(self._documents.current) is None:
            return self._models.missing
        if not catalogue.offered:
            return "There are no products yet. Import a catalogue first."
        if not days:
            return "There is no market day to learn from yet. After the first closing there will be a plan."
        if not planned:
            return "No market day is planned. Add one under “Market days”."
        return ""

    async def _adjusted(
        self, watched: Watched, days: tuple[SellingDay, ...], planned: tuple[date, ...]
    ) -> tuple[AdjustedForecast, ...]:
        told = await asyncio.to_thread(
            self._with_newcomers, await self._forecast(watched, days, planned), days
        )
        return await self._effects.adjust(told, planned)

    def _with_newcomers(
        self, told: tuple[DemandForecast, ...], days: tuple[SellingDay, ...]
    ) -> tuple[DemandForecast, ...]:
        """What came in and was never sold is told from products like it; that may change in the middle of a day."""
        never_sold = [one.sku for one in told if one.history_days == 0]
        unsold = unsold_days(self._ledger.state.stocked.items(), days, never_sold)
        if not unsold:
            return told
        products = {product.sku: product for product in self._assortment.now().priced.offered}
        return told_by_neighbours(told, products, unsold)

    async def _forecast(
        self, watched: Watched, days: tuple[SellingDay, ...], planned: tuple[date, ...]
    ) -> tuple[DemandForecast, ...]:
        asked = (watched, self._ledger.state.market)
        async with self._one_at_a_time:
            if self._known_for != asked or self._history is None:
                whole = await asyncio.to_thread(sales_history, days, watched.skus, planned)
                self._history = await self._effects.quiet(whole, days)
                self._known_for, self._known = asked, {}
            if planned not in self._known:
                history = replace(self._history, horizon_weekday=weekdays_of(planned))
                made = await asyncio.to_thread(
                    watched.forecaster.forecast, history, measured=watched.measured
                )
                newest = [*self._known.items()][1 - WINDOWS_KEPT :]
                self._known = {**dict(newest), planned: made}
            return self._known[planned]
