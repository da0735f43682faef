"""The yardstick: the same as on the last such weekday."""

import numpy as np

from shared.features import QUANTILE_LEVELS
from shared.history import SalesHistory, Window
from shared.seasonal_naive import seasonal_naive_quantiles

MEDIAN = QUANTILE_LEVELS.index(0.5)


def _history(y: list[float], weekday: list[int], ahead: list[int]) -> SalesHistory:
    return SalesHistory(
        unique_id=("bowl",), y=np.array([y]), weekday=np.array(weekday), horizon_weekday=np.array(ahead)
    )


def test_it_repeats_the_last_same_weekday() -> None:
    history = _history([0, 9, 0, 9, 0, 9], [3, 5, 3, 5, 3, 5], [3, 5])
    daily = seasonal_naive_quantiles(
        history, (Window(first=0, days=1), Window(first=1, days=1)), QUANTILE_LEVELS
    )
    assert daily[0, 0, MEDIAN] == 0
    assert 7 <= daily[0, 1, MEDIAN] <= 9


def test_a_sold_out_day_is_passed_over() -> None:
    history = _history([6, 6, 6, 6, 6, 6, float("nan")], [5] * 7, [5])
    quantiles = seasonal_naive_quantiles(history, (Window(first=0, days=1),), QUANTILE_LEVELS)
    assert 5 <= quantiles[0, 0, MEDIAN] <= 6


def test_a_weekday_never_seen_takes_the_last_day() -> None:
    history = _history([2, 8], [3, 4], [6])
    quantiles = seasonal_naive_quantiles(history, (Window(first=0, days=1),), QUANTILE_LEVELS)
    assert quantiles[0, 0, MEDIAN] >= 6


def test_nothing_known_gives_nothing() -> None:
    history = _history([], [], [6])
    assert seasonal_naive_quantiles(history, (Window(first=0, days=1),), QUANTILE_LEVELS).max() == 0
