"""Demand on the next selling days."""

from typing import Protocol

from device.domain.forecast import DemandForecast, ModelCard
from shared.documents import ModelContent
from shared.history import SalesHistory


class Forecaster(Protocol):
    """Demand on the next selling days; meant to be called in a thread."""

    @property
    def card(self) -> ModelCard:
        """What the model says of itself."""

    def forecast(self, history: SalesHistory, /) -> tuple[DemandForecast, ...]:
        """Return one forecast for each product of the history."""


class ModelOpener(Protocol):
    """Makes forecasters of models that came down; meant to be called in a thread."""

    def __call__(self, content: ModelContent, /, *, name: str) -> Forecaster:
        """Return the model, tried once; raises ForecastModelError if it does not fit or does not run."""
