"""Days on which the stock ran out: more would have been sold, never less."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shared.features import features_of
from shared.history import SalesHistory, daily_and_sum_windows
from shared.sold_out import unconstrained


def test_a_day_that_ran_out_early_is_filled_to_about_the_usual() -> None:
    units = np.full((1, 40), 10.0)
    units[0, 20:26] = 3.0
    out = units < 10
    filled = unconstrained(units, np.ones_like(out), out, np.ones_like(units))
    assert 9 < filled[0, 20] < 13
    assert (filled[~out] == 10).all()


@settings(deadline=None)
@given(arrays(np.float64, (2, 15), elements=st.floats(0, 1e6)), arrays(np.bool_, (2, 15)))
def test_filled_days_are_finite_and_never_less_than_was_sold(units: np.ndarray, out: np.ndarray) -> None:
    filled = unconstrained(units, np.ones_like(out), out, np.ones_like(units))
    assert np.isfinite(filled).all()
    assert (filled >= units).all()


def test_a_marked_day_raises_the_forecast_of_what_comes() -> None:
    units = np.random.default_rng(4).poisson(8.0, (1, 60)).astype(np.float64)
    cut = np.where(np.arange(60) % 3 == 0, np.minimum(units, 3.0), units)
    windows = daily_and_sum_windows(3)
    days = np.arange(60) % 7
    marked = SalesHistory(
        unique_id=("jam",), y=cut, weekday=days, horizon_weekday=days[4:7], sold_out=(cut < units)
    )
    silent = SalesHistory(unique_id=("jam",), y=cut, weekday=days, horizon_weekday=days[4:7])
    assert features_of(marked, windows).anchor[0, -1] > 1.1 * features_of(silent, windows).anchor[0, -1]


def test_the_hour_at_which_the_stock_ran_out_brings_the_guess_nearer_to_what_was_wanted() -> None:
    chance = np.random.default_rng(7)
    wanted = chance.poisson(12.0, (20, 60)).astype(np.float64)
    stock = np.where(
        chance.random(wanted.shape) < 0.4, np.ceil(wanted * chance.uniform(0.3, 0.9, wanted.shape)), 99.0
    )
    sold = np.minimum(wanted, stock)
    out = sold < wanted
    passed = np.where(out, chance.beta(np.maximum(sold, 1), wanted - sold + 1), 1.0)
    even = np.ones_like(sold)
    plain = unconstrained(sold, out | True, out, even)
    timed = unconstrained(sold, out | True, out, even, passed)
    missed = [np.abs(filled - wanted)[out].mean() for filled in (sold, plain, timed)]
    assert missed[2] < missed[1] < missed[0]


@settings(deadline=None)
@given(
    arrays(np.float64, (2, 15), elements=st.floats(0, 1e6)),
    arrays(np.bool_, (2, 15)),
    arrays(np.float64, (2, 15), elements=st.floats(0, 1) | st.just(np.nan)),
)
def test_whatever_the_hour_filled_days_are_finite_and_never_less_than_was_sold(
    units: np.ndarray, out: np.ndarray, passed: np.ndarray
) -> None:
    filled = unconstrained(units, np.ones_like(out), out, np.ones_like(units), passed)
    assert np.isfinite(filled).all()
    assert (filled >= units).all()
    assert (filled[~out] == units[~out]).all()
