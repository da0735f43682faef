"""Watches the forecasts: tries each model on the till's own last days, keeps what was told, and compares it with what came."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from device.domain.forecast import HIGH_LEVEL, DemandForecast, MeasuredError, ModelCard
from device.domain.forecasting.backtest import (
    Outcome,
    daily_losses,
    measured_errors,
    outcome_of,
    stall_losses,
)
from device.domain.forecasting.drift import TooLow, WorseThanNaive, too_low, worse_than_naive
from device.domain.forecasting.record import ToldDay, told_days
from device.domain.forecasting.trial import Contender, Origin, Verdict, judge_models
from device.domain.sales_history import sales_history
from device.domain.selling_day import SellingDay
from device.ports.forecast import Forecaster, ToldForecasts
from device.ports.stores import DocumentStore
from device.ports.world import Clock
from device.services.models import Models
from shared.history import Floats, SalesHistory, Window
from shared.ids import Sku
from shared.seasonal_naive import seasonal_naive_quantiles

ONE_DAY: Final = (Window(first=0, days=1),)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Watched:
    """The model that forecasts, and how it did on the last days.

    Attributes:
        verdict: which model it is, and which was set aside.
        outcome: what came on the last days, d of them.
        quantiles: what the model says of these days from what was known on the evening before, shape (d, n, Q).
        measured: both errors of each product.
        too_low, worse: alarms.
    """

    forecaster: Forecaster
    verdict: Verdict
    skus: tuple[Sku, ...]
    outcome: Outcome
    quantiles: Floats
    measured: tuple[MeasuredError, ...]
    too_low: TooLow | None
    worse: WorseThanNaive | None

    @property
    def card(self) -> ModelCard:
        """What the model says of itself."""
        return self.forecaster.card

    def covered(self, level: float, /) -> float | None:
        """The share of products and days that sold no more than the quantile; None where nothing counts."""
        counts = self.outcome.counts
        if level not in self.card.levels or not counts.any():
            return None
        place = self.card.levels.index(level)
        within = np.nan_to_num(self.outcome.sold) <= self.quantiles[..., place] + 1e-9
        return float(within[counts].mean())


class ForecastWatch:
    """Chooses the model for each morning, and remembers what was told."""

    def __init__(
        self, *, documents: DocumentStore, models: Models, told: ToldForecasts, clock: Clock
    ) -> None:
        self._documents = documents
        self._models = models
        self._told = told
        self._clock = clock
        self._last: tuple[object, Watched | None] = ((), None)
        self._tried: dict[tuple[Forecaster, date], Floats] = {}
        self._tried_for: tuple[Sku, ...] = ()
        self._kept: object = ()
        self._one_at_a_time = asyncio.Lock()

    async def look(self, days: Sequence[SellingDay], skus: tuple[Sku, ...]) -> Watched | None:
        """Return the model for these days and products with how it did; None where there is no model.

        `days` are those that are over, at least one.
        """
        contenders = self._models.contenders(self._documents.current)
        if not contenders:
            return None
        newest = days[-1]  # which goes on when the stall opens once more on the same date
        asked = (newest.business_date, sum(newest.hours_milli), len(days), skus, contenders)
        async with self._one_at_a_time:
            if self._last[0] != asked:
                self._last = (asked, await asyncio.to_thread(self._watch, days, skus, contenders))
            return self._last[1]

    async def keep(
        self, planned: Sequence[date], forecasts: Sequence[DemandForecast], card: ModelCard
    ) -> None:
        """Remember what is told for the planned days, unless it is what was told before."""
        if self._kept == (planned, forecasts):
            return
        self._kept = (planned, forecasts)
        told = told_days(forecasts, planned, self._clock.now(), f"{card.name} {card.version}")
        await asyncio.to_thread(self._keep_all, told)

    async def told(self) -> Mapping[date, ToldDay]:
        """Return what was told in the mornings, by planned day."""
        return await asyncio.to_thread(self._told.all)

    def _keep_all(self, told: Sequence[ToldDay]) -> None:
        for day in told:
            self._told.keep(day)

    def _watch(
        self, days: Sequence[SellingDay], skus: tuple[Sku, ...], contenders: Sequence[tuple[Origin, Forecaster]]
    ) -> Watched:  # fmt: skip
        dates = [day.business_date for day in days]
        history = sales_history(days, skus, [dates[-1]])
        outcome = outcome_of(history, dates)
        tried = {origin: self._try(one, history, outcome, skus) for origin, one in contenders}
        levels = _levels_of_all([one.card for _, one in contenders])
        verdict = judge_models([
            Contender(origin=origin, version=one.card.version, losses=_stall_loss(outcome, one.card, tried[origin], levels))
            for origin, one in contenders
        ])  # fmt: skip
        chosen = dict(contenders)[verdict.chosen]
        self._forget({one for _, one in contenders}, outcome.days)
        return _watched(chosen, verdict, skus, history, outcome, tried[verdict.chosen])

    def _try(
        self, forecaster: Forecaster, history: SalesHistory, outcome: Outcome, skus: tuple[Sku, ...]
    ) -> Floats:
        """What the model says of each day, shape (d, n, Q); what was said once is not asked again."""
        if self._tried_for != skus:
            self._tried, self._tried_for = {}, skus
        found = []
        for ago, day in zip(range(len(outcome.days), 0, -1), outcome.days, strict=True):
            key = (forecaster, day)
            if key not in self._tried:
                self._tried[key] = forecaster.next_day(history.as_of(ago))
            found.append(self._tried[key])
        return np.stack(found) if found else np.zeros((0, len(skus), len(forecaster.card.levels)))

    def _forget(self, forecasters: set[Forecaster], days: Sequence[date]) -> None:
        kept = set(days)
        self._tried = {
            key: said for key, said in self._tried.items() if key[0] in forecasters and key[1] in kept
        }


def _levels_of_all(cards: Sequence[ModelCard]) -> tuple[float, ...]:
    """The levels that all models have: losses can be compared at these."""
    return tuple(level for level in cards[0].levels if all(level in card.levels for card in cards))


def _stall_loss(outcome: Outcome, card: ModelCard, quantiles: Floats, levels: tuple[float, ...]) -> Floats:
    """The stall's loss of each day at these levels, shape (d,)."""
    places = [card.levels.index(level) for level in levels]
    return stall_losses(outcome, daily_losses(outcome, quantiles[..., places], levels))


def _watched(
    forecaster: Forecaster, verdict: Verdict, skus: tuple[Sku, ...], history: SalesHistory, outcome: Outcome,
    quantiles: Floats,
) -> Watched:  # fmt: skip
    levels = forecaster.card.levels
    said = [
        seasonal_naive_quantiles(history.as_of(ago), ONE_DAY, levels)[:, 0]
        for ago in range(len(outcome.days), 0, -1)
    ]
    naive = np.stack(said) if said else np.zeros_like(quantiles)
    of_model, of_naive = (daily_losses(outcome, one, levels) for one in (quantiles, naive))
    high = levels.index(HIGH_LEVEL) if HIGH_LEVEL in levels else len(levels) - 1
    return Watched(
        forecaster=forecaster,
        verdict=verdict,
        skus=skus,
        outcome=outcome,
        quantiles=quantiles,
        measured=measured_errors(of_model, of_naive),
        too_low=too_low(outcome, quantiles[..., high]),
        worse=worse_than_naive(stall_losses(outcome, of_model), stall_losses(outcome, of_naive)),
    )
