"""A forecast answers for the levels it has, and for no other."""

import pytest

from device.domain.forecast import DemandForecast, ForecastModelError, ForecastSource, MeasuredError
from shared.ids import Sku

FORECAST = DemandForecast(
    sku=Sku("bowl-speckled"),
    levels=(0.1, 0.5, 0.9),
    daily=((1.0, 2.0, 4.0), (0.0, 1.0, 3.0)),
    total=(2.0, 3.0, 6.0),
    source=ForecastSource.NAIVE,
    measured=MeasuredError(model=1.0, naive=0.5, days=8),
    history_days=32,
)


def test_a_level_gives_its_quantile_of_all_days_together() -> None:
    assert [FORECAST.total_at(level) for level in FORECAST.levels] == [2.0, 3.0, 6.0]


def test_a_level_it_lacks_is_refused_with_those_it_has() -> None:
    with pytest.raises(ValueError, match=r"bowl-speckled has no level 0\.75; it has \(0\.1, 0\.5, 0\.9\)"):
        FORECAST.total_at(0.75)


def test_a_model_that_cannot_be_used_says_which_why_and_what_to_do() -> None:
    error = ForecastModelError(
        model="demand-3.onnx", reason="its weights are damaged", remedy="Install it again."
    )
    assert str(error) == (
        "The forecast model demand-3.onnx cannot be used: its weights are damaged. Install it again."
    )
