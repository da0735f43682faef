"""Signals: how strong they are, whom they reach, what the stall's own days teach of them, what they do to a forecast."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.domain.catalogue import Product
from device.domain.forecast import DemandForecast, ForecastSource, MeasuredError
from device.domain.market.book import MarketBook, with_event
from device.domain.market.effects import FACTOR_MAX, FACTOR_MIN, AdjustedForecast, Surroundings, with_effects
from device.domain.market.learn import UNTAUGHT, Learned, learn
from device.domain.market.quiet import without_signals
from device.domain.market.relatives import CATEGORY_SHARE, CLOSE_SHARE, Relatives
from device.domain.market.strength import KINDS, STEPS_MAX, forces_on
from shared.events.market import MarketDayPlanned, SignalKind, SignalNoted, SignalScope
from shared.history import SalesHistory
from shared.ids import Sku

MONDAY = date(2026, 10, 5)
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def _product(sku: str, category: str = "Pottery", family: str = "") -> Product:
    return Product(sku=Sku(sku), name=sku, category=category, price_minor=100, vat_rate_bp=0, family=family)


BOWL, MUG, JAM = _product("bowl"), _product("mug"), _product("jam", "Pantry")
RELATIVES = Relatives(products=(BOWL, MUG, JAM))


def _signal(
    first: date, kind: SignalKind = SignalKind.SOCIAL, *, days: int = 1, steps: float = 2, value: int = 0,
    scope: SignalScope = SignalScope.EVERYTHING, about: str = "", expires: date | None = None, source: str = "",
) -> SignalNoted:  # fmt: skip
    last = first + timedelta(days=days - 1)
    return SignalNoted(
        signal_id=f"{first} {kind} {scope} {about} {source}", kind=kind, first=first, last=last,
        expires=last if expires is None else expires, strength_milli=round(1000 * steps), cashier="Mira", scope=scope,
        about=about, value=value, source=source,
    )  # fmt: skip


def _book(*events: SignalNoted | MarketDayPlanned) -> MarketBook:
    book = MarketBook()
    for event in events:
        book = with_event(book, event, datetime(2026, 10, 5, 9, tzinfo=UTC))
    return book


def _market(day: date, visitors: int, place: str = "Night market") -> MarketDayPlanned:
    return MarketDayPlanned(day=day, cashier="Mira", visitors=visitors, place=place)


def _forecast(
    sku: str = "bowl", quantiles: Sequence[float] = (3, 6, 12, 16, 20, 24), days: int = 1
) -> DemandForecast:
    daily = tuple(float(one) for one in quantiles)
    return DemandForecast(
        sku=Sku(sku), levels=LEVELS, daily=(daily,) * days, total=tuple(days * one for one in daily),
        source=ForecastSource.MODEL, measured=MeasuredError(model=0, naive=0, days=0), history_days=60,
    )  # fmt: skip


def _adjusted(
    book: MarketBook, *forecasts: DemandForecast, days: Sequence[date] = (MONDAY,), learned: Learned = UNTAUGHT,
    relatives: Relatives = RELATIVES,
) -> tuple[AdjustedForecast, ...]:  # fmt: skip
    around = Surroundings(today=MONDAY, book=book, relatives=relatives, learned=learned)
    return with_effects(forecasts or (_forecast(days=len(days)),), days, around)


def _replayed(
    days: int,
    mean: float,
    factor: Callable[[int], float] = lambda day: 1.0,
    *,
    seed: int = 1,
    products: int = 3,
) -> tuple[SalesHistory, list[date]]:
    """Sales of a stall that is open daily, with what a signal does planted."""
    rng = np.random.default_rng(seed)
    dates = [MONDAY - timedelta(days=days - day) for day in range(days)]
    weekday = np.array([day.weekday() for day in dates])
    rhythm = np.where(weekday >= 5, 1.6, 1.0)
    means = mean * rhythm * np.array([factor(day) for day in range(days)])
    names = ("bowl", "mug", "jam")[:products]
    units = rng.poisson(means, (len(names), days)).astype(float)
    return SalesHistory(unique_id=names, y=units, weekday=weekday, horizon_weekday=np.array([0])), dates


def _effect(learned: Learned, kind: SignalKind) -> float:
    return float(learned.mean[KINDS.index(kind)])


def test_a_figure_is_strong_against_the_usual_one_and_says_nothing_while_none_is_usual() -> None:
    markets = [_market(MONDAY - timedelta(days=7 * week), 1_000) for week in (1, 2, 3)]
    tonight = _market(MONDAY, 1_500)
    assert forces_on(_book(*markets[:2], tonight), MONDAY, asked_on=MONDAY) == ()
    (force,) = forces_on(_book(*markets, tonight), MONDAY, asked_on=MONDAY)
    assert force.steps == pytest.approx(1.0)
    assert force.source == "Night market"


def test_noted_attendance_takes_the_place_of_the_expected_visitors() -> None:
    markets = [_market(MONDAY - timedelta(days=7 * week), 1_000) for week in (0, 1, 2, 3)]
    noted = _signal(MONDAY, SignalKind.ATTENDANCE, steps=-1)
    assert [one.steps for one in forces_on(_book(*markets, noted), MONDAY, asked_on=MONDAY)] == [-1.0]


def test_a_signal_that_has_expired_acts_no_longer_though_its_days_go_on() -> None:
    book = _book(_signal(MONDAY, days=10, expires=MONDAY + timedelta(days=2)))
    ahead = MONDAY + timedelta(days=5)
    assert forces_on(book, ahead, asked_on=MONDAY + timedelta(days=2))
    assert not forces_on(book, ahead, asked_on=MONDAY + timedelta(days=3))


def test_a_signal_reaches_relatives_at_a_smaller_share_and_strangers_not_at_all() -> None:
    relatives = Relatives(
        products=(BOWL, MUG, JAM, _product("soap", "Bath"), _product("tea", "Pantry"), _product("big", "Large", "Bowls")),
        links={Sku("soap"): (Sku("bowl"),)},
        baskets={Sku("bowl"): {Sku("jam"): 0.3, Sku("tea"): 0.05}},
    )  # fmt: skip
    assert relatives.shares(SignalScope.PRODUCT, "bowl") == {
        "bowl": 1.0,
        "mug": CATEGORY_SHARE,
        "jam": 0.3,
        "soap": CLOSE_SHARE,
    }
    assert relatives.shares(SignalScope.CATEGORY, "pantry") == {"jam": 1.0, "tea": 1.0}
    assert relatives.shares(SignalScope.PRODUCT, "gone") == {}


def test_without_a_signal_a_forecast_is_the_very_same() -> None:
    forecast = _forecast(quantiles=(0.1, 0.2, 1 / 3, 4, 5, 6))
    (one,) = _adjusted(MarketBook(), forecast)
    assert one.forecast is forecast
    assert one.effects == ()
    assert one.without == forecast.total


def test_a_product_that_no_signal_reaches_is_the_very_same() -> None:
    jam = _forecast("jam")
    bowl, other = _adjusted(_book(_signal(MONDAY, scope=SignalScope.PRODUCT, about="bowl")), _forecast(), jam)
    assert other.forecast is jam
    assert bowl.forecast.total_at(0.5) > 12


def test_an_effect_says_what_it_adds_from_what_and_what_would_be_without_it() -> None:
    markets = [_market(MONDAY - timedelta(days=7 * week), 1_000) for week in (1, 2, 3)]
    (one,) = _adjusted(_book(*markets, _market(MONDAY, 2_250)))
    (effect,) = one.effects
    assert effect.percent == round(100 * math.expm1(2 * _effect(UNTAUGHT, SignalKind.ATTENDANCE)))
    assert effect.words_key == "effect.attendance"
    assert effect.fields == {"source": "Night market", "days": "0"}
    assert effect.without == 12
    assert one.without[LEVELS.index(0.5)] == 12
    assert one.forecast.total_at(0.5) == 14


def test_several_signals_multiply_and_each_is_told_with_what_would_be_without_it() -> None:
    learned = Learned(
        mean=np.full(len(KINDS), 0.2), covariance=np.eye(len(KINDS)) * 1e-6, days=(5,) * len(KINDS)
    )
    book = _book(_signal(MONDAY, steps=1), _signal(MONDAY, SignalKind.WEATHER, steps=1))
    (one,) = _adjusted(book, _forecast(quantiles=(100,) * 6), learned=learned)
    assert one.forecast.total_at(0.5) == 149
    assert [(effect.percent, effect.without) for effect in one.effects] == [(22, 122), (22, 122)]


def test_a_day_without_the_signal_waters_its_effect_down_in_the_total() -> None:
    days = (MONDAY, MONDAY + timedelta(days=1))
    (one,) = _adjusted(_book(_signal(MONDAY, steps=3)), days=days)
    first, second = one.forecast.daily
    assert first[2] > second[2] == 12
    assert second[2] + 12 < one.forecast.total_at(0.5) < 2 * first[2]


def test_what_is_hardly_known_widens_the_forecast() -> None:
    sure = Learned(mean=UNTAUGHT.mean, covariance=UNTAUGHT.covariance * 1e-6, days=UNTAUGHT.days)
    book = _book(_signal(MONDAY, steps=2))
    quantiles = (60, 80, 100, 120, 140, 150)
    (narrow,) = _adjusted(book, _forecast(quantiles=quantiles), learned=sure)
    (wide,) = _adjusted(book, _forecast(quantiles=quantiles))
    assert wide.forecast.total_at(0.95) > narrow.forecast.total_at(0.95)
    assert wide.forecast.total_at(0.1) < narrow.forecast.total_at(0.1)
    assert wide.forecast.total_at(0.5) == narrow.forecast.total_at(0.5)


SIGNALS = st.builds(
    _signal,
    st.integers(-3, 3).map(lambda days: MONDAY + timedelta(days=days)),
    st.sampled_from(SignalKind),
    days=st.integers(1, 9),
    steps=st.floats(-STEPS_MAX, STEPS_MAX),
    value=st.integers(0, 10**15),
    scope=st.sampled_from(SignalScope),
    about=st.sampled_from(("", "bowl", "jam", "pottery", "gone")),
    source=st.text(max_size=3),
)
QUANTILES = st.lists(st.floats(0, 1e6), min_size=6, max_size=6).map(sorted)
EFFECTS = st.lists(st.floats(-5, 5), min_size=len(KINDS), max_size=len(KINDS))


@settings(deadline=None)
@given(st.lists(SIGNALS, max_size=8), QUANTILES, EFFECTS, st.floats(0, 9), st.integers(1, 4))
def test_whatever_was_noted_and_learned_a_forecast_stays_finite_bounded_and_rising(
    signals: list[SignalNoted], quantiles: list[float], effects: list[float], variance: float, horizon: int
) -> None:
    learned = Learned(
        mean=np.array(effects), covariance=np.eye(len(KINDS)) * variance, days=(1,) * len(KINDS)
    )
    days = [MONDAY + timedelta(days=day) for day in range(horizon)]
    plain = _forecast(quantiles=quantiles, days=horizon)
    (one,) = _adjusted(_book(*signals), plain, days=days, learned=learned)
    for before, after in zip(
        (*plain.daily, plain.total), (*one.forecast.daily, one.forecast.total), strict=True
    ):
        assert all(math.isfinite(quantile) for quantile in after)
        assert list(after) == sorted(after)
        for was, now in zip(before, after, strict=True):
            assert was * FACTOR_MIN - 1e-6 * was <= now <= was * FACTOR_MAX + 1e-6 * was
    assert all(-50 <= effect.percent <= 100 and effect.without >= 0 for effect in one.effects)
    assert one.without == plain.total


@settings(deadline=None, max_examples=40)
@given(
    st.lists(SIGNALS, max_size=8),
    st.lists(
        st.lists(st.floats(0, 1e6) | st.just(math.nan), min_size=30, max_size=30), min_size=3, max_size=3
    ),
)
def test_what_is_learned_of_any_history_is_finite(
    signals: list[SignalNoted], units: list[list[float]]
) -> None:
    dates = [MONDAY - timedelta(days=26 - day) for day in range(30)]
    history = SalesHistory(
        unique_id=("bowl", "mug", "jam"), y=np.array(units), weekday=np.array([day.weekday() for day in dates]),
        horizon_weekday=np.array([0]),
    )  # fmt: skip
    learned = learn(history, dates, _book(*signals), RELATIVES)
    assert np.isfinite(learned.mean).all()
    assert (np.diag(learned.covariance) > 0).all()


def test_an_effect_that_was_there_is_found() -> None:
    reels = set(range(20, 112, 9))
    history, dates = _replayed(112, 12.0, lambda day: 1.5 if day in reels else 1.0)
    learned = learn(history, dates, _book(*(_signal(dates[day]) for day in reels)), RELATIVES)
    found = 2 * _effect(learned, SignalKind.SOCIAL)
    assert math.log(1.3) < found < math.log(1.6)
    assert learned.days_of(SignalKind.SOCIAL) == len(reels)


def test_an_effect_on_one_product_is_found_and_not_believed_of_others() -> None:
    reels = set(range(20, 112, 7))
    history, dates = _replayed(112, 15.0)
    history.y[0, sorted(reels)] *= 1.6
    book = _book(*(_signal(dates[day], scope=SignalScope.PRODUCT, about="bowl", steps=2) for day in reels))
    learned = learn(history, dates, book, Relatives(products=(BOWL, JAM)))
    assert math.log(1.3) < 2 * _effect(learned, SignalKind.SOCIAL) < math.log(1.7)


def test_signals_that_mean_nothing_are_soon_believed_less_than_before() -> None:
    said = set(range(20, 112, 4))
    history, dates = _replayed(112, 12.0)
    learned = learn(history, dates, _book(*(_signal(dates[day]) for day in said)), RELATIVES)
    assert abs(_effect(learned, SignalKind.SOCIAL)) < _effect(UNTAUGHT, SignalKind.SOCIAL) / 2


def test_of_two_kinds_on_the_same_days_only_the_one_that_does_something_is_believed() -> None:
    rng = np.random.default_rng(3)
    rain, reels = set(rng.choice(92, 30, replace=False) + 20), set(rng.choice(92, 30, replace=False) + 20)
    history, dates = _replayed(112, 15.0, lambda day: 0.7 if day in rain else 1.0)
    book = _book(
        *(_signal(dates[day], SignalKind.WEATHER, steps=-2) for day in rain),
        *(_signal(dates[day]) for day in reels),
    )
    learned = learn(history, dates, book, RELATIVES)
    assert math.exp(-2 * _effect(learned, SignalKind.WEATHER)) == pytest.approx(0.7, abs=0.08)
    assert abs(2 * _effect(learned, SignalKind.SOCIAL)) < math.log(1.1)


def test_one_lucky_day_moves_the_belief_a_little_only() -> None:
    history, dates = _replayed(112, 2.0, lambda day: 3.0 if day == 80 else 1.0)
    learned = learn(history, dates, _book(_signal(dates[80], steps=1)), RELATIVES)
    assert _effect(UNTAUGHT, SignalKind.SOCIAL) < _effect(learned, SignalKind.SOCIAL) < math.log(1.35)


def test_growth_of_the_whole_stall_is_not_taken_for_a_signal() -> None:
    said = set(range(60, 112, 3))
    history, dates = _replayed(112, 10.0, lambda day: 1.0 + day / 60)
    learned = learn(history, dates, _book(*(_signal(dates[day], steps=1) for day in said)), RELATIVES)
    assert abs(_effect(learned, SignalKind.SOCIAL)) < 0.06


def test_a_past_without_signals_is_the_very_same_and_one_with_them_is_quieter_in_whole_pieces() -> None:
    history, dates = _replayed(40, 12.0)
    learned = Learned(mean=np.full(len(KINDS), 0.2), covariance=np.eye(len(KINDS)), days=(5,) * len(KINDS))
    around = Surroundings(today=MONDAY, book=MarketBook(), relatives=RELATIVES, learned=learned)
    assert without_signals(history, dates, around) is history
    book = _book(_signal(dates[30], scope=SignalScope.PRODUCT, about="bowl", steps=2))
    quiet = without_signals(history, dates, replace(around, book=book)).y
    assert quiet[0, 30] == np.floor(history.y[0, 30] / math.exp(0.4) + 0.5)
    assert (np.delete(quiet, 30, axis=1) == np.delete(history.y, 30, axis=1)).all()
    assert (quiet == np.floor(quiet)).all()
