"""Demand on the next selling days, and what was told of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from device.domain.forecast import DemandForecast, MeasuredError, ModelCard
from device.domain.forecasting.record import ToldDay
from shared.documents import ModelContent
from shared.history import Floats, SalesHistory


class Forecaster(Protocol):
    """Demand on the next selling days; meant to be called in a thread."""

    @property
    def card(self) -> ModelCard:
        """What the model says of itself."""

    def forecast(
        self, history: SalesHistory, /, *, measured: Sequence[MeasuredError] | None = None
    ) -> tuple[DemandForecast, ...]:
        """Return one forecast for each product of the history; `measured` are their errors, where they are known already."""

    def next_day(self, history: SalesHistory, /) -> Floats:
        """Return the model's own quantiles of the first planned day, shape (products, levels), whatever was nearer."""


class ModelOpener(Protocol):
    """Makes forecasters of models that came down; meant to be called in a thread."""

    def __call__(self, content: ModelContent, /, *, name: str) -> Forecaster:
        """Return the model, tried once; raises ForecastModelError if it does not fit or does not run."""


class ToldForecasts(Protocol):
    """What was told in the morning, kept for a while. It may be lost without harm."""

    def keep(self, told: ToldDay) -> None:
        """Keep what was told for a day, in the place of what was told for it before; waits for the disk."""

    def all(self) -> Mapping[date, ToldDay]:
        """Return what is kept, by planned day; waits for the disk."""
