"""Signals laid over real sales: noise hurts next to nothing, and an effect that is there is found."""

from math import exp
from statistics import fmean

import pytest

from device.domain.market.book import MarketBook
from device.domain.market.strength import PLACES
from shared.events.market import SignalKind
from tests.bench.signal_replay import DaysAsked, planted, random_signals, read_sales, replay

SALES = read_sales()
HURTS_ON_AVERAGE, HURTS_AT_MOST = 0.01, 0.02
"""By such a share of the scaled pinball loss may signals that mean nothing make forecasts worse, over several draws of them
and with the worst draw."""
SEEDS, NOISE_MORNINGS, MORNINGS = (1, 2), 120, 60


@pytest.mark.parametrize("name", SALES)
def test_signals_that_mean_nothing_hurt_next_to_nothing(name: str) -> None:
    sales = SALES[name]
    books = [random_signals(sales, share=0.3, seed=seed) for seed in SEEDS]
    changes = [replay(sales, book, mornings=NOISE_MORNINGS).change for book in books]
    assert max(changes) < HURTS_AT_MOST
    assert fmean(changes) < HURTS_ON_AVERAGE


@pytest.mark.parametrize("name", SALES)
@pytest.mark.parametrize("factor", [1.6, 0.6])
def test_an_effect_that_was_planted_is_found_and_the_forecast_is_nearer_for_it(
    name: str, factor: float
) -> None:
    sales, book = planted(SALES[name], share=0.15, factor=factor, seed=1)
    outcome = replay(sales, book, mornings=MORNINGS, days=DaysAsked.WITH_SIGNALS)
    assert outcome.change < -0.03
    found = exp(2 * outcome.learned.mean[PLACES[SignalKind.SOCIAL]])
    assert found == pytest.approx(factor, rel=0.2)


@pytest.mark.parametrize("name", SALES)
def test_what_a_signal_did_is_not_taken_for_a_better_stall_on_the_days_after(name: str) -> None:
    sales, book = planted(SALES[name], share=0.15, factor=1.8, seed=1)
    assert replay(sales, book, mornings=MORNINGS, days=DaysAsked.WITHOUT_SIGNALS).change < 0


@pytest.mark.parametrize("name", SALES)
def test_without_signals_nothing_changes(name: str) -> None:
    assert replay(SALES[name], MarketBook(), mornings=5).change == 0.0
