"""What a forecast is: quantiles of the units people will want, and how far it may be trusted."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from device.domain.errors import ForecastError
from shared.ids import Sku

LOW_LEVEL: Final = 0.1
LIKELY_LEVEL: Final = 0.5
HIGH_LEVEL: Final = 0.9
PLAN_LEVELS: Final = (LOW_LEVEL, LIKELY_LEVEL, HIGH_LEVEL)
"""Every model must give these, or there is no plan."""


class ForecastSource(Enum):
    """Where a product's quantiles came from."""

    MODEL = "model"
    NAIVE = "naive"
    """As on the last such weekday; used where it was clearly nearer to the till's own sales."""
    NEIGHBOURS = "neighbours"
    """From products like it: it has not been sold yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What the weights say of themselves.

    Attributes:
        levels: the quantiles the network gives, rising, such as 0.1 to 0.95.
        feature_version: the meaning of the features it was trained on.
        error: its mean scaled pinball loss on sales it never saw, over three selling days together; lower is better.
        naive_error: the same of the seasonal naive forecast.
    """

    name: str
    version: int
    feature_version: int
    levels: tuple[float, ...]
    error: float
    naive_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredError:
    """How far off both forecasts were on this till: mean pinball loss in pieces a day over its last selling days.

    `days` is how many could be measured; with none, both errors are zero and say nothing.
    """

    model: float
    naive: float
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandForecast:
    """One product's demand on the planned selling days.

    Attributes:
        levels: probabilities, rising.
        daily: for each planned day, the pieces not exceeded with each probability.
        total: the same for all planned days together; not the sum of `daily`, for bad days and good ones mix.
        history_days: selling days since the product's first sale, as far as the forecast looks back.
    """

    sku: Sku
    levels: tuple[float, ...]
    daily: tuple[tuple[float, ...], ...]
    total: tuple[float, ...]
    source: ForecastSource
    measured: MeasuredError
    history_days: int

    def total_at(self, level: float, /) -> float:
        """The pieces that all planned days together do not exceed with probability `level`.

        Raises:
            ValueError: the forecast has no such level.
        """
        if level not in self.levels:
            raise ValueError(f"the forecast of {self.sku} has no level {level}; it has {self.levels}")
        return self.total[self.levels.index(level)]


class ForecastModelError(ForecastError):
    """The weights on this till cannot be used; selling goes on without a forecast."""

    def __init__(self, *, model: str, reason: str, remedy: str) -> None:
        super().__init__(f"The forecast model {model} cannot be used: {reason}.", remedy)
        self.model = model
        self.reason = reason
