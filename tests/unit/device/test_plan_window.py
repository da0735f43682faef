"""For which market days a plan is made, and for which of them a decision of today has to last."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.domain.market.calendar import MarketCalendar
from device.domain.plan.window import Period, window_of

BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY_TO_SUNDAY = MarketCalendar(weekdays=frozenset({3, 4, 5, 6}))
THURSDAY = date(2026, 11, 5)
ANY_MINUTE = st.integers(0, 30_000_000).map(
    lambda minutes: datetime(2000, 1, 1, tzinfo=timezone(timedelta(hours=2))) + timedelta(minutes=minutes)
)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=BERLIN)


def test_market_days_that_open_within_72_hours_are_planned() -> None:
    days = THURSDAY_TO_SUNDAY.planned_days(_at(THURSDAY, 12))
    assert days == (THURSDAY + timedelta(days=1), THURSDAY + timedelta(days=2), THURSDAY + timedelta(days=3))


def test_before_opening_today_is_planned_too() -> None:
    assert THURSDAY_TO_SUNDAY.planned_days(_at(THURSDAY, 7))[0] == THURSDAY


def test_without_a_market_day_within_72_hours_the_next_one_is_planned() -> None:
    saturdays = MarketCalendar(weekdays=frozenset({5}))
    assert saturdays.planned_days(_at(THURSDAY - timedelta(days=4), 12)) == (THURSDAY + timedelta(days=2),)


def test_after_the_opening_of_the_only_weekday_the_next_week_is_planned() -> None:
    thursdays = MarketCalendar(weekdays=frozenset({3}))
    assert thursdays.planned_days(_at(THURSDAY, 10)) == (THURSDAY + timedelta(days=7),)


def test_a_stall_that_never_opens_plans_nothing() -> None:
    assert MarketCalendar(weekdays=frozenset()).planned_days(_at(THURSDAY, 12)) == ()


def test_the_night_the_clocks_change_has_the_hours_it_has() -> None:
    friday = date(2026, 10, 23)
    mondays = MarketCalendar(weekdays=frozenset({5, 0}))
    assert date(2026, 10, 26) not in mondays.planned_days(_at(friday, 9))
    assert date(2026, 10, 26) in mondays.planned_days(_at(friday, 10))


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        THURSDAY_TO_SUNDAY.planned_days(datetime(2026, 11, 5, 9))  # noqa: DTZ001 - the mistake under test


def test_a_weekday_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="Monday 0 to Sunday 6"):
        MarketCalendar(weekdays=frozenset({7}))


@given(st.frozensets(st.integers(0, 6), min_size=1), ANY_MINUTE)
def test_planned_days_lie_ahead_are_market_days_and_are_one_to_four(
    weekdays: frozenset[int], now: datetime
) -> None:
    days = MarketCalendar(weekdays=weekdays).planned_days(now)
    assert 1 <= len(days) <= 4
    assert list(days) == sorted(set(days))
    assert all(day.weekday() in weekdays and day >= now.date() for day in days)


def test_a_week_plans_the_days_of_a_week() -> None:
    days = THURSDAY_TO_SUNDAY.planned_days(_at(THURSDAY, 12), hours=Period.WEEK.hours)
    assert [day.weekday() for day in days] == [4, 5, 6, 3]


def test_what_keeps_has_to_last_until_the_next_plans_goods_are_there() -> None:
    planned = THURSDAY_TO_SUNDAY.planned_days(_at(THURSDAY, 12))
    window = window_of(THURSDAY_TO_SUNDAY, planned, THURSDAY, lead_days=4, shelf_days=0)
    assert window.ready == THURSDAY + timedelta(days=4)
    assert window.days == (*planned, date(2026, 11, 12))
    assert window.stretch == 1.0


def test_beyond_the_models_sight_days_are_counted_only() -> None:
    planned = THURSDAY_TO_SUNDAY.planned_days(_at(THURSDAY, 12))
    window = window_of(THURSDAY_TO_SUNDAY, planned, THURSDAY, lead_days=14, shelf_days=0)
    assert (len(window.days), window.beyond) == (7, 4)
    assert window.stretch == pytest.approx(11 / 7)


def test_what_spoils_covers_the_days_on_which_it_is_fresh_and_no_more() -> None:
    planned = THURSDAY_TO_SUNDAY.planned_days(_at(THURSDAY, 12))
    friday, saturday, sunday = planned
    of_a_day = window_of(THURSDAY_TO_SUNDAY, planned, THURSDAY, lead_days=0, shelf_days=1)
    of_two = window_of(THURSDAY_TO_SUNDAY, planned, THURSDAY, lead_days=2, shelf_days=2)
    of_weeks = window_of(THURSDAY_TO_SUNDAY, planned, THURSDAY, lead_days=0, shelf_days=30)
    assert of_a_day.days == (friday,)
    assert of_two.days == (saturday, sunday)
    assert of_weeks.days == planned


def test_what_is_ready_only_after_the_planned_days_covers_the_next_market_day() -> None:
    planned = THURSDAY_TO_SUNDAY.planned_days(_at(THURSDAY, 12))
    window = window_of(THURSDAY_TO_SUNDAY, planned, THURSDAY, lead_days=5, shelf_days=1)
    assert window.days == (date(2026, 11, 12),)
