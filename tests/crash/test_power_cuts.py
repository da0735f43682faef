"""The proof of the promise `durable`: the ledger's real code over a disk that fails at every point it can."""

import logging
from collections.abc import Callable, Iterator
from random import Random

import pytest

from device.adapters.ledger.errors import LedgerDamaged, LedgerFailed, LedgerFull
from tests.crash.market_day import LostError, decide_sale, open_ledger
from tests.crash.mutants import MUTANTS
from tests.crash.simulated_disk import (
    DiskThatHidesFailedSyncs,
    DiskWithoutDirectorySync,
    DiskWithoutForgetting,
    DiskWithoutSync,
    Fault,
    Outcome,
    SimulatedDisk,
)
from tests.crash.trials import (
    SINGLE_TRIALS,
    every_cut,
    every_flip_is_found,
    every_other_fault,
    run_seeded,
)
from tests.mutants.mutant import not_found
from tests.soak import LEDGER, Soaking

SEEDED_DAYS = 10_000


@pytest.fixture(autouse=True)
def _quiet_log() -> Iterator[None]:
    """A thousand power cuts would fill the log with stack traces."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.timeout(600)
def test_a_power_cut_at_any_operation_of_a_fifty_sale_day_loses_doubles_and_spoils_nothing() -> None:
    assert sum(1 for _ in every_cut(sales=50)) > 1_000


def test_sales_that_share_a_write_are_as_safe_as_single_ones() -> None:
    assert sum(1 for _ in every_cut(at_once=4)) > 100


@pytest.mark.parametrize("at_once", [1, 4])
def test_a_full_or_failing_disk_or_a_kill_at_any_operation_loses_doubles_and_spoils_nothing(
    at_once: int,
) -> None:
    assert sum(1 for _ in every_other_fault(at_once=at_once)) > 100


@pytest.mark.timeout(600)
def test_ten_thousand_seeded_days_with_several_faults_lose_double_and_spoil_nothing() -> None:
    with Soaking(LEDGER) as soaking:
        soaking.survive(range(SEEDED_DAYS))


@pytest.mark.parametrize("trial", SINGLE_TRIALS, ids=lambda trial: trial.__name__)
def test_the_single_trials_hold(trial: Callable[[], None]) -> None:
    trial()


def test_every_flipped_bit_of_a_seeded_sample_is_found() -> None:
    every_flip_is_found()


def test_a_seed_replays_exactly() -> None:
    once, again = run_seeded(7), run_seeded(7)
    assert (once.disk.operations, once.disk.names()) == (again.disk.operations, again.disk.names())


def test_after_a_failed_sync_nothing_is_accepted_until_the_ledger_was_opened_anew() -> None:
    disk = SimulatedDisk(Random(0))
    ledger = open_ledger(disk, Random(0))
    disk.faults[disk.operations + 2] = Fault.IO_ERROR
    for _ in range(3):
        with pytest.raises(LedgerFailed, match="make a write durable"):
            ledger.append_blocking(lambda sold: decide_sale(sold, "sale-1"))
    assert ledger.state == frozenset()
    ledger.close()
    disk.end_process()
    ledger = open_ledger(disk, Random(0))
    assert ledger.append_blocking(lambda sold: decide_sale(sold, "sale-2")) != "known"
    ledger.close()


def test_after_an_interrupted_write_nothing_is_accepted_until_the_ledger_was_opened_anew() -> None:
    disk = SimulatedDisk(Random(0))
    ledger = open_ledger(disk, Random(0))
    disk.faults[disk.operations + 1] = Fault.KILLED
    with pytest.raises(LedgerFailed, match="PowerCutError"):
        ledger.append_blocking(lambda sold: decide_sale(sold, "sale-1"))
    disk.killed = False  # as if something else than the disk had interrupted it
    with pytest.raises(LedgerFailed, match="it was interrupted"):
        ledger.append_blocking(lambda sold: decide_sale(sold, "sale-1"))
    ledger.close()


def test_a_refused_write_is_taken_back_at_once_and_for_good() -> None:
    disk = SimulatedDisk(Random(0))
    ledger = open_ledger(disk, Random(0))
    before = disk.content(ledger.report.path)
    disk.room_bytes = 100
    with pytest.raises(LedgerFull):
        ledger.append_blocking(lambda sold: decide_sale(sold, "sale-1"))
    assert disk.content(ledger.report.path) == before
    disk.power_cut(Outcome.KEPT)
    assert disk.content(ledger.report.path) == before


@pytest.mark.parametrize(
    "disk_class",
    [DiskWithoutSync, DiskWithoutDirectorySync, DiskWithoutForgetting, DiskThatHidesFailedSyncs],
)
def test_the_proof_bites_when_a_safeguard_is_taken_away(disk_class: type[SimulatedDisk]) -> None:
    caught = sum(_is_caught(disk_class, seed) for seed in range(100))
    assert caught > 0


def _is_caught(disk_class: type[SimulatedDisk], seed: int) -> bool:
    try:
        run_seeded(seed, disk_class)
    except (LostError, LedgerDamaged):
        return True
    return False


def test_every_mutant_still_finds_the_safeguard_that_it_takes_away() -> None:
    assert not_found(MUTANTS) == []
