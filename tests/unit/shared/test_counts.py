"""Count quantiles against the distribution itself, summed the slow way."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.counts import count_quantiles
from shared.features import QUANTILE_LEVELS


def _quantile(mean: float, variance: float, level: float) -> int:
    success = mean / variance
    size = mean * success / (1 - success)
    below, count = 0.0, 0
    while True:
        log_term = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
        below += math.exp(log_term + size * math.log(success) + count * math.log1p(-success))
        if below >= level:
            return count
        count += 1


@pytest.mark.parametrize(
    ("mean", "variance"), [(0.3, 0.5), (2.0, 2.2), (2.0, 9.0), (12.0, 40.0), (29.0, 60.0)]
)
def test_small_means_give_the_exact_quantiles(mean: float, variance: float) -> None:
    found = count_quantiles(np.array([mean]), np.array([variance]), QUANTILE_LEVELS)[0]
    assert found.tolist() == [_quantile(mean, variance, level) for level in QUANTILE_LEVELS]


@pytest.mark.parametrize(("mean", "variance"), [(31.0, 60.0), (80.0, 500.0), (400.0, 1600.0)])
def test_large_means_come_within_two_percent(mean: float, variance: float) -> None:
    found = count_quantiles(np.array([mean]), np.array([variance]), QUANTILE_LEVELS)[0]
    exact = [_quantile(mean, variance, level) for level in QUANTILE_LEVELS]
    np.testing.assert_allclose(found, exact, atol=1.0, rtol=0.02)


@given(st.floats(0, 1e6), st.floats(0, 1e9))
def test_quantiles_are_whole_rising_and_finite_for_any_moments(mean: float, variance: float) -> None:
    found = count_quantiles(np.array([mean]), np.array([variance]), QUANTILE_LEVELS)[0]
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert (np.diff(found) >= 0).all()
    np.testing.assert_array_equal(found, np.round(found))
