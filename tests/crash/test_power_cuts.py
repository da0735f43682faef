"""The proof of the promise `durable`: the ledger's real code over a disk that fails at every point it can."""

import logging
from collections.abc import Iterator
from random import Random

import pytest

from device.adapters.ledger.errors import LedgerFailed, LedgerFull
from tests.crash.market_day import LostError, MarketDay, decide_sale, open_ledger
from tests.crash.simulated_disk import (
    DiskThatHidesFailedSyncs,
    DiskWithoutDirectorySync,
    DiskWithoutForgetting,
    DiskWithoutSync,
    Fault,
    Outcome,
    SimulatedDisk,
)

SEEDED_DAYS = 1_000


@pytest.fixture(autouse=True)
def _quiet_log() -> Iterator[None]:
    """A thousand power cuts would fill the log with stack traces."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def operations_of_a_good_day(at_once: int = 1) -> int:
    day = MarketDay(SimulatedDisk(Random(0)), Outcome.KEPT, at_once=at_once)
    day.run()
    assert len(day.confirmed) >= 12
    return day.disk.operations


def run_with_one_fault(
    disk_class: type[SimulatedDisk], operation: int, fault: Fault, outcome: Outcome, at_once: int = 1
) -> MarketDay:
    random = Random(f"{operation} {fault} {outcome}")
    day = MarketDay(disk_class(random, {operation: fault}), outcome, random=random, at_once=at_once)
    day.run()
    return day


def run_seeded(disk_class: type[SimulatedDisk], seed: int) -> MarketDay:
    """A day with one to four faults of any kind anywhere, some of them while the till recovers."""
    random = Random(seed)
    at = random.sample(range(1, 45), random.randint(1, 4))
    faults = {operation: random.choice(list(Fault)) for operation in at}
    disk, outcome = disk_class(random, faults), random.choice(list(Outcome))
    day = MarketDay(disk, outcome, random=random, at_once=random.choice([1, 1, 2, 5]))
    day.run()
    return day


@pytest.mark.parametrize("outcome", Outcome)
def test_a_power_cut_at_any_operation_loses_doubles_and_spoils_nothing(outcome: Outcome) -> None:
    for operation in range(1, operations_of_a_good_day() + 1):
        day = run_with_one_fault(SimulatedDisk, operation, Fault.POWER_CUT, outcome)
        assert len(day.confirmed) >= 12


@pytest.mark.parametrize("outcome", Outcome)
def test_sales_that_share_a_write_are_as_safe_as_single_ones(outcome: Outcome) -> None:
    for operation in range(1, operations_of_a_good_day(at_once=4) + 1):
        day = run_with_one_fault(SimulatedDisk, operation, Fault.POWER_CUT, outcome, at_once=4)
        assert len(day.confirmed) >= 12


@pytest.mark.parametrize("fault", [Fault.NO_SPACE, Fault.IO_ERROR, Fault.KILLED])
@pytest.mark.parametrize("at_once", [1, 4])
def test_a_full_or_failing_disk_or_a_kill_at_any_operation_loses_doubles_and_spoils_nothing(
    fault: Fault, at_once: int
) -> None:
    for operation in range(1, operations_of_a_good_day(at_once) + 1):
        for outcome in (Outcome.DROPPED, Outcome.KEPT, Outcome.SECTORS_512):
            day = run_with_one_fault(SimulatedDisk, operation, fault, outcome, at_once)
            assert len(day.confirmed) >= 12


def test_a_thousand_seeded_days_with_several_faults_lose_double_and_spoil_nothing() -> None:
    for seed in range(SEEDED_DAYS):
        try:
            run_seeded(SimulatedDisk, seed)
        except LostError as error:
            pytest.fail(f"seed {seed}: {error}")


def test_a_seed_replays_exactly() -> None:
    once, again = run_seeded(SimulatedDisk, 7), run_seeded(SimulatedDisk, 7)
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
        run_seeded(disk_class, seed)
    except LostError:
        return True
    return False
