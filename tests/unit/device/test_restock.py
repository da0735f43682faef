"""The plan: which market days, and how many of what."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.domain.forecast import DemandForecast, ForecastSource, MeasuredError
from device.domain.market.calendar import MarketCalendar
from device.domain.restock import RestockReason, plan_restock
from shared.ids import Sku

BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY_TO_SUNDAY = MarketCalendar(weekdays=frozenset({3, 4, 5, 6}))
THURSDAY = date(2026, 11, 5)
ANY_MINUTE = st.integers(0, 30_000_000).map(
    lambda minutes: datetime(2000, 1, 1, tzinfo=timezone(timedelta(hours=2))) + timedelta(minutes=minutes)
)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=BERLIN)


def _forecast(sku: str, total: tuple[float, ...], *, history_days: int = 30) -> DemandForecast:
    return DemandForecast(
        sku=Sku(sku),
        levels=(0.1, 0.25, 0.5, 0.75, 0.9, 0.95),
        daily=(total,),
        total=total,
        source=ForecastSource.MODEL,
        measured=MeasuredError(model=0.0, naive=0.0, days=0),
        history_days=history_days,
    )


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


@pytest.mark.parametrize(
    ("total", "stock", "make", "reason"),
    [
        ((1, 3, 5, 8, 12, 15), 6_000, 6, RestockReason.MAY_RUN_OUT),
        ((1, 3, 5, 8, 12, 15), 3_000, 9, RestockReason.WILL_RUN_OUT),
        ((1, 3, 5, 8, 12, 15), 12_000, 0, RestockReason.ENOUGH),
        ((1, 3, 5, 8, 12, 15), -4_000, 12, RestockReason.WILL_RUN_OUT),
        ((1, 3, 5, 8, 12, 15), 5_999, 7, RestockReason.MAY_RUN_OUT),
        ((0, 0, 0, 0, 0, 1), 0, 0, RestockReason.SELDOM_SOLD),
    ],
)
def test_what_to_make_is_a_good_run_less_what_is_there(
    total: tuple[float, ...], stock: int, make: int, reason: RestockReason
) -> None:
    plan = plan_restock((THURSDAY,), (_forecast("bowl", total),), {Sku("bowl"): stock})
    assert plan.products[0].make == make
    assert plan.products[0].reason is reason


def test_a_higher_service_level_makes_more() -> None:
    forecast = _forecast("bowl", (1, 3, 5, 8, 12, 15))
    assert plan_restock((THURSDAY,), (forecast,), {}, service_level=0.95).products[0].make == 15


def test_a_product_never_sold_is_told_as_a_guess() -> None:
    forecast = _forecast("new", (0, 1, 2, 3, 4, 5), history_days=0)
    assert plan_restock((THURSDAY,), (forecast,), {}).products[0].reason is RestockReason.NEVER_SOLD


def test_what_needs_most_comes_first() -> None:
    forecasts = (_forecast("a", (0, 0, 0, 0, 1, 1)), _forecast("b", (1, 2, 3, 4, 9, 9)))
    assert [plan.sku for plan in plan_restock((THURSDAY,), forecasts, {}).products] == ["b", "a"]


def test_a_service_level_the_forecast_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no level 0\.8"):
        plan_restock((THURSDAY,), (_forecast("bowl", (1, 3, 5, 8, 12, 15)),), {}, service_level=0.8)
