"""What an older version could not read is read after the update: every sale once, to the cent, in its parcel too."""

import base64
import contextlib
import json
import sqlite3
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from hub.domain.parcel import ParcelState
from hub.services import dead_letters, read_again
from hub.services.read_again import read_again_after_update
from shared.entry import hash_line
from shared.events import event as events
from shared.sync import batch
from shared.wire import messages, topics
from shared.wire.messages import make
from tests.unit.hub.bench import TILL, TillLedger


class Killed(BaseException):
    """The power goes."""


@contextmanager
def a_version_that_does_not_know(*kinds: str):
    """Today's code, less some kinds of entries: as the version before they came."""
    known = dict(events._ADAPTERS)
    for kind in kinds:
        del events._ADAPTERS[kind]
    try:
        yield
    finally:
        events._ADAPTERS.update(known)


def market_day(sales: int, pickups: int = 0) -> TillLedger:
    ledger = TillLedger()
    for number in range(sales):
        ledger.sell(100 + number)
    for number in range(pickups):
        ledger.sell_for_pickup(number=number, parcel=f"parcel-{number}")
    return ledger


def figures(bench, ledger):
    held = bench.look(lambda uow: uow.streams.find(ledger.stream))
    return held.head, held.sales, held.total_minor


def letters(bench):
    return bench.look(lambda uow: dead_letters.list_letters(uow, 50))


async def test_sales_that_the_version_before_did_not_know_count_once_after_the_update(bench):
    ledger = market_day(450, pickups=2)
    with a_version_that_does_not_know("SaleRecorded"):
        await bench.hear_entries(ledger)
        assert figures(bench, ledger) == (ledger.head, 0, 0), "kept, chained and acknowledged, not counted"
        assert bench.link.answers[-1][1]["receiver_seq"] == ledger.head.seq
        (letter,) = letters(bench)
        assert (letter.source, letter.what, letter.count) == (TILL, "SaleRecorded", 452)
        assert "is not known to this version" in letter.reason
    bench.restart()
    done = await read_again_after_update(bench.house, bench.hearing, "2.0")
    assert (done.entries, done.still) == (452, 0)
    assert figures(bench, ledger) == (ledger.head, 452, sum(100 + n for n in range(450)) + 2 * 3800)
    assert [parcel.state for parcel in bench.look(lambda uow: uow.parcels.live())] == [
        ParcelState.RESERVED
    ] * 2
    assert bench.appended.is_set(), "the cloud is told of the parcels"
    assert letters(bench) == []
    assert await read_again_after_update(bench.house, bench.hearing, "2.0") is None, "once for each version"
    assert figures(bench, ledger)[1] == 452


@pytest.mark.parametrize("kill_after", [1, 2, 3])
async def test_a_hub_that_is_stopped_in_the_middle_doubles_nothing_and_goes_on_next_time(
    bench, monkeypatch, kill_after
):
    monkeypatch.setattr(read_again, "ENTRIES_AT_ONCE", 3)
    ledger = market_day(8, pickups=2)
    with a_version_that_does_not_know("SaleRecorded"):
        await bench.hear_entries(ledger)
    decided = 0
    decide = type(bench.house).decide

    async def dies(house, work):
        nonlocal decided
        result = await decide(house, work)
        decided += 1
        if decided == kill_after:
            raise Killed
        return result

    monkeypatch.setattr(type(bench.house), "decide", dies)
    with pytest.raises(Killed):
        await read_again_after_update(bench.house, bench.hearing, "2.0")
    monkeypatch.setattr(type(bench.house), "decide", decide)
    bench.restart()
    await read_again_after_update(bench.house, bench.hearing, "2.0")
    assert figures(bench, ledger)[1:] == (10, sum(100 + n for n in range(8)) + 2 * 3800)
    assert len(bench.look(lambda uow: uow.parcels.live())) == 2
    assert bench.own_kinds().count("CompartmentReserved") == 2


async def test_a_message_of_a_newer_version_is_kept_once_and_heard_once_after_the_update(bench, monkeypatch):
    ledger = market_day(3)
    await bench.hear_entries(ledger, last_seq=1)
    with monkeypatch.context() as older:
        older.delitem(messages.FIELDS, "entries")
        for _ in range(3):
            payload = make_unchecked(ledger)
            await bench.hear(TILL, topics.ENTRIES, payload)
    (letter,) = letters(bench)
    assert (letter.kind, letter.source, letter.count) == ("message", TILL, 3)
    assert figures(bench, ledger)[1] == 0
    bench.restart()
    done = await read_again_after_update(bench.house, bench.hearing, "2.0")
    assert (done.messages, done.still) == (1, 0)
    assert figures(bench, ledger) == (ledger.head, 3, 303)
    assert letters(bench) == []
    seen = bench.presence.of(TILL)
    assert seen is None, "an old message does not say that the till is there now"


