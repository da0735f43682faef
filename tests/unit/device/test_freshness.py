"""How old goods that spoil are: as they come, are counted, booked back, and sold oldest first."""

from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.domain.freshness import (
    ARRIVALS_MAX,
    Arrival,
    ArrivalsMap,
    dump_arrivals,
    fresh_milli,
    load_arrivals,
    with_moved,
    with_rules,
)
from device.domain.growing import GrowingMap
from shared.events.making import MakingRules
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku

BREAD: Final = Sku("bread")
MONDAY: Final = date(2026, 11, 23)
RULES: Final = MakingRules(sku=BREAD, shelf_days=2)


def _day(days: int) -> date:
    return MONDAY + timedelta(days=days)


def _baked(arrivals: ArrivalsMap, pieces: int, on: date, reason: StockReason = StockReason.RECEIVED, undoes: str = "",
           here: int = 0) -> ArrivalsMap:  # fmt: skip
    moved = StockMoved(sku=BREAD, name="Bread", change_milli=pieces * 1_000, reason=reason, undoes=undoes)
    return with_moved(arrivals, moved, here * 1_000, on)


def _fresh(arrivals: ArrivalsMap, here: int, on: date) -> int:
    return fresh_milli(arrivals.get(BREAD, ()), here * 1_000, on, shelf_days=2) // 1_000


def test_the_newest_are_what_is_left_and_age_by_the_day_on_which_they_came() -> None:
    arrivals = with_rules(GrowingMap(), RULES, 0, MONDAY)
    arrivals = _baked(_baked(arrivals, 10, MONDAY), 6, _day(1))
    assert [_fresh(arrivals, 9, _day(days)) for days in range(4)] == [9, 9, 6, 0]
    assert [_fresh(arrivals, 4, _day(days)) for days in range(4)] == [4, 4, 4, 0]


def test_what_is_there_when_the_shelf_life_is_first_told_counts_as_of_that_day() -> None:
    arrivals = with_rules(GrowingMap(), RULES, 5_000, MONDAY)
    assert arrivals.get(BREAD, ()) == (Arrival(day=MONDAY, quantity_milli=5_000),)
    again = with_rules(arrivals, MakingRules(sku=BREAD, shelf_days=3), 9_000, _day(2))
    assert again is arrivals
    keeps = with_rules(arrivals, MakingRules(sku=BREAD), 5_000, _day(2))
    assert keeps.get(BREAD, ()) == ()
    assert _baked(keeps, 5, _day(3)) is keeps


def test_waste_and_goods_sent_away_make_nothing_younger_and_a_mistake_is_taken_off_the_newest() -> None:
    arrivals = _baked(with_rules(GrowingMap(), RULES, 4_000, MONDAY), 10, _day(1))
    assert _baked(arrivals, -3, _day(1), StockReason.WASTED) is arrivals
    assert _baked(arrivals, -3, _day(1), StockReason.COUNTED) is arrivals
    assert _fresh(_baked(arrivals, -10, _day(1), undoes="sheet"), 4, _day(2)) == 0
    assert _fresh(_baked(arrivals, -99, _day(1), undoes="sheet"), 4, _day(1)) == 0


def test_what_only_fills_up_a_book_that_said_less_than_none_did_not_come() -> None:
    arrivals = with_rules(GrowingMap(), RULES, 0, MONDAY)
    assert _baked(arrivals, 5, MONDAY, StockReason.COUNTED, here=-5) is arrivals
    assert _baked(arrivals, 12, MONDAY, here=-5).get(BREAD, ())[0].quantity_milli == 7_000


def test_a_clock_that_was_set_back_makes_nothing_older_or_younger_than_the_newest() -> None:
    arrivals = _baked(with_rules(GrowingMap(), RULES, 0, _day(5)), 3, MONDAY)
    assert arrivals.get(BREAD, ()) == (Arrival(day=_day(5), quantity_milli=3_000),)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 30)), max_size=40), st.integers(0, 200))
def test_arrivals_are_bounded_lose_nothing_and_never_say_more_than_is_there(
    came: list[tuple[int, int]], here: int
) -> None:
    arrivals, day = with_rules(GrowingMap(), RULES, 0, MONDAY), MONDAY
    for later, pieces in came:
        day += timedelta(days=later)
        arrivals = _baked(arrivals, pieces, day)
    had = arrivals.get(BREAD, ())
    assert 1 <= len(had) <= ARRIVALS_MAX
    assert sum(one.quantity_milli for one in had) == 1_000 * sum(pieces for _, pieces in came)
    fresh = [_fresh(arrivals, here, day + timedelta(days=days)) for days in range(3)]
    assert here >= fresh[0] >= fresh[1] >= fresh[2] == 0
    assert load_arrivals(dump_arrivals(arrivals)).get(BREAD, ()) == had


@pytest.mark.parametrize("shelf_days", [0, 2])
def test_what_keeps_or_was_never_followed_is_all_good(shelf_days: int) -> None:
    assert fresh_milli((), 7_000, MONDAY, shelf_days=shelf_days) == 7_000
    assert fresh_milli((), -7_000, MONDAY, shelf_days=shelf_days) == 0
