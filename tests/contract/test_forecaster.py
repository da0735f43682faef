"""The Forecaster port, over the real weights: what a till may rely on for any history."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.adapters.onnx_forecaster import BACKTEST_DAYS, OnnxForecaster
from device.domain.forecast import ForecastModelError, ForecastSource
from shared.features import FEATURE_VERSION, QUANTILE_LEVELS, features_of
from shared.history import MAX_HORIZON_DAYS, SalesHistory, daily_and_sum_windows

WEIGHTS = Path(__file__).parents[2] / "device" / "models" / "demand-3.onnx"
MEDIAN = QUANTILE_LEVELS.index(0.5)
DAY_KINDS = st.one_of(st.integers(0, 60).map(float), st.just(np.nan), st.just(1e12), st.just(-3.0))


@pytest.fixture(scope="module")
def forecaster() -> OnnxForecaster:
    return OnnxForecaster(WEIGHTS)


def _history(y: np.ndarray, ahead: int = 3) -> SalesHistory:
    days = y.shape[1]
    names = tuple(f"p{number}" for number in range(len(y)))
    coming = np.arange(days, days + ahead) % 7
    return SalesHistory(unique_id=names, y=y, weekday=np.arange(days) % 7, horizon_weekday=coming)


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(st.lists(DAY_KINDS, min_size=12, max_size=12), max_size=3),
    days=st.sampled_from([0, 1, 2, 9, 30, 3650]),
    ahead=st.integers(1, MAX_HORIZON_DAYS),
)
def test_quantiles_are_finite_rising_and_not_negative_for_any_history(
    rows: list[list[float]], days: int, ahead: int
) -> None:
    y = np.resize(np.array(rows, dtype=np.float64).reshape(len(rows), 12), (len(rows), days))
    forecasts = OnnxForecaster(WEIGHTS).forecast(_history(y, ahead))
    assert [forecast.sku for forecast in forecasts] == [f"p{number}" for number in range(len(rows))]
    for forecast in forecasts:
        assert len(forecast.daily) == ahead
        for quantiles in (*forecast.daily, forecast.total):
            assert len(quantiles) == len(forecast.levels)
            assert np.isfinite(quantiles).all()
            assert min(quantiles) >= 0
            assert list(quantiles) == sorted(quantiles)
        for day in forecast.daily:
            assert all(together >= alone for together, alone in zip(forecast.total, day, strict=True))


def test_steady_sales_are_forecast_near_what_they_were(forecaster: OnnxForecaster) -> None:
    units = np.random.default_rng(3).poisson(6.0, (20, 60)).astype(np.float64)
    forecasts = forecaster.forecast(_history(units))
    medians = [forecast.total_at(0.5) for forecast in forecasts]
    assert 14 <= float(np.mean(medians)) <= 22


def test_all_days_together_spread_less_than_the_days_added_up(forecaster: OnnxForecaster) -> None:
    units = np.random.default_rng(5).negative_binomial(2, 0.3, (30, 80)).astype(np.float64)
    forecasts = forecaster.forecast(_history(units))
    added = sum(sum(day[-2] for day in forecast.daily) for forecast in forecasts)
    together = sum(forecast.total[-2] for forecast in forecasts)
    likely = sum(forecast.total[MEDIAN] for forecast in forecasts)
    assert likely < together < added


def test_a_product_that_stopped_selling_is_not_made_again(forecaster: OnnxForecaster) -> None:
    y = np.concatenate([np.full((1, 30), 5.0), np.zeros((1, 110))], axis=1)
    assert forecaster.forecast(_history(y))[0].total_at(0.9) <= 1


def test_a_market_weekday_that_sells_more_is_forecast_to_sell_more(forecaster: OnnxForecaster) -> None:
    week = np.array([2.0, 2.0, 2.0, 2.0, 2.0, 14.0, 2.0])
    forecast = forecaster.forecast(_history(np.tile(week, 12)[None], ahead=7))[0]
    medians = [day[MEDIAN] for day in forecast.daily]
    assert medians.index(max(medians)) == 5
    assert medians[5] >= 3 * medians[2]


def test_goods_by_weight_are_forecast_alike_in_kilograms_and_in_other_units(
    forecaster: OnnxForecaster,
) -> None:
    kilograms = np.random.default_rng(6).gamma(3.0, 0.02, (10, 84))
    windows = daily_and_sum_windows(3)
    one, other = (forecaster.quantiles(_history(kilograms * unit), windows) for unit in (1.0, 35.274))
    np.testing.assert_allclose(one * 35.274, other, rtol=1e-4, atol=1e-6)
    sums = kilograms[:, 1:-1] + kilograms[:, :-2] + kilograms[:, 2:]
    assert 0.9 <= float((sums <= one[:, -1:, -1]).mean()) <= 0.99


@pytest.mark.parametrize("units", [1.0, 1e3, 1e6])
def test_much_of_a_product_is_covered_as_well_as_a_little(forecaster: OnnxForecaster, units: float) -> None:
    sold = np.round(units * np.random.default_rng(8).gamma(8.0, 10.0, (20, 84)))
    sums = sold[:, 1:-1] + sold[:, :-2] + sold[:, 2:]
    together = forecaster.quantiles(_history(sold), daily_and_sum_windows(3))[:, -1]
    assert 0.9 <= float((sums <= together[:, -1:]).mean()) <= 0.99


def test_a_product_without_sales_is_told_none_whatever_the_others_sell(forecaster: OnnxForecaster) -> None:
    units = np.random.default_rng(7).poisson(6.0, (5, 60)).astype(np.float64)
    units[0] = np.nan
    unsold, *_ = forecaster.forecast(_history(units))
    assert (set(unsold.total), unsold.history_days) == ({0.0}, 0)


@pytest.mark.parametrize("unit", [1.0, 0.137])
def test_one_slip_of_the_keyboard_does_not_stay_in_the_forecast(
    forecaster: OnnxForecaster, unit: float
) -> None:
    units = np.random.default_rng(9).poisson(6.0, (10, 84)) * unit
    slipped = units.copy()
    slipped[:, 50] = 600.0 * unit
    windows = daily_and_sum_windows(3)
    right, wrong = (forecaster.quantiles(_history(sold), windows)[:, -1] for sold in (units, slipped))
    assert float((wrong[:, -1] / right[:, -1]).max()) < 2.5
    assert float((wrong[:, MEDIAN] / right[:, MEDIAN]).max()) < 1.5


def test_products_are_forecast_alike_in_one_batch_and_beside_others(forecaster: OnnxForecaster) -> None:
    units = np.random.default_rng(11).poisson(3.0, (4, 100)).astype(np.float64)
    together = forecaster.forecast(_history(units))
    swapped = forecaster.forecast(_history(units[::-1].copy()))
    assert [forecast.total for forecast in together] == [forecast.total for forecast in reversed(swapped)]


def test_both_errors_are_measured_on_the_tills_own_last_days(forecaster: OnnxForecaster) -> None:
    units = np.random.default_rng(13).poisson(4.0, (3, 40)).astype(np.float64)
    units[2, :-3] = np.nan
    measured = [forecast.measured for forecast in forecaster.forecast(_history(units))]
    assert [error.days for error in measured] == [BACKTEST_DAYS, BACKTEST_DAYS, 2]
    assert all(error.model > 0 and error.naive > 0 for error in measured)


def test_where_last_week_was_clearly_nearer_it_is_used_and_said(forecaster: OnnxForecaster) -> None:
    clockwork = np.tile([0.0, 9.0, 0.0, 0.0, 30.0, 0.0, 3.0], 9)
    clockwork[:-14] = np.random.default_rng(2).permutation(clockwork[:-14])
    noise = np.random.default_rng(17).poisson(5.0, 63).astype(np.float64)
    forecasts = forecaster.forecast(_history(np.stack([clockwork, noise]), ahead=1))
    assert [forecast.source for forecast in forecasts] == [ForecastSource.NAIVE, ForecastSource.MODEL]
    assert forecasts[0].measured.naive < forecasts[0].measured.model


def test_the_card_says_how_wrong_the_model_is_beside_the_naive_one(forecaster: OnnxForecaster) -> None:
    card = forecaster.card
    assert card.levels == QUANTILE_LEVELS
    assert card.feature_version == FEATURE_VERSION
    assert 0 < card.error < card.naive_error


def test_the_network_alone_never_crosses_its_quantiles(forecaster: OnnxForecaster) -> None:
    units = np.random.default_rng(19).poisson(1.0, (50, 30)).astype(np.float64)
    raw = forecaster.run_network(features_of(_history(units), daily_and_sum_windows(3)))
    assert (np.diff(raw, axis=-1) >= 0).all()


def _copied_to(folder: Path) -> Path:
    for ending in (".onnx", ".json"):
        shutil.copy(WEIGHTS.with_suffix(ending), folder)
    return folder / WEIGHTS.name


def test_weights_of_another_feature_version_are_refused(tmp_path: Path) -> None:
    model = _copied_to(tmp_path)
    card = json.loads(model.with_suffix(".json").read_text())
    model.with_suffix(".json").write_text(json.dumps({**card, "feature_version": FEATURE_VERSION + 1}))
    with pytest.raises(ForecastModelError, match="features of version") as refused:
        OnnxForecaster(model)
    assert "install" in refused.value.remedy


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ForecastModelError, match=r"demand-3\.json cannot be read"):
        OnnxForecaster(tmp_path / "demand-3.onnx")


def test_a_damaged_card_is_refused(tmp_path: Path) -> None:
    model = _copied_to(tmp_path)
    model.with_suffix(".json").write_text("{}")
    with pytest.raises(ForecastModelError, match="card is damaged"):
        OnnxForecaster(model)


def test_weights_that_do_not_belong_to_their_card_are_refused(tmp_path: Path) -> None:
    model = _copied_to(tmp_path)
    model.write_bytes(model.read_bytes()[:-1])
    with pytest.raises(ForecastModelError, match="do not belong together"):
        OnnxForecaster(model)
