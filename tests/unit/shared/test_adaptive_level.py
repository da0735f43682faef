"""The adaptive level: as fast as the past asks for, and undisturbed by what is unknown."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shared.adaptive_level import adaptive_level
from shared.history import LOOK_BACK_DAYS

DAYS = LOOK_BACK_DAYS


def _level(units: np.ndarray, known: np.ndarray | None = None) -> np.ndarray:
    known = np.ones(units.shape, dtype=bool) if known is None else known
    return adaptive_level(np.where(known, units, 0.0), known, known.astype(np.float64))


def test_steady_sales_give_their_own_level() -> None:
    np.testing.assert_allclose(_level(np.full((2, DAYS), 4.0)), 4.0)


def test_a_stall_whose_products_jump_is_followed_faster_than_one_that_is_only_noisy() -> None:
    chance = np.random.default_rng(3)
    noisy = chance.poisson(10.0, (12, DAYS)).astype(float)
    steps = np.repeat(chance.uniform(2.0, 30.0, (12, DAYS // 14)), 14, axis=1)
    last = steps[:, -1]
    jumping = steps + chance.normal(0.0, 0.3, steps.shape)
    assert np.abs(_level(noisy) - 10.0).mean() < 0.5
    assert np.abs(_level(jumping) - last).mean() < 0.15 * np.abs(steps.mean(1) - last).mean()


def test_a_gap_in_what_is_known_changes_no_steady_level() -> None:
    known = np.ones((1, DAYS), dtype=bool)
    known[0, 60:100] = False
    np.testing.assert_allclose(_level(np.full((1, DAYS), 6.0), known), 6.0)


def test_the_rhythm_of_the_week_is_no_change_of_level() -> None:
    share = np.tile([0.5, 0.5, 0.5, 0.5, 1.0, 3.0, 1.0], DAYS // 7)[None]
    level = adaptive_level(8.0 * share, np.ones(share.shape, dtype=bool), share)
    np.testing.assert_allclose(level, 8.0)


@settings(deadline=None, max_examples=60)
@given(
    units=arrays(np.float64, (3, DAYS), elements=st.sampled_from([0.0, 1.0, 7.5, 1e6])),
    known=arrays(np.bool_, (3, DAYS)),
)
def test_it_is_finite_and_above_zero_for_anything(units: np.ndarray, known: np.ndarray) -> None:
    level = _level(units, known)
    assert np.isfinite(level).all()
    assert (level > 0).all()


def test_no_product_at_all_is_no_fault() -> None:
    assert _level(np.zeros((0, DAYS))).shape == (0,)
