"""What may not end the one writer: whatever a decision raises, and damage found while sealing."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.adapters.ledger.disk import Handle
from device.adapters.ledger.errors import LedgerDamaged, LedgerFailed
from device.adapters.ledger.ledger import JournalLedger
from device.adapters.ledger.os_disk import OsDisk
from device.domain.till_state import TillState
from shared.events.event import Event
from tests.unit.device.segmented_ledger import open_till_ledger, segments, sell


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[JournalLedger[TillState]]:
    opened = open_till_ledger(tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize("raised", [asyncio.CancelledError, SystemExit, KeyboardInterrupt, GeneratorExit])
def test_whatever_a_decision_raises_comes_to_its_caller_and_the_writer_goes_on(
    ledger: JournalLedger[TillState], raised: type[BaseException]
) -> None:
    def decide(_: TillState) -> tuple[Event, ...]:
        raise raised

    with pytest.raises(raised):
        ledger.append_blocking(decide)
    sell(ledger, 1, 1)
    assert ledger.state.sales == 1


async def test_a_decision_that_stops_iterating_is_told_to_who_awaits_it(
    ledger: JournalLedger[TillState],
) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await asyncio.wait_for(ledger.append(lambda _: (next(iter(())),)), 30)


class CountingDisk(OsDisk):
    """Counts the bytes that are read."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes_read = 0

    def read(self, handle: Handle, position: int, length: int) -> bytes:
        content = super().read(handle, position, length)
        self.bytes_read += len(content)
        return content


def test_damage_found_while_sealing_is_told_and_the_segments_after_it_are_sealed(tmp_path: Path) -> None:
    disk = CountingDisk()
    ledger = open_till_ledger(tmp_path, disk=disk)
    sell(ledger, 1, 10)
    path = ledger.report.path
    with path.open("r+b") as file:
        file.seek(5_000)
        file.write(b"\0")
    sell(ledger, 11, 90)
    ledger.append_blocking(lambda _: ())
    (damage,) = ledger.damages
    assert isinstance(damage, LedgerDamaged)
    assert (damage.path, damage.position < 5_000) == (path, True)
    assert "damaged" in ledger.damage_words
    ledger.append_blocking(lambda _: ())
    assert len(list(tmp_path.glob("*.sealed"))) == len(segments(tmp_path)) - 2
    disk.bytes_read = 0
    sell(ledger, 91, 95)
    assert disk.bytes_read < 40_000
    ledger.close()


def test_a_write_whose_notes_fail_stops_the_journal(ledger: JournalLedger[TillState]) -> None:
    sell(ledger, 1, 1)

    def take(_: object) -> None:
        raise MemoryError

    notes = ledger._journal._growing.notes
    object.__setattr__(ledger._journal, "_growing", _Growing(ledger._journal._growing, _Notes(notes, take)))
    with pytest.raises(LedgerFailed):
        sell(ledger, 2, 2)
    with pytest.raises(LedgerFailed, match="it was interrupted"):
        sell(ledger, 3, 3)
    assert ledger.head.seq == 2


class _Notes:
    """The notes of a segment, but for what `take` does."""

    def __init__(self, notes: object, take: object) -> None:
        self._notes, self.take = notes, take

    def __getattr__(self, name: str) -> object:
        return getattr(self._notes, name)


class _Growing(_Notes):
    """The segment that grows, with other notes."""

    def __init__(self, segment: object, notes: object) -> None:
        self._notes, self.notes = segment, notes
