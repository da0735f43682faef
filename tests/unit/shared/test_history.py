"""Histories and the windows ahead of them; a history that does not fit is refused."""

import numpy as np
import pytest

from shared.history import SalesHistory, daily_and_sum_windows, without_slips


def _history(days: int) -> SalesHistory:
    units = np.arange(1.0, days + 1.0)[None]
    return SalesHistory(
        unique_id=("bowl",), y=units, weekday=np.arange(3, 3 + days) % 7, horizon_weekday=np.array([1])
    )


def test_a_history_as_of_some_days_ago_asks_for_the_day_that_came_next() -> None:
    past = _history(5).as_of(2)
    assert past.y.tolist() == [[1.0, 2.0, 3.0]]
    assert past.weekday.tolist() == [3, 4, 5]
    assert past.horizon_weekday.tolist() == [6]


def test_a_history_as_of_before_its_first_day_is_empty() -> None:
    past = _history(4).as_of(4)
    assert past.y.shape == (1, 0)
    assert past.horizon_weekday.tolist() == [3]


def test_the_days_ahead_are_each_one_window_and_all_together_another() -> None:
    spans = [(window.first, window.days) for window in daily_and_sum_windows(3)]
    assert spans == [(0, 1), (1, 1), (2, 1), (0, 3)]
    assert [(window.first, window.days) for window in daily_and_sum_windows(1)] == [(0, 1)]


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


def test_a_slip_of_the_keyboard_is_cut_and_good_days_are_not() -> None:
    units = np.array([[2.0, 0.0, 3.0, 1.0, 4.0, 2.0, 5.0, 2.0, 3.0, 1.0, 300.0, 12.0]])
    assert without_slips(units)[0].tolist() == [*units[0, :10].tolist(), 20.0, 12.0]
    few = units[:, 4:]
    assert (without_slips(few) == few).all()


def test_what_is_not_known_stays_so_and_returns_are_nothing_sold() -> None:
    units = np.array([[np.nan, -3.0, *range(1, 12), np.nan]])
    assert np.isnan(without_slips(units)[0, [0, -1]]).all()
    assert without_slips(units)[0, 1] == 0.0
