"""What was never sold is told from products like it: nearer ones count more, doubt is wide, and lying there unsold lowers it."""

from datetime import date, timedelta
from typing import Final

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from device.domain.catalogue import Product
from device.domain.forecast import DemandForecast, ForecastSource, MeasuredError
from device.domain.forecasting.newcomers import told_by_neighbours, unsold_days
from device.domain.selling_day import SellingDay
from shared.ids import Sku

LEVELS: Final = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
FRIDAY: Final = date(2026, 11, 27)


def _forecast(sku: str, rate: float, *, history_days: int = 30, days: int = 2) -> DemandForecast:
    a_day = tuple(rate * share for share in (0.4, 0.7, 1.0, 1.3, 1.6, 1.9))
    return DemandForecast(sku=Sku(sku), levels=LEVELS, daily=(a_day,) * days, total=tuple(days * one for one in a_day),
                          source=ForecastSource.MODEL, measured=MeasuredError(model=0.0, naive=0.0, days=0),
                          history_days=history_days)  # fmt: skip


def _products(*told: tuple[str, str, int]) -> dict[Sku, Product]:
    return {
        Sku(sku): Product(sku=Sku(sku), name=sku, category=category, price_minor=price, vat_rate_bp=0)
        for sku, category, price in told
    }


def _median(rates: dict[str, float], products: dict[Sku, Product], unsold: int = 0) -> float:
    forecasts = [_forecast(sku, rate) for sku, rate in rates.items()]
    told = told_by_neighbours(
        [*forecasts, _forecast("new", 0.0, history_days=0)], products, {Sku("new"): unsold}
    )
    assert told[: len(forecasts)] == tuple(forecasts)
    assert told[-1].source is ForecastSource.NEIGHBOURS
    return told[-1].total[LEVELS.index(0.5)]


def test_its_category_tells_more_than_others_and_a_like_price_more_than_another() -> None:
    products = _products(
        ("cup", "Pottery", 1_000),
        ("jug", "Pottery", 4_000),
        ("card", "Paper", 1_000),
        ("new", "Pottery", 1_100),
    )
    rates = {"cup": 10.0, "jug": 1.0, "card": 60.0}
    near = _median(rates, products)
    assert (
        8 < near < 20
    )  # two days of about ten cups, less the jug's word, and more in the middle than doubt leaves below
    dear = _median(rates, {**products, **_products(("new", "Pottery", 3_800))})
    assert dear < near
    alone = _median(rates, {**products, **_products(("new", "Wood", 1_100))})
    assert alone > near  # nobody of its category: all are asked, the card too


def test_doubt_is_wide_and_every_day_unsold_lowers_it() -> None:
    products = _products(("a", "Pottery", 1_000), ("b", "Pottery", 1_000), ("new", "Pottery", 1_000))
    rates = {"a": 10.0, "b": 10.0}
    medians = [_median(rates, products, unsold) for unsold in (0, 1, 5, 40)]
    assert medians == sorted(medians, reverse=True)
    assert medians[-1] <= 1
    told = told_by_neighbours(
        [_forecast("a", 10.0), _forecast("b", 10.0), _forecast("new", 0.0, history_days=0)],
        products,
        {Sku("new"): 0},
    )
    low, high = told[-1].total[0], told[-1].total[-1]
    assert high > 4 * max(low, 1.0)


def test_without_anybody_to_tell_of_it_and_without_ever_having_come_in_it_stays_as_it_is() -> None:
    products = _products(("young", "Pottery", 1_000), ("new", "Pottery", 1_000))
    forecasts = (_forecast("young", 5.0, history_days=3), _forecast("new", 0.0, history_days=0))
    assert told_by_neighbours(forecasts, products, {Sku("new"): 0}) == forecasts
    old = (_forecast("young", 5.0), _forecast("new", 0.0, history_days=0))
    assert told_by_neighbours(old, products, {}) == old


def test_days_count_from_when_it_came_in_and_not_while_there_was_none_of_it() -> None:
    days = [
        SellingDay(
            business_date=FRIDAY + timedelta(days=one), sold_out=frozenset({Sku("new")} if one == 3 else ())
        )
        for one in range(5)
    ]
    stocked = {Sku("new"): (FRIDAY + timedelta(days=1)).toordinal(), Sku("other"): 1}
    assert unsold_days(stocked, days, [Sku("new"), Sku("never")]) == {Sku("new"): 3}


@given(
    st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 10**8), st.sampled_from("ABC")), min_size=1, max_size=30),
    st.integers(0, 200), st.integers(1, 7), st.integers(0, 10**8),
)  # fmt: skip
def test_whatever_the_neighbours_say_it_is_finite_and_rises_and_all_days_are_no_less_than_one(
    told: list[tuple[float, int, str]], unsold: int, days: int, price: int
) -> None:
    products = _products(
        *((f"p{place}", category, minor) for place, (_, minor, category) in enumerate(told)),
        ("new", "A", price),
    )
    forecasts = [_forecast(f"p{place}", rate, days=days) for place, (rate, _, _) in enumerate(told)]
    *_, new = told_by_neighbours(
        [*forecasts, _forecast("new", 0.0, history_days=0, days=days)], products, {Sku("new"): unsold}
    )
    every = np.array([*new.daily, new.total])
    assert np.isfinite(every).all()
    assert (every >= 0).all()
    assert (np.diff(every, axis=-1) >= 0).all()
    assert (np.array(new.total) >= np.array(new.daily)).all()
