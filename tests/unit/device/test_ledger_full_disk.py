"""A disk without room: what may still be recorded, what is kept back for it, and that no half file is left behind."""

from datetime import date
from pathlib import Path
from random import Random

import pytest

from device.adapters.ledger.errors import LedgerFull
from device.adapters.ledger.layout import Sizes
from device.adapters.ledger.ledger import JournalLedger
from device.domain.closing import NothingToClose, close_session
from device.domain.till_state import TillState
from shared.events.cash import CashSessionClosed, CashSessionOpened
from tests.crash.simulated_disk import SimulatedDisk
from tests.unit.device.segmented_ledger import open_till_ledger, sell

LEDGER = Path("/till/ledger")
ROOMY = Sizes(segment_bytes=400_000, step_bytes=4_096, reserve_bytes=20_000)


def open_session(ledger: JournalLedger[TillState], number: int = 1) -> None:
    opened = CashSessionOpened(
        session_id=f"session-{number}", business_date=date(2026, 5, 2), cashier="Mira", float_minor=0
    )
    ledger.append_blocking(lambda _: (opened,))


def close_day(ledger: JournalLedger[TillState]) -> None:
    def decide(state: TillState) -> tuple[CashSessionClosed]:
        closed = close_session(state, cashier="Mira", cash_counted_minor=0)
        assert not isinstance(closed, NothingToClose)
        return (closed,)

    ledger.append_blocking(decide)


def sell_until_full(ledger: JournalLedger[TillState], first: int) -> int:
    number = first
    while True:
        try:
            sell(ledger, number, number)
        except LedgerFull:
            return number - first
        number += 1


def has_settled(ledger: JournalLedger[TillState]) -> None:
    """Return when the writer has done what comes after the answers before."""
    ledger.append_blocking(lambda _: ())
    ledger.append_blocking(lambda _: ())


def test_what_the_closing_left_of_the_reserve_is_not_sold_away() -> None:
    disk = SimulatedDisk(Random(1))
    ledger = open_till_ledger(LEDGER, disk=disk, sizes=ROOMY)
    open_session(ledger)
    disk.room_bytes = 3_000
    sold = sell_until_full(ledger, 1)
    assert sold > 0
    disk.room_bytes = 0
    close_day(ledger)
    assert "reserve" not in disk.names()
    assert sell_until_full(ledger, 500) == 0
    open_session(ledger, 2)
    close_day(ledger)
    ledger.close()


def test_the_reserve_is_made_again_when_there_is_room_again() -> None:
    disk = SimulatedDisk(Random(1))
    ledger = open_till_ledger(LEDGER, disk=disk, sizes=ROOMY)
    for day in range(1, 4):
        disk.room_bytes = None
        open_session(ledger, day)
        sell(ledger, 1_000 * day, 1_000 * day + 9)
        has_settled(ledger)
        assert "reserve" in disk.names()
        disk.room_bytes = 3_000
        sell_until_full(ledger, 1_000 * day + 10)
        disk.room_bytes = 0
        close_day(ledger)
        assert "reserve" not in disk.names()
    ledger.close()


def test_a_reserve_that_found_no_room_at_the_start_is_made_while_the_till_sells() -> None:
    disk = SimulatedDisk(Random(1))
    disk.room_bytes = 15_000
    ledger = open_till_ledger(LEDGER, disk=disk, sizes=ROOMY)
    assert sell_until_full(ledger, 1) == 0
    assert [name for name in disk.names() if name.endswith(".new")] == []
    disk.room_bytes = 100_000
    sell(ledger, 1, 1)
    assert "reserve" in disk.names()
    ledger.close()


def test_a_seal_that_finds_no_room_leaves_nothing_behind_and_comes_later() -> None:
    disk = SimulatedDisk(Random(1))
    sizes = Sizes(segment_bytes=20_000, step_bytes=4_096, reserve_bytes=0)
    ledger = open_till_ledger(LEDGER, disk=disk, sizes=sizes)
    number = 0
    while ledger._journal._growing.notes.end < 19_300:
        number += 1
        sell(ledger, number, number)
    disk.room_bytes = (
        3_300  # and what the full segment gives back: enough to begin the next, not to seal this one
    )
    assert sell_until_full(ledger, 100) > 0
    assert ledger.report.path != ledger._journal.path
    has_settled(ledger)
    assert [name for name in disk.names() if name.endswith((".new", ".sealed"))] == []
    disk.room_bytes = None
    sell(ledger, 200, 310)
    has_settled(ledger)
    assert len([name for name in disk.names() if name.endswith(".sealed")]) > 3
    ledger.close()


def test_a_torn_tail_is_set_aside_on_a_full_disk_in_the_room_kept_back() -> None:
    disk = SimulatedDisk(Random(1))
    ledger = open_till_ledger(LEDGER, disk=disk, sizes=ROOMY)
    sell(ledger, 1, 5)
    path = ledger.report.path
    ledger.close()
    disk.put(path, disk.content(path) + b'deadbeef {"v":1')
    disk.room_bytes = 0
    ledger = open_till_ledger(LEDGER, disk=disk, sizes=ROOMY)
    assert ledger.state.sales == 5
    assert ledger.report.torn is not None
    assert disk.content(ledger.report.torn.path) == b'deadbeef {"v":1'
    ledger.close()


def test_a_start_that_finds_no_room_at_all_leaves_no_half_file() -> None:
    disk = SimulatedDisk(Random(1))
    sizes = Sizes(segment_bytes=400_000, step_bytes=4_096, reserve_bytes=0)
    ledger = open_till_ledger(LEDGER, disk=disk, sizes=sizes)
    sell(ledger, 1, 5)
    path = ledger.report.path
    ledger.close()
    disk.put(path, disk.content(path) + b'deadbeef {"v":1')
    disk.room_bytes = 0
    for _ in range(3):
        with pytest.raises(LedgerFull):
            open_till_ledger(LEDGER, disk=disk, sizes=sizes)
    assert [name for name in disk.names() if "torn" in name] == []
    disk.room_bytes = None
    ledger = open_till_ledger(LEDGER, disk=disk, sizes=sizes)
    assert ledger.state.sales == 5
    ledger.close()