def make_unchecked(ledger):
    """The batch as the newer till packs it: this older code would not make it."""
    lines = [entry.line for entry in ledger.entries[1:]]
    message = {"type": "entries", "protocol": 1, "epoch": ledger.stream.epoch, "first_seq": 2,
               "count": len(lines), "last_hash": ledger.head.hash}  # fmt: skip
    return b"\n".join((json.dumps(message).encode(), *lines))


async def test_a_question_of_an_earlier_time_is_not_answered_late(bench, monkeypatch):
    asked = batch.pack(make("lease-wanted", epoch="k7f3q2", wanted=20))
    with monkeypatch.context() as older:
        older.delitem(messages.FIELDS, "lease-wanted")
        await bench.hear(TILL, topics.ENTRIES, asked)
    await read_again_after_update(bench.house, bench.hearing, "2.0")
    assert (letters(bench), bench.link.answers) == ([], [])
    assert "PickupNumbersLeased" not in bench.own_kinds()


async def test_what_still_cannot_be_read_stays_with_todays_reason(bench):
    ledger = market_day(1)
    with a_version_that_does_not_know("SaleRecorded", "LedgerOpened"):
        await bench.hear_entries(ledger)
    await bench.hear(TILL, topics.ENTRIES, b"no message at all")
    await bench.hear(TILL, topics.STATE, b"[1]")
    with a_version_that_does_not_know("SaleRecorded"):
        done = await read_again_after_update(bench.house, bench.hearing, "1.5")
    assert (done.entries, done.messages, done.still) == (1, 0, 3)
    assert sorted(letter.kind for letter in letters(bench)) == ["entries", "message", "message"]


async def test_an_entry_of_a_newer_format_is_held_to_its_place_when_it_can_be_read(bench):
    ledger = market_day(1)
    newer = ledger.entries[1].line.replace(b'{"v":1,', b'{"v":2,')
    misplaced = ledger.entries[1].line.replace(b'"seq":2', b'"seq":7').replace(b'{"v":1,', b'{"v":2,')
    lines = [ledger.entries[0].line, newer, misplaced]
    message = make("entries", epoch="k7f3q2", first_seq=1, count=3, last_hash=hash_line(misplaced))
    await bench.hear(TILL, topics.ENTRIES, batch.pack(message, lines))
    assert bench.link.answers[-1][1]["receiver_seq"] == 3
    with pytest.MonkeyPatch.context() as newer_version:
        newer_version.setattr("shared.entry.ENTRY_VERSION", 2)
        done = await read_again_after_update(bench.house, bench.hearing, "2.0")
    assert (done.entries, done.still) == (1, 1)
    (letter,) = letters(bench)
    assert letter.reason == "it says that it stands elsewhere in the chain"
    assert figures(bench, ledger)[1:] == (1, 100)


async def test_everything_is_exported_as_it_came_and_what_is_dismissed_is_shown_no_longer(bench):
    ledger, copied = market_day(2), TillLedger()
    copied.sell(9999)
    with a_version_that_does_not_know("SaleRecorded"):
        await bench.hear_entries(ledger)
    await bench.hear_entries(copied)
    await bench.hear(TILL, topics.ENTRIES, b"no message at all")
    exported, place = [], dead_letters.BEGINNING
    while place is not None:
        lines, place = bench.look(lambda uow, place=place: dead_letters.export_some(uow, place=place))
        exported += [json.loads(line) for line in lines]
    held = {(one["kind"], base64.b64decode(one["payload"])) for one in exported}
    assert ("message", b"no message at all") in held
    assert {("entries", entry.line) for entry in ledger.entries[1:]} <= held
    assert any(kind == "evidence" and copied.entries[-1].line in payload for kind, payload in held)
    for letter in letters(bench):
        assert bench.do(lambda desk, letter=letter: dead_letters.dismiss(desk.uow, letter.letter_id))
        assert not bench.do(lambda desk, letter=letter: dead_letters.dismiss(desk.uow, letter.letter_id))
    assert letters(bench) == []
    done = await read_again_after_update(bench.house, bench.hearing, "2.0")
    assert done.entries == 2, "an entry that was dismissed stands in its chain and counts when it can be read"


@pytest.mark.parametrize(
    "name", ["", "message/", "message/x", "message/9", "entries/a/b", "gossip/1", "message/" + "9" * 40]
)
def test_a_dead_letter_that_is_not_there_cannot_be_dismissed(bench, name):
    assert not bench.do(lambda desk: dead_letters.dismiss(desk.uow, name))


def test_what_is_not_understood_is_found_by_its_index(bench):
    said = []

    def note(connection, cursor, statement, parameters, context, executemany):
        said.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        bench.look(
            lambda uow: (uow.streams.unreadable(after=(0, 0), limit=5), uow.streams.unreadable_groups())
        )
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    asked = [one for one in said if "unreadable" in one[0]]
    assert len(asked) == 2
    with contextlib.closing(sqlite3.connect(bench.path)) as connection:
        for statement, parameters in asked:
            plan = connection.execute("EXPLAIN QUERY PLAN " + statement, parameters).fetchall()
            assert "entry_unreadable" in str(plan), statement
