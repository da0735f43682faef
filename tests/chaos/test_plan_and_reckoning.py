"""The pure parts of a trial: its plan is its seed, and the reckoning finds what is lost, doubled or made by nobody."""

import pytest

from tests.chaos.__main__ import is_wanted
from tests.chaos.brokers import Broker
from tests.chaos.faults import DOING
from tests.chaos.line_fault import Ending
from tests.chaos.plan import LONG_OUTAGE_MS, Kind, plan_of
from tests.chaos.reckoning import Sold, reckon

A, B, C = (Sold("till-harbour", sale_id, 100) for sale_id in "abc")


@pytest.mark.parametrize("kind", Kind)
def test_a_seed_is_the_same_plan_for_ever_and_another_seed_another_one(kind: Kind) -> None:
    assert plan_of(kind, 7, tills=2) == plan_of(kind, 7, tills=2)
    assert plan_of(kind, 7, tills=2) != plan_of(kind, 8, tills=2)


def test_twenty_seeds_hold_long_outages_and_both_endings_and_brisk_ones_neither() -> None:
    plans = [plan_of(Kind.PARTITION, seed, tills=2) for seed in range(1, 21)]
    brisk = [plan_of(Kind.PARTITION, seed, tills=2, brisk=True) for seed in range(1, 21)]
    assert any(plan.outage_ms >= LONG_OUTAGE_MS[0] for plan in plans)
    assert {plan.ending for plan in plans} == set(Ending)
    assert {plan.is_held for plan in plans} == {True, False}
    assert all(plan.outage_ms < 2_000 and plan.ending is Ending.RESET for plan in brisk)


def test_every_kind_is_done_and_every_kind_strikes_some_broker() -> None:
    assert set(DOING) == set(Kind)
    assert all(any(broker.can_suffer(kind) for broker in Broker) for kind in Kind)


def test_all_is_well_when_every_place_holds_every_sale_once() -> None:
    counted = reckon([A, B], {"hub": [B, A], "cloud": [A, B]})
    assert (counted.sales, counted.lost, counted.doubled, counted.foreign, counted.words) == (2, 0, 0, 0, ())


def test_what_is_missing_doubled_or_made_by_nobody_is_counted_and_named() -> None:
    counted = reckon([A, B], {"hub": [A, A, A], "cloud": [A, B, C]})
    assert (counted.lost, counted.doubled, counted.foreign) == (1, 2, 1)
    assert counted.words == (
        "the cloud holds sale c of till-harbour over 100, which nobody made",
        "the hub holds sale a of till-harbour over 100 3 times",
        "the hub lacks sale b of till-harbour over 100",
    )


def test_a_sale_that_is_there_over_another_sum_is_not_the_one_that_was_acknowledged() -> None:
    counted = reckon([A], {"cloud": [Sold("till-harbour", "a", 99)]})
    assert (counted.lost, counted.foreign) == (1, 1)


def test_trials_are_chosen_by_words_of_broker_and_kind() -> None:
    assert is_wanted("nats partition", "nats part")
    assert not is_wanted("mosquitto partition", "nats part")
