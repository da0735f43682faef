"""Forecasts are kept with what came; drift gives alarm; a model that came down must be as near as those that are here."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from device.adapters.files.told_forecast_files import ToldForecastFiles
from device.adapters.onnx_forecaster import OnnxForecaster
from device.domain.documents import Accepted, Documents
from device.domain.forecast import DemandForecast, ForecastSource, MeasuredError
from device.domain.forecasting.backtest import Outcome, daily_losses, stall_losses
from device.domain.forecasting.drift import LIMIT, chance_of, too_low, worse_than_naive
from device.domain.forecasting.follow import follow
from device.domain.forecasting.record import KEPT_DAYS, ToldDay, told_days
from device.domain.forecasting.trial import Contender, Origin, Verdict, judge_models
from device.domain.growing import GrowingMap
from device.domain.selling_day import SellingDay
from device.services.forecast_watch import ForecastWatch, Watched
from device.services.models import Models
from shared.documents import Document, ModelContent, read_issued
from shared.history import Floats, SalesHistory
from shared.ids import Sku
from tests.fakes import NOON, FakeClock, MemoryDocuments
from tests.unit.device.issuer import TILL, issue

WEIGHTS = Path(__file__).parents[3] / "device" / "models" / "demand-3.onnx"
FIRST = date(2026, 9, 1)
LEVELS = (0.1, 0.5, 0.9)


class ToldInMemory:
    """What was told, as long as the test lives."""

    def __init__(self) -> None:
        self.days: dict[date, ToldDay] = {}

    def keep(self, told: ToldDay) -> None:
        self.days[told.day] = told

    def all(self) -> Mapping[date, ToldDay]:
        return self.days


class TimesTooMuch:
    """A model that says so many times what the built-in one does, and at fewer levels."""

    def __init__(self, times: float) -> None:
        self._built_in = OnnxForecaster(WEIGHTS)
        self.card = replace(self._built_in.card, name="far-off", version=9, levels=LEVELS)
        self._times = times

    def forecast(
        self, history: SalesHistory, /, *, measured: Sequence[MeasuredError] | None = None
    ) -> tuple[DemandForecast, ...]:
        return self._built_in.forecast(history, measured=measured)

    def next_day(self, history: SalesHistory, /) -> Floats:
        places = [self._built_in.card.levels.index(level) for level in LEVELS]
        return self._times * self._built_in.next_day(history)[:, places]


def _outcome(sold: Floats) -> Outcome:
    days = tuple(FIRST + timedelta(days=row) for row in range(len(sold)))
    return Outcome(days=days, sold=sold, sold_out=np.zeros(sold.shape, dtype=np.bool_))


def _selling_days(count: int, products: int = 6, *, pace: float = 6.0) -> list[SellingDay]:
    units = np.random.default_rng(4).poisson(pace, (count, products))
    return [
        SellingDay(
            business_date=FIRST + timedelta(days=row),
            sold_milli=GrowingMap({Sku(f"p{place}"): int(sold) * 1000 for place, sold in enumerate(of_day)}),
        )
        for row, of_day in enumerate(units)
    ]


SKUS = tuple(Sku(f"p{place}") for place in range(6))


def _document(content: ModelContent, version: int) -> Document:
    assert TILL.membership is not None
    root = TILL.membership.root_public_key
    return read_issued(issue(content, version).to_json(), root_public_key=root, tenant=TILL.tenant)


def _accepted(model: str, version: int) -> Accepted:
    content = ModelContent(card=json.dumps({"which": model}), onnx=base64.b64encode(model.encode()).decode())
    return Accepted(document=_document(content, version), accepted_at=NOON)


def _watch(documents: Documents, times: Mapping[str, float], told: ToldInMemory) -> ForecastWatch:
    def opener(content: ModelContent, /, *, name: str) -> TimesTooMuch:
        assert name
        return TimesTooMuch(times[json.loads(content.card)["which"]])

    models = Models(built_in=OnnxForecaster(WEIGHTS), missing="", opener=opener)
    assert models.reopen(documents) == []
    return ForecastWatch(documents=MemoryDocuments(documents), models=models, told=told, clock=FakeClock())


async def _looked(documents: Documents, times: Mapping[str, float], days: int = 40) -> Watched:
    watched = await _watch(documents, times, ToldInMemory()).look(_selling_days(days), SKUS)
    assert watched is not None
    return watched


async def test_a_model_from_the_cloud_that_is_clearly_worse_here_is_set_aside_and_its_figures_said() -> None:
    verdict = (await _looked(Documents().with_accepted(_accepted("new", 1)), {"new": 2.0})).verdict
    assert (verdict.chosen, verdict.set_aside) == (Origin.BUILT_IN, Origin.CAME_DOWN)
    assert verdict.times > 1.5
    assert verdict.worse > 20


async def test_a_model_that_is_as_near_is_believed() -> None:
    watched = await _looked(Documents().with_accepted(_accepted("new", 1)), {"new": 1.0})
    assert watched.verdict == Verdict(chosen=Origin.CAME_DOWN)
    assert watched.card.name == "far-off"


async def test_a_day_that_goes_on_after_its_closing_is_looked_at_again() -> None:
    days, watch = _selling_days(20), _watch(Documents(), {}, ToldInMemory())
    first = await watch.look(days, SKUS)
    assert await watch.look(days, SKUS) is first
    longer = replace(days[-1], sold_milli=GrowingMap({SKUS[0]: 40_000}), hours_milli=(40_000,) * 24)
    again = await watch.look([*days[:-1], longer], SKUS)
    assert again is not None
    assert again.outcome.sold[-1, 0] == 40


async def test_with_few_days_the_model_that_came_is_believed() -> None:
    watched = await _looked(Documents().with_accepted(_accepted("new", 1)), {"new": 2.0}, days=9)
    assert watched.verdict.chosen is Origin.CAME_DOWN


async def test_the_model_before_comes_back_when_it_was_nearer_than_its_successor_and_the_built_in_one() -> (
    None
):
    documents = Documents().with_accepted(_accepted("old", 1)).with_accepted(_accepted("new", 2))
    assert documents.model_before == _accepted("old", 1)
    watched = await _looked(documents, {"old": 1.0, "new": 3.0})
    assert watched.verdict.set_aside is Origin.CAME_DOWN
    assert watched.verdict.chosen in {Origin.BEFORE, Origin.BUILT_IN}


async def test_a_document_without_a_model_means_the_built_in_one_and_no_other() -> None:
    documents = Documents().with_accepted(_accepted("old", 1))
    emptied = ModelContent(card="", onnx="")
    retired = Accepted(document=_document(emptied, 2), accepted_at=NOON)
    watched = await _looked(documents.with_accepted(retired), {"old": 1.0})
    assert watched.verdict == Verdict(chosen=Origin.BUILT_IN)


async def test_errors_of_model_and_simple_rule_stand_beside_each_other_for_28_days() -> None:
    watched = await _looked(Documents(), {})
    assert [error.days for error in watched.measured] == [28] * 6
    assert all(0 < error.model < error.naive for error in watched.measured)
    assert 0.8 <= (watched.covered(0.9) or 0) <= 1
    assert (watched.too_low, watched.worse) == (None, None)


async def test_without_any_day_before_nothing_is_measured_and_nothing_fails() -> None:
    watched = await _looked(Documents(), {}, days=1)
    assert [error.days for error in watched.measured] == [0] * 6
    assert watched.covered(0.9) is None


async def test_a_new_morning_tries_only_the_day_that_came_and_says_the_same_of_the_others() -> None:
    days, watch = _selling_days(41), _watch(Documents(), {}, ToldInMemory())
    before, after = await watch.look(days[:40], SKUS), await watch.look(days, SKUS)
    fresh = await _watch(Documents(), {}, ToldInMemory()).look(days, SKUS)
    assert before is not None
    assert after is not None
    assert fresh is not None
    np.testing.assert_array_equal(after.quantiles, fresh.quantiles)
    np.testing.assert_array_equal(after.quantiles[:-1], before.quantiles[1:])


def _forecast(sku: str = "p0") -> DemandForecast:
    return DemandForecast(
        sku=Sku(sku), levels=LEVELS, daily=((1.0, 2.0, 4.0), (0.0, 1.0, 3.0)), total=(2.0, 3.0, 6.0),
        source=ForecastSource.MODEL, measured=MeasuredError(model=0, naive=0, days=0), history_days=9,
    )  # fmt: skip


def test_what_was_told_survives_a_restart_the_newest_counts_and_the_oldest_go(tmp_path: Path) -> None:
    files = ToldForecastFiles(tmp_path / "forecasts")
    assert files.all() == {}
    for age in range(KEPT_DAYS + 3):
        (told, _) = told_days([_forecast()], [FIRST + timedelta(days=age)] * 2, NOON, "demand 3")
        files.keep(told)
    newest = FIRST + timedelta(days=KEPT_DAYS + 2)
    again = replace(told, quantiles={Sku("p0"): (5.0, 6.0, 7.0)})
    files.keep(again)
    (tmp_path / "forecasts" / f"{FIRST + timedelta(days=5)}.json").write_text("{torn")
    kept = ToldForecastFiles(tmp_path / "forecasts").all()
    assert kept[newest] == again
    assert len(kept) == KEPT_DAYS - 1
    assert min(kept) == FIRST + timedelta(days=3)


def test_a_forecast_that_cannot_be_kept_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "forecasts").write_text("a file where the folder should be")
    (told, *_) = told_days([_forecast()], [FIRST, FIRST + timedelta(days=1)], NOON, "demand 3")
    ToldForecastFiles(tmp_path / "forecasts").keep(told)


async def test_a_morning_is_kept_once_and_again_when_it_says_something_else() -> None:
    told = ToldInMemory()
    watch = _watch(Documents(), {}, told)
    planned, card = (FIRST, FIRST + timedelta(days=1)), OnnxForecaster(WEIGHTS).card
    await watch.keep(planned, (_forecast(),), card)
    first = dict(told.days)
    await watch.keep(planned, (_forecast(),), card)
    assert await watch.told() == first
    await watch.keep(planned, (_forecast("p1"),), card)
    assert set(told.days[FIRST].quantiles) == {Sku("p1")}


def test_what_was_told_in_the_morning_goes_before_what_is_made_afterwards() -> None:
    outcome = _outcome(np.array([[2.0], [9.0], [np.nan]]))
    marked = replace(outcome, sold_out=np.array([[False], [True], [False]]))
    made = np.tile(np.array([1.0, 2.0, 3.0]), (3, 1, 1))
    morning = ToldDay(
        day=FIRST, made_at=NOON, model="demand 3", levels=LEVELS, quantiles={Sku("p0"): (4.0, 5.0, 6.0)}
    )  # fmt: skip
    first, sold_out, absent = follow(0, Sku("p0"), marked, made, LEVELS, {FIRST: morning})
    assert (first.quantiles, first.afterwards, first.is_within) == ((4.0, 5.0, 6.0), False, False)
    assert (sold_out.quantiles, sold_out.afterwards, sold_out.is_within) == ((1.0, 2.0, 3.0), True, None)
    assert (absent.sold, absent.is_within) == (None, None)


def test_a_day_on_which_the_stock_ran_out_is_in_no_loss_and_in_no_alarm() -> None:
    sold = np.full((20, 4), 50.0)
    told = np.tile(np.array([1.0, 2.0, 3.0]), (20, 4, 1))
    ran_out = replace(_outcome(sold), sold_out=np.ones(sold.shape, dtype=np.bool_))
    assert np.isnan(stall_losses(ran_out, daily_losses(ran_out, told, LEVELS))).all()
    assert too_low(ran_out, told[..., 2]) is None


def test_the_pinball_loss_is_the_one_of_the_books() -> None:
    losses = daily_losses(_outcome(np.array([[4.0]])), np.array([[[2.0, 5.0, 4.0]]]), LEVELS)
    assert losses[0, 0] == pytest.approx((0.1 * 2 + 0.5 * 1 + 0) / 3)


def test_selling_more_than_told_for_two_weeks_gives_alarm_with_its_first_day() -> None:
    chance = np.random.default_rng(8)
    sold = np.concatenate([chance.poisson(5.0, (14, 30)), chance.poisson(11.0, (14, 30))]).astype(float)
    alarm = too_low(_outcome(sold), np.full(sold.shape, 8.0))
    assert alarm is not None
    assert FIRST + timedelta(days=13) <= alarm.since <= FIRST + timedelta(days=15)
    assert alarm.above > 0.5
    assert too_low(_outcome(sold[:14]), np.full((14, 30), 8.0)) is None


def test_in_the_worst_case_a_good_forecast_gives_a_false_alarm_in_28_days_in_two_of_a_hundred_at_most() -> (
    None
):
    """All products together above or below: a walk of +0.8 with probability 0.1, else -0.2, never below zero."""
    at, alarmed = {0: 1.0}, 0.0
    for _ in range(28):
        after: dict[int, float] = {}
        for total, probability in at.items():
            for step, share in ((8, 0.1), (-2, 0.9)):
                now = max(0, total + step)
                if now > round(10 * LIMIT):
                    alarmed += probability * share
                else:
                    after[now] = after.get(now, 0.0) + probability * share
        at = after
    assert 0.01 < alarmed < 0.02


def test_the_sign_test_is_exact_and_needs_ten_days() -> None:
    assert chance_of(10, 10) == pytest.approx(1 / 1024)
    assert chance_of(0, 7) == pytest.approx(1.0)
    assert worse_than_naive(np.full(9, 2.0), np.ones(9)) is None
    alarm = worse_than_naive(np.full(20, 2.0), np.ones(20))
    assert alarm is not None
    assert (alarm.worse, alarm.days) == (20, 20)
    assert worse_than_naive(np.resize([0.5, 2.0], 20), np.ones(20)) is None


def test_a_model_stays_while_its_rival_is_nearer_by_less_than_the_margin() -> None:
    ones = np.ones(28)
    first = Contender(origin=Origin.CAME_DOWN, version=2, losses=1.04 * ones)
    assert judge_models([first, Contender(origin=Origin.BUILT_IN, version=1, losses=ones)]).set_aside is None
    far = replace(first, losses=1.2 * ones)
    verdict = judge_models([far, Contender(origin=Origin.BUILT_IN, version=1, losses=ones)])
    assert (verdict.chosen, round(verdict.times, 2), verdict.worse) == (Origin.BUILT_IN, 1.2, 28)
    with pytest.raises(ValueError, match="no model"):
        judge_models([])
