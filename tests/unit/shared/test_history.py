"""Histories: laid out from what was sold, refused when they do not fit."""

from datetime import date, timedelta

import numpy as np
import pytest

from shared.history import SalesHistory, gather_history

THURSDAY = date(2026, 11, 5)


def test_a_day_on_which_nothing_was_sold_is_no_selling_day() -> None:
    sold = {
        THURSDAY: {"bowl": 2.0},
        THURSDAY + timedelta(days=1): {"bowl": 0.0, "mug": 0.0},
        THURSDAY + timedelta(days=2): {"mug": 1.0},
    }
    history = gather_history(sold, ("bowl", "mug", "vase"), (THURSDAY + timedelta(days=7),))
    assert history.weekday.tolist() == [3, 5]
    assert history.horizon_weekday.tolist() == [3]
    np.testing.assert_array_equal(history.y, [[2.0, 0.0], [np.nan, 1.0], [np.nan, np.nan]])


def test_a_stall_without_any_sale_has_an_empty_history() -> None:
    history = gather_history({}, ("bowl",), (THURSDAY,))
    assert history.y.shape == (1, 0)


def test_a_history_as_of_some_days_ago_asks_for_the_day_that_came_next() -> None:
    sold = {THURSDAY + timedelta(days=day): {"bowl": float(day + 1)} for day in range(5)}
    past = gather_history(sold, ("bowl",), (THURSDAY + timedelta(days=5),)).as_of(2)
    assert past.y.tolist() == [[1.0, 2.0, 3.0]]
    assert past.horizon_weekday.tolist() == [6]


@pytest.mark.parametrize(
    ("y", "weekday", "ahead", "told"),
    [
        (np.zeros((2, 3)), [0, 1, 2], [3], "one row for each of the 1 products"),
        (np.zeros((1, 3)), [0, 1], [3], "one column for each of the 2 days"),
        (np.zeros((1, 2)), [0, 7], [3], "Monday 0 to Sunday 6"),
        (np.zeros((1, 2)), [0, 1], [], "1 to 7 days"),
        (np.zeros((1, 2)), [0, 1], [0] * 8, "1 to 7 days"),
    ],
)
def test_a_history_that_does_not_fit_is_refused_by_name(
    y: np.ndarray, weekday: list[int], ahead: list[int], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        SalesHistory(
            unique_id=("bowl",), y=y, weekday=np.array(weekday), horizon_weekday=np.array(ahead, dtype=int)
        )
