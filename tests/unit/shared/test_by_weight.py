"""Goods by weight are counted in portions, in whatever unit they are weighed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shared.by_weight import by_piece, portions_of
from shared.features import QUANTILE_LEVELS
from shared.history import SalesHistory, Window
from shared.seasonal_naive import seasonal_naive_quantiles

DAYS = 84


def _history(y: np.ndarray) -> SalesHistory:
    days = np.arange(y.shape[1]) % 7
    names = tuple(map(str, range(len(y))))
    return SalesHistory(unique_id=names, y=y, weekday=days, horizon_weekday=np.arange(3))


def _weighed(portion: float, a_day: float) -> np.ndarray:
    """Kilograms of portions that come by chance."""
    return np.random.default_rng(4).poisson(a_day, (8, DAYS)) * portion


def test_the_portion_is_found_again() -> None:
    assert float(np.median(portions_of(_history(_weighed(0.35, 3.0))))) == pytest.approx(0.35, rel=0.25)


def test_goods_by_the_piece_are_counted_in_pieces() -> None:
    history = _history(_weighed(12.0, 3.0))
    assert by_piece(history).all()
    assert (portions_of(history) == 1.0).all()


def test_half_a_loaf_now_and_then_makes_no_goods_by_weight() -> None:
    units = _weighed(1.0, 5.0)
    units[0, 10] += 0.5
    history = _history(units)
    assert not by_piece(history)[0]
    assert portions_of(history)[0] == 1.0


def test_the_naive_forecast_says_the_same_in_kilograms_as_in_other_units() -> None:
    kilograms = np.random.default_rng(2).gamma(4.0, 0.05, (5, DAYS))
    windows = (Window(first=0, days=1), Window(first=0, days=3))
    one, other = (
        seasonal_naive_quantiles(_history(kilograms * unit), windows, QUANTILE_LEVELS)
        for unit in (1.0, 2.2046)
    )
    np.testing.assert_allclose(one * 2.2046, other)


@settings(deadline=None)
@given(
    arrays(np.float64, (2, 20), elements=st.sampled_from([np.nan, np.inf, -1.5, 0.0, 1e-9, 0.25, 3.0, 1e12]))
)
def test_a_portion_is_finite_and_above_zero_for_any_history(units: np.ndarray) -> None:
    portions = portions_of(_history(units))
    assert np.isfinite(portions).all()
    assert (portions > 0).all()
