"""The forecast's features: finite for any history, blind to what does not count, the same at any scale of shop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from shared.features import SERIES_FEATURES, WINDOW_FEATURES, features_of, whole_pieces
from shared.history import LOOK_BACK_DAYS, MAX_HORIZON_DAYS, SalesHistory, Window, daily_and_sum_windows

ANY_UNITS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-5, 50).map(float),
    st.just(0.0),
    st.just(np.nan),
)


@st.composite
def histories(draw: st.DrawFn) -> SalesHistory:
    products = draw(st.integers(0, 4))
    days = draw(st.one_of(st.integers(0, 40), st.just(3650)))
    short = draw(arrays.arrays(np.float64, (products, min(days, 40)), elements=ANY_UNITS))
    y = np.resize(short, (products, days))
    weekday = np.array(draw(st.lists(st.integers(0, 6), min_size=7, max_size=7)))
    ahead = draw(st.lists(st.integers(0, 6), min_size=1, max_size=MAX_HORIZON_DAYS))
    names = tuple(f"p{number}" for number in range(products))
    return SalesHistory(
        unique_id=names, y=y, weekday=np.resize(weekday, days), horizon_weekday=np.array(ahead)
    )


def _steady(units: list[list[float]], ahead: tuple[int, ...] = (0, 1, 2)) -> SalesHistory:
    y = np.array(units, dtype=np.float64)
    names = tuple(f"p{number}" for number in range(len(y)))
    return SalesHistory(
        unique_id=names, y=y, weekday=np.arange(y.shape[1]) % 7, horizon_weekday=np.array(ahead)
    )


@given(histories())
def test_features_are_finite_for_any_history(history: SalesHistory) -> None:
    windows = daily_and_sum_windows(len(history.horizon_weekday))
    features = features_of(history, windows)
    n = len(history.unique_id)
    assert features.series.shape == (n, len(SERIES_FEATURES))
    assert features.window.shape == (n, len(windows), len(WINDOW_FEATURES))
    assert np.isfinite(features.series).all()
    assert np.isfinite(features.window).all()
    assert np.isfinite(features.anchor).all()
    assert (features.anchor > 0).all()


def test_features_do_not_look_back_further_than_they_say() -> None:
    recent = np.arange(LOOK_BACK_DAYS, dtype=np.float64)[None] % 5
    longer = np.concatenate([np.full((1, 700), 90.0), recent], axis=1)
    weekday = np.arange(longer.shape[1]) % 7
    ahead = np.array([3, 4])
    windows = daily_and_sum_windows(2)
    short = SalesHistory(
        unique_id=("bowl",), y=recent, weekday=weekday[-LOOK_BACK_DAYS:], horizon_weekday=ahead
    )
    long = SalesHistory(unique_id=("bowl",), y=longer, weekday=weekday, horizon_weekday=ahead)
    np.testing.assert_array_equal(features_of(short, windows).series, features_of(long, windows).series)
    np.testing.assert_array_equal(features_of(short, windows).window, features_of(long, windows).window)


def test_days_before_the_first_sale_are_not_days_without_a_sale() -> None:
    history = _steady([[np.nan] * 20 + [3.0, 3.0], [0.0] * 20 + [3.0, 3.0]])
    anchor = features_of(history, (Window(first=0, days=1),)).anchor
    assert anchor[0, 0] > 2 * anchor[1, 0]


def test_the_anchor_of_steady_sales_is_what_was_sold() -> None:
    features = features_of(_steady([[4.0] * 60]), daily_and_sum_windows(3))
    np.testing.assert_allclose(features.anchor[0], [4.0, 4.0, 4.0, 12.0], rtol=1e-6)


def test_a_strong_weekday_gets_a_higher_anchor() -> None:
    week = [1.0, 1.0, 1.0, 1.0, 1.0, 12.0, 1.0]
    anchor = features_of(_steady([week * 12], ahead=(4, 5)), daily_and_sum_windows(2)).anchor[0]
    assert anchor[1] > 4 * anchor[0]
    assert anchor[2] == pytest.approx(anchor[0] + anchor[1])


def test_products_do_not_depend_on_their_order() -> None:
    units = np.random.default_rng(7).poisson(2.0, (5, 50)).astype(float).tolist()
    windows = daily_and_sum_windows(3)
    forward, backward = features_of(_steady(units), windows), features_of(_steady(units[::-1]), windows)
    np.testing.assert_allclose(forward.series, backward.series[::-1])
    np.testing.assert_allclose(forward.window, backward.window[::-1])


def test_a_window_beyond_the_planned_days_is_refused() -> None:
    with pytest.raises(ValueError, match="within the 3 planned days"):
        features_of(_steady([[1.0] * 10]), (Window(first=2, days=2),))


@given(arrays.arrays(np.float64, (3, 6), elements=ANY_UNITS))
def test_whole_pieces_are_whole_rising_and_finite(quantiles: np.ndarray) -> None:
    pieces = whole_pieces(quantiles)
    assert np.isfinite(pieces).all()
    assert (pieces >= 0).all()
    assert (np.diff(pieces, axis=-1) >= 0).all()
    np.testing.assert_array_equal(pieces, np.round(pieces))
