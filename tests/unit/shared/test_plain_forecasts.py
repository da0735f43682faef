"""The plain forecasts under the network: continuous quantiles that round to those of counts, finite for any history."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shared.counts import continuous_count_quantiles, count_quantiles
from shared.features import QUANTILE_LEVELS
from shared.history import SalesHistory, daily_and_sum_windows
from shared.plain_forecasts import plain_forecasts, rhythm_of
from shared.recent import recent_of

SOLD = st.one_of(st.integers(-3, 60).map(float), st.just(np.nan), st.just(np.inf), st.just(1e9))


def test_rounded_to_whole_pieces_they_are_the_counts_own() -> None:
    mean = np.array([0.02, 0.3, 1.0, 2.5, 9.0, 28.0])
    for index in (1.0, 1.7, 6.0):
        smooth = continuous_count_quantiles(mean, mean * index, QUANTILE_LEVELS)
        whole = count_quantiles(mean, mean * index, QUANTILE_LEVELS)
        np.testing.assert_array_equal(np.floor(smooth + 0.5 - 1e-9).clip(0), whole)


@settings(deadline=None, max_examples=60)
@given(arrays(np.float64, st.tuples(st.integers(1, 3), st.integers(0, 40)), elements=SOLD))
def test_quantiles_are_finite_and_rising_for_any_history(units: np.ndarray) -> None:
    days = np.arange(units.shape[1], dtype=np.int64) % 7
    history = SalesHistory(
        unique_id=tuple(map(str, range(len(units)))), y=units, weekday=days, horizon_weekday=np.arange(5)
    )
    recent = recent_of(history)
    told = plain_forecasts(
        recent, rhythm_of(recent), history.horizon_weekday, daily_and_sum_windows(5), QUANTILE_LEVELS
    )
    assert np.isfinite(told.quantiles).all()
    assert (told.quantiles >= -0.5).all()
    assert (np.diff(told.quantiles, axis=-1) >= 0).all()


def test_the_sum_of_a_product_known_for_few_days_spreads_wider_than_of_one_known_for_long() -> None:
    days = np.arange(70, dtype=np.int64) % 7
    long = np.tile([3.0, 5.0, 4.0, 6.0, 2.0, 4.0, 4.0], 10)
    short = np.where(np.arange(70) < 67, np.nan, 4.0)
    history = SalesHistory(
        unique_id=("long", "short"), y=np.stack([long, short]), weekday=days, horizon_weekday=np.arange(7)
    )
    recent = recent_of(history)
    windows = daily_and_sum_windows(7)
    told = plain_forecasts(recent, rhythm_of(recent), history.horizon_weekday, windows, QUANTILE_LEVELS)
    settled, young = (told.quantiles[:, -1, 0, -1] - told.means[:, -1, 0]) / np.sqrt(
        told.spread[:, -1] * told.means[:, -1, 0]
    )
    assert young > 1.6 * settled
