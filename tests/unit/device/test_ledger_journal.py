"""The ledger on the real disk: opening, growing, refusing, and what a person is told."""

import asyncio
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from device.adapters.ledger.errors import (
    LedgerBusy,
    LedgerClosed,
    LedgerDamaged,
    LedgerFailed,
    LedgerFull,
    LedgerLocked,
)
from device.adapters.ledger.framing import frame
from device.adapters.ledger.ledger import WAITING_MAX, Birth, JournalLedger
from shared.entry import Entry, Head, parse_entry
from shared.events.event import read_event
from shared.events.sale import LedgerOpened
from shared.events.stock import StockMoved, StockReason
from shared.ids import Epoch, Sku, SourceId, TenantId
from shared.verify.verify import verify_journal, verify_lines
from tests.crash.market_day import decide_sale
from tests.crash.market_day import open_ledger as open_day
from tests.crash.simulated_disk import SimulatedDisk

Stock = int
BIRTH = Birth(tenant=TenantId("demo"), source=SourceId("till-1"), currency="EUR", software="0.1.0")


def fold(stock: Stock, entry: Entry) -> Stock:
    event = read_event(entry)
    return stock + event.change_milli if isinstance(event, StockMoved) else stock


def open_ledger(directory: Path, known_seqs: dict[Epoch, int] | None = None) -> JournalLedger[Stock]:
    return JournalLedger.open(
        directory,
        birth=BIRTH,
        initial=0,
        fold=fold,
        now=lambda: datetime(2026, 5, 2, 12, tzinfo=UTC),
        randomness=os.urandom,
        known_seqs=known_seqs,
    )


def moved(change_milli: int = 1_000) -> StockMoved:
    return StockMoved(sku=Sku("bowl"), name="Bowl", change_milli=change_milli, reason=StockReason.RECEIVED)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[JournalLedger[Stock]]:
    opened = open_ledger(tmp_path / "ledger")
    yield opened
    opened.close()


def filled(directory: Path, count: int = 9) -> Path:
    """A closed ledger of `count` entries after the first, each in a write of its own."""
    ledger = open_ledger(directory)
    for number in range(count):
        ledger.append_blocking(lambda _, number=number: (moved(number),))
    ledger.close()
    return ledger.report.path


def test_a_new_ledger_is_born_with_its_first_entry_and_its_epoch_in_its_name(
    ledger: JournalLedger[Stock],
) -> None:
    (line,) = ledger.read_lines(1, 1)
    assert read_event(parse_entry(line)) == LedgerOpened(currency="EUR", software="0.1.0")
    assert ledger.report.born
    assert ledger.report.path.name == f"ledger-{ledger.stream.epoch}.journal"
    assert ledger.report.path.stat().st_mode & 0o777 == 0o600


def test_a_decision_sees_what_was_decided_before_it_and_readers_see_it_too(
    ledger: JournalLedger[Stock],
) -> None:
    (entry,) = ledger.append_blocking(lambda stock: (moved(stock + 5),))
    (second,) = ledger.append_blocking(lambda stock: (moved(stock + 5),))
    assert [read_event(entry), read_event(second)] == [moved(5), moved(10)]
    assert (ledger.state, ledger.head) == (15, second.head)


def test_a_refusal_is_an_answer_and_writes_nothing(ledger: JournalLedger[Stock]) -> None:
    size = ledger.report.path.stat().st_size
    assert ledger.append_blocking(lambda stock: f"only {stock} left") == "only 0 left"
    assert ledger.append_blocking(lambda _: ()) == ()
    assert ledger.report.path.stat().st_size == size


