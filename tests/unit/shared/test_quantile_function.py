"""Quantiles at levels that the model does not have."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shared.features import QUANTILE_LEVELS
from shared.quantile_function import quantiles_at


def test_known_levels_come_back_as_they_were() -> None:
    known = np.array([[0.0, 1.0, 2.0, 4.0, 7.0, 9.0]])
    np.testing.assert_array_equal(quantiles_at(known, QUANTILE_LEVELS, QUANTILE_LEVELS), known)


@given(
    steps=st.lists(st.floats(0, 1e6), min_size=6, max_size=6),
    wanted=st.lists(st.floats(0, 1), min_size=1, max_size=12),
)
def test_any_levels_are_finite_not_negative_and_rising(steps: list[float], wanted: list[float]) -> None:
    found = quantiles_at(np.cumsum(steps), QUANTILE_LEVELS, sorted(wanted))
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert (np.diff(found) >= -1e-6 * max(1.0, sum(steps))).all()


def test_beyond_the_highest_level_there_is_more() -> None:
    (above,) = quantiles_at(np.array([0.0, 1, 2, 4, 7, 9]), QUANTILE_LEVELS, [0.99])
    assert above > 9