def test_an_error_in_a_decision_reaches_its_caller_and_nobody_else(ledger: JournalLedger[Stock]) -> None:
    with pytest.raises(ZeroDivisionError):
        ledger.append_blocking(lambda stock: (moved(1 // stock),))
    assert ledger.append_blocking(lambda _: (moved(3),))[0].seq == 2


async def test_many_waiting_appends_are_numbered_without_gaps(ledger: JournalLedger[Stock]) -> None:
    answers = await asyncio.gather(*(ledger.append(lambda stock: (moved(stock + 1),)) for _ in range(200)))
    assert sorted(entry.seq for (entry,) in answers) == list(range(2, 202))
    assert verify_lines(ledger.read_lines(1, 201)).problem is None


async def test_entries_of_waiting_decisions_share_one_write(ledger: JournalLedger[Stock]) -> None:
    gate = threading.Event()
    first = asyncio.ensure_future(ledger.append(lambda _: gate.wait(30) and (moved(),)))
    others = [asyncio.ensure_future(ledger.append(lambda _: (moved(),))) for _ in range(20)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(first, *others)
    joined = [line[8:9] for line in ledger.report.path.read_bytes().splitlines()].count(b"+")
    assert joined >= 19


async def test_a_caller_that_gave_up_before_its_turn_is_not_recorded(ledger: JournalLedger[Stock]) -> None:
    gate = threading.Event()
    holding = asyncio.ensure_future(ledger.append(lambda _: gate.wait(30) and "held"))
    given_up = asyncio.ensure_future(ledger.append(lambda _: (moved(),)))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert await holding == "held"
    assert ledger.append_blocking(lambda stock: stock) == 0


async def test_a_queue_that_is_full_refuses_and_says_so(ledger: JournalLedger[Stock]) -> None:
    gate, entered = threading.Event(), threading.Event()
    holding = asyncio.ensure_future(ledger.append(lambda _: entered.set() or (gate.wait(30) and "held")))
    await asyncio.to_thread(entered.wait, 30)
    waiting = [asyncio.ensure_future(ledger.append(lambda _: ())) for _ in range(WAITING_MAX)]
    await asyncio.sleep(0)
    with pytest.raises(LedgerBusy, match="not recorded"):
        await ledger.append(lambda _: ())
    gate.set()
    await asyncio.gather(holding, *waiting)


async def test_what_is_recorded_already_is_not_refused_with_those_that_find_no_room(tmp_path: Path) -> None:
    disk = SimulatedDisk(Random(0))
    ledger = open_day(disk, Random(0))
    await ledger.append(lambda sold: decide_sale(sold, "sale-1"))
    gate = threading.Event()
    holding = asyncio.ensure_future(ledger.append(lambda _: gate.wait(30) and "held"))
    fresh = asyncio.ensure_future(ledger.append(lambda sold: decide_sale(sold, "sale-2")))
    again = asyncio.ensure_future(ledger.append(lambda sold: decide_sale(sold, "sale-1")))
    await asyncio.sleep(0)
    disk.room_bytes = 0
    gate.set()
    assert (await holding, await again) == ("held", "known")
    with pytest.raises(LedgerFull):
        await fresh
    ledger.close()


def test_listeners_hear_each_new_head_and_a_failing_one_stops_nobody(ledger: JournalLedger[Stock]) -> None:
    heads: list[Head] = []
    ledger.on_appended(lambda _: 1 / 0)
    ledger.on_appended(heads.append)
    (first,) = ledger.append_blocking(lambda _: (moved(),))
    (second,) = ledger.append_blocking(lambda _: (moved(),))
    ledger.close()
    assert heads == [first.head, second.head]


def test_a_closed_ledger_refuses_and_may_be_closed_again(ledger: JournalLedger[Stock]) -> None:
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerClosed):
        ledger.append_blocking(lambda _: (moved(),))
    with pytest.raises(LedgerClosed):
        ledger.read_lines(1, 1)


def test_a_ledger_opened_again_has_the_same_entries_and_state(tmp_path: Path) -> None:
    filled(tmp_path)
    ledger = open_ledger(tmp_path)
    assert (ledger.state, ledger.head.seq, ledger.report.born) == (sum(range(9)), 10, False)
    ledger.close()


def test_lines_outside_the_ledger_are_refused(ledger: JournalLedger[Stock]) -> None:
    assert ledger.read_lines(2, 1) == ()
    for first, last in ((0, 1), (1, 2), (3, 1)):
        with pytest.raises(ValueError, match="not in a ledger of 1"):
            ledger.read_lines(first, last)


def test_a_second_opening_is_refused_while_the_first_lives(
    tmp_path: Path, ledger: JournalLedger[Stock]
) -> None:
    with pytest.raises(LedgerLocked, match="in use by another process"):
        open_ledger(tmp_path / "ledger")
    ledger.close()
    open_ledger(tmp_path / "ledger").close()


def test_an_unfinished_last_line_is_set_aside_named_and_cut_off(tmp_path: Path) -> None:
    path = filled(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    ledger = open_ledger(tmp_path)
    torn = ledger.report.torn
    ledger.close()
    assert torn is not None
    assert torn.path.read_bytes() == whole[torn.position : -20]
    assert path.read_bytes() == whole[: torn.position]
    assert "As far as this till, hub and cloud know, no confirmed sale is missing" in torn.words


def test_an_unfinished_last_line_that_the_hub_knows_whole_is_damage(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    epoch = Epoch(path.name[len("ledger-") : -len(".journal")])
    with pytest.raises(LedgerDamaged, match="known elsewhere"):
        open_ledger(tmp_path, {epoch: 10})
    assert not list(tmp_path.glob("torn-*"))


def test_an_older_copy_of_the_ledger_is_damage(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-2]))
    epoch = Epoch(path.name[len("ledger-") : -len(".journal")])
    with pytest.raises(LedgerDamaged, match="entries up to 10 are known elsewhere"):
        open_ledger(tmp_path, {epoch: 10})


def test_an_empty_file_is_told_and_never_taken_for_a_new_ledger(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.write_bytes(b"")
    with pytest.raises(LedgerDamaged, match="holds no entry"):
        open_ledger(tmp_path)
    assert path.read_bytes() == b""


def test_two_ledgers_side_by_side_are_told(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.with_name("ledger-222222.journal").write_bytes(path.read_bytes())
    with pytest.raises(LedgerDamaged, match="side by side"):
        open_ledger(tmp_path)


def test_every_changed_byte_is_detected_and_its_record_named(tmp_path: Path) -> None:
    path = filled(tmp_path, count=4)
    whole = path.read_bytes()
    ends = [index for index, byte in enumerate(whole) if byte == ord("\n")]
    for index in range(len(whole)):
        changed = bytearray(whole)
        changed[index] ^= 0x01 << index % 8
        path.write_bytes(changed)
        with pytest.raises(LedgerDamaged) as damaged:
            open_ledger(tmp_path)
        assert damaged.value.seq == 1 + sum(end < index for end in ends)
        assert verify_journal((bytes(changed),)).problem is not None
        assert path.read_bytes() == changed


def test_a_removed_or_exchanged_record_breaks_the_chain(tmp_path: Path) -> None:
    path = filled(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    for wrong in (lines[:4] + lines[5:], [*lines[:4], lines[5], lines[4], *lines[6:]], lines[1:]):
        path.write_bytes(b"".join(wrong))
        with pytest.raises(LedgerDamaged, match="does not follow"):
            open_ledger(tmp_path)


def test_a_whole_record_of_another_ledger_is_damage(tmp_path: Path) -> None:
    path, other = filled(tmp_path / "a"), filled(tmp_path / "b")
    stranger = parse_entry(other.read_bytes().splitlines()[9][9:])
    path.write_bytes(path.read_bytes() + frame([stranger.line]))
    with pytest.raises(LedgerDamaged, match="belongs to another ledger"):
        open_ledger(tmp_path / "a")


def test_a_record_that_changes_while_the_ledger_is_open_is_not_handed_out(
    ledger: JournalLedger[Stock],
) -> None:
    path = ledger.report.path
    path.write_bytes(path.read_bytes().replace(b"EUR", b"USD"))
    with pytest.raises(LedgerDamaged, match="checksum"):
        ledger.read_lines(1, 1)


def test_errors_say_what_happened_what_is_safe_and_what_to_do() -> None:
    path = Path("ledger-k7f3q2.journal")
    for error, words in (
        (LedgerFull(path, 700), "everything before it is safe. Free some space"),
        (LedgerFailed(path, "write", "Input/output error"), "Restart the till"),
        (
            LedgerDamaged(path, position=7, seq=2, reason="x"),
            "byte 7, entry 2: x. The file was left as it is",
        ),
    ):
        assert words in str(error)
        assert error.message
        assert error.remedy
