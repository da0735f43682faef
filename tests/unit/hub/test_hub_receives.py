"""Entries from tills: kept once, exactly as they came, and answered only then."""

from dataclasses import fields

import pytest

from hub.domain.parcel import ParcelState
from hub.services.hear import Heard, Hearing
from hub.services.receive_entries import CHAINS_MAX
from shared.entry import encode_json, hash_line
from shared.events.sale import PickupPromise
from shared.ids import ParcelId, SourceId
from shared.sync import batch
from shared.wire import topics
from shared.wire.messages import make
from tests.unit.hub.bench import HUB, TENANT, TILL, Bench, TillLedger


def parcels(bench):
    return bench.look(lambda uow: uow.parcels.live())


def stream(bench, ledger):
    return bench.look(lambda uow: uow.streams.find(ledger.stream))


async def test_entries_are_kept_byte_for_byte_and_acknowledged_with_both_marks(bench):
    ledger = TillLedger()
    ledger.sell()
    await bench.hear_entries(ledger)
    assert bench.look(lambda uow: uow.streams.lines(ledger.stream, 1, 2)) == [
        one.line for one in ledger.entries
    ]
    till, answer = bench.link.answers[-1]
    assert (till, answer["type"], answer["receiver_seq"], answer["onward_seq"]) == (TILL, "ack", 2, 0)


async def test_the_same_batch_again_doubles_nothing_and_is_acknowledged_again(bench):
    ledger = TillLedger()
    ledger.sell(1000)
    ledger.sell_for_pickup()
    await bench.hear_entries(ledger)
    await bench.hear_entries(ledger)
    held = stream(bench, ledger)
    assert (held.head, held.sales, held.total_minor) == (ledger.head, 2, 4800)
    assert len(parcels(bench)) == 1
    assert [answer["receiver_seq"] for _, answer in bench.link.answers] == [3, 3]
    assert [answer["standing"]["free"] for _, answer in bench.link.answers] == [{"S": 1, "M": 1, "L": 0}] * 2


async def test_a_kill_between_commit_and_acknowledgement_doubles_nothing(tmp_path):
    ledger = TillLedger()
    ledger.sell_for_pickup()

    class Killed(BaseException):
        pass

    async def die(till, message):
        raise Killed

    bench = Bench(tmp_path / "hub.sqlite")
    bench.link.answer = die
    with pytest.raises(Killed):
        await bench.hear_entries(ledger)
    del bench.link.answer
    bench.restart()
    await bench.hear_entries(ledger)  # the broker was never told, so it sends again
    assert [parcel.parcel_id for parcel in parcels(bench)] == ["parcel-1"]
    assert bench.own_kinds() == ["LedgerOpened", "CompartmentReserved"]
    assert bench.link.answers[-1][1]["receiver_seq"] == 2
    bench.store.close()


async def test_a_hello_is_welcomed_with_what_is_durable_here(bench):
    ledger = TillLedger()
    ledger.sell()
    await bench.hear_entries(ledger)
    await bench.hear(TILL, topics.ENTRIES, batch.pack(ledger.hello("s9")))
    answer = bench.link.answers[-1][1]
    assert (answer["type"], answer["session"], answer["receiver_seq"]) == ("welcome", "s9", 2)


async def test_a_gap_is_asked_for(bench):
    ledger = TillLedger()
    ledger.sell()
    ledger.sell()
    await bench.hear_entries(ledger, first_seq=3)
    assert bench.link.answers[-1][1]["next_seq"] == 1
    assert stream(bench, ledger) is None


async def test_a_fork_is_set_aside_refused_from_then_on_and_hurts_no_other_chain(bench):
    ledger, copied = TillLedger(), TillLedger()
    ledger.sell(1000)
    copied.sell(2000)
    await bench.hear_entries(ledger)
    await bench.hear_entries(copied)
    assert bench.link.answers[-1][1]["type"] == "refused"
    assert stream(bench, ledger).total_minor == 1000
    aside = bench.look(lambda uow: uow.refusals.newest_set_aside(10))
    assert [one.source for one in aside] == [TILL]
    assert copied.entries[-1].line in aside[0].payload
    await bench.hear(TILL, topics.ENTRIES, batch.pack(ledger.hello()))
    assert bench.link.answers[-1][1]["type"] == "refused"
    other = TillLedger(epoch="zzzzz2")
    await bench.hear_entries(other)
    assert bench.link.answers[-1][1]["type"] == "ack"


async def test_a_source_begins_only_so_many_ledgers_and_staff_is_told_once(bench):
    ledgers = [TillLedger(epoch=f"epoch{number}") for number in range(CHAINS_MAX + 2)]
    for ledger in ledgers:
        await bench.hear_entries(ledger)
    await bench.hear(TILL, topics.ENTRIES, batch.pack(ledgers[-1].hello()))
    answers = [answer for _, answer in bench.link.answers]
    assert [answer["type"] for answer in answers] == ["ack"] * CHAINS_MAX + ["refused"] * 3
    assert "safe on the till" in answers[-1]["remedy"]
    assert len(bench.look(lambda uow: uow.refusals.newest_set_aside(10))) == 1
    ledgers[0].sell()
    await bench.hear_entries(ledgers[0])
    assert bench.link.answers[-1][1]["type"] == "ack", "what was begun goes on"
    await bench.hear_entries(TillLedger(source=SourceId("till-other")))
    assert bench.link.answers[-1][1]["type"] == "ack"


async def test_a_till_that_knows_less_than_is_held_here_is_noted_for_staff_once(bench):
    ledger = TillLedger()
    older = ledger.hello()
    ledger.sell()
    await bench.hear_entries(ledger)
    await bench.hear(TILL, topics.ENTRIES, batch.pack(ledger.hello()))
    assert bench.look(lambda uow: uow.refusals.newest_set_aside(10)) == []
    for session in ("s2", "s3"):
        await bench.hear(TILL, topics.ENTRIES, batch.pack(older | {"session": session}))
    (note,) = bench.look(lambda uow: uow.refusals.newest_set_aside(10))
    assert (note.source, note.epoch) == (TILL, "k7f3q2")
    assert "ends at entry 1, and 2 are held here" in note.reason
    assert bench.link.answers[-1][1]["receiver_seq"] == 2


@pytest.mark.parametrize(
    ("channel", "payload", "words"),
    [
        (topics.ENTRIES, b"", "JSON"),
        (topics.ENTRIES, b"{", "JSON"),
        (topics.ENTRIES, b"\x28\xb5\x2f\xfd broken", "damaged"),
        (topics.ENTRIES, b'{"type":"hello","protocol":99}', "update this side"),
        (topics.ENTRIES, b'{"type":"hello","protocol":1}', "session"),
        (topics.ENTRIES, batch.pack(TillLedger().hello() | {"epoch": "No Epoch"}), "epoch"),
        (topics.ENTRIES, TillLedger(epoch="a/b").payload(), "epoch"),
        (topics.ENTRIES, batch.pack(make("lease-wanted", epoch="x" * 49, wanted=1)), "epoch"),
        (topics.STATE, b"[1]", "JSON object"),
        (topics.STATE, make("door", compartment=1, door="open"), "state topic"),
        (topics.OUTCOME, make("door", compartment=1, door="open"), "bank"),
    ],
)
async def test_a_message_that_cannot_be_taken_is_kept_with_its_reason(bench, channel, payload, words):
    await bench.hear(TILL, channel, payload)
    (kept,) = bench.look(lambda uow: uow.refusals.newest_rejected(10))
    assert words in kept.reason
    assert kept.topic.endswith(channel)
    assert isinstance(payload, dict) or kept.payload == payload


async def test_the_reason_of_a_rejection_does_not_quote_a_whole_message(bench):
    message = b'{"type":"lease-wanted","protocol":1,"epoch":"k7f3q2","wanted":"' + b"9" * 500_000 + b'"}'
    await bench.hear(TILL, topics.ENTRIES, message)
    (rejected,) = bench.look(lambda uow: uow.refusals.newest_rejected(5))
    assert len(rejected.reason) == 500


async def test_a_bad_message_in_a_batch_keeps_no_good_one_from_its_answer(bench):
    ledger = TillLedger()
    ledger.sell()
    topic = topics.topic(TENANT, HUB, TILL, topics.ENTRIES)
    await bench.hearing.hear(
        [Heard(topic, b"junk"), Heard(topic, ledger.payload()), Heard("other/topic", b"x")]
    )
    assert stream(bench, ledger).head == ledger.head
    assert len(bench.look(lambda uow: uow.refusals.newest_rejected(10))) == 2


async def test_an_entry_of_a_newer_version_is_kept_and_counted_and_no_promise_is_read_from_it(bench):
    ledger = TillLedger()
    newer = encode_json({"v": 2, "seq": 2, "prev": ledger.head.hash, "what": "nobody knows yet"})
    message = make("entries", epoch=ledger.stream.epoch, first_seq=1, count=2, last_hash=hash_line(newer))
    await bench.hear(TILL, topics.ENTRIES, batch.pack(message, [ledger.entries[0].line, newer]))
    assert bench.link.answers[-1][1]["receiver_seq"] == 2
    assert bench.look(lambda uow: uow.streams.lines(ledger.stream, 2, 2)) == [newer]


async def test_a_promise_to_another_hub_makes_no_parcel_here(bench):
    ledger = TillLedger()
    ledger.sell(pickup=PickupPromise(parcel_id=ParcelId("p"), hub=SourceId("hub-else"), number=1, sealed="x"))
    await bench.hear_entries(ledger)
    assert parcels(bench) == []


@pytest.mark.parametrize(("size", "compartment"), [("M", 3), ("S", 1), ("", 1), ("?", 1)])
async def test_a_parcel_gets_the_size_that_was_asked_for_or_else_one_by_its_pieces(bench, size, compartment):
    ledger = TillLedger()
    ledger.sell(pickup=PickupPromise(parcel_id=ParcelId("p"), hub=HUB, number=1, sealed="bm8", size=size))
    await bench.hear_entries(ledger)
    (parcel,) = parcels(bench)
    assert parcel.place.compartment == compartment


async def test_a_promise_whose_box_cannot_be_opened_is_kept_locked_until_staff_renews_its_code(bench):
    ledger = TillLedger()
    ledger.sell(pickup=PickupPromise(parcel_id=ParcelId("p"), hub=HUB, number=1, sealed="bm8"))
    await bench.hear_entries(ledger)
    (parcel,) = parcels(bench)
    assert parcel.grant.locked


async def test_parcels_beyond_the_bank_wait_and_get_the_next_free_compartment_in_turn(bench):
    ledger = TillLedger()
    for number in range(5):
        ledger.sell_for_pickup(number=number, parcel=f"parcel-{number}")
    await bench.hear_entries(ledger)
    assert [parcel.state for parcel in parcels(bench)] == [ParcelState.RESERVED] * 3 + [
        ParcelState.WAITING
    ] * 2
    assert bench.own_kinds().count("ParcelWaiting") == 2


async def test_a_bank_that_grew_seats_who_waits_when_its_board_is_there(bench):
    ledger = TillLedger()
    for number in range(5):
        ledger.sell_for_pickup(number=number, parcel=f"parcel-{number}")
    await bench.hear_entries(ledger)
    bench.bank = "board-1:SSMS"
    bench.restart()
    await bench.make_board_ready(doors=4)
    assert [parcel.state for parcel in parcels(bench)] == [ParcelState.RESERVED] * 4 + [ParcelState.WAITING]


async def test_numbers_are_leased_once_each_and_a_till_cannot_hoard_them(bench):
    leased = []
    for _ in range(2):
        await bench.hear(TILL, topics.ENTRIES, batch.pack(make("lease-wanted", epoch="k7f3q2", wanted=50)))
        leased += bench.link.answers[-1][1]["numbers"]
    assert len(leased) == len(set(leased)) == 100
    asked = make("lease-wanted", epoch="k7f3q2", wanted=50, question="did I miss any?")
    await bench.hear(TILL, topics.ENTRIES, batch.pack(asked))
    again = bench.link.answers[-1][1]
    assert (again["numbers"], again["question"]) == (sorted(leased), "did I miss any?")
    await bench.hear(TILL, topics.ENTRIES, batch.pack(make("lease-wanted", epoch="newone", wanted=10)))
    assert len(bench.link.answers[-1][1]["numbers"]) == 10
    assert bench.own_kinds().count("PickupNumbersLeased") == 3


def strange(ledger, kind, body):
    """Append a line that a till of another version, or a hostile one, could send; returns its payload."""
    head = ledger.head
    line = (
        f'{{"v":1,"tenant":"{TENANT}","source":"{TILL}","epoch":"{ledger.stream.epoch}","seq":{head.seq + 1},'
        f'"prev":"{head.hash}","at":"2026-05-02T12:00:00.000+00:00","kind":"{kind}","body":{body}}}'
    ).encode()
    lines = [*(entry.line for entry in ledger.entries), line]
    message = make(
        "entries", epoch=ledger.stream.epoch, first_seq=1, count=len(lines), last_hash=hash_line(line)
    )
    return batch.pack(message, lines)


async def test_an_entry_that_no_database_can_hold_as_it_reads_is_kept_and_stops_no_chain(bench):
    ledger = TillLedger()
    ledger.sell_for_pickup()
    await bench.hear(TILL, topics.ENTRIES, strange(ledger, "Strange\\ud800", "{}"))
    assert bench.link.answers[-1][1]["receiver_seq"] == 3
    assert len(parcels(bench)) == 1


@pytest.mark.parametrize("pieces", [1, 2**70])
async def test_a_sale_beyond_all_bounds_is_kept_and_not_counted(bench, pieces):
    ledger = TillLedger()
    ledger.sell(100)
    ledger.sell(2**70, pieces=pieces)
    await bench.hear_entries(ledger)
    held = stream(bench, ledger)
    assert (held.head, held.sales, held.total_minor) == (ledger.head, 1, 100)


class FailsHalfway(Hearing):
    """Finds out about a message only after it has written."""

    def _decide(self, desk, heard):
        super()._decide(desk, heard)
        raise ValueError("the second half is no good")


async def test_a_message_that_fails_halfway_leaves_nothing_behind_but_its_rejection(bench):
    ledger = TillLedger()
    ledger.sell_for_pickup()
    parts = {field.name: getattr(bench.hearing, field.name) for field in fields(bench.hearing)}
    await FailsHalfway(**parts).hear(
        [Heard(topics.topic(TENANT, HUB, TILL, topics.ENTRIES), ledger.payload())]
    )
    assert (parcels(bench), stream(bench, ledger)) == ([], None)
    (rejected,) = bench.look(lambda uow: uow.refusals.newest_rejected(5))
    assert rejected.reason == "the second half is no good"


async def test_two_cards_with_one_identity_are_named_and_the_sales_of_both_are_kept(bench):
    """A cloned card: both tills go on from the same ledger, under the same name and epoch."""
    original, clone = TillLedger(), TillLedger()
    for ledger in (original, clone):
        ledger.sell(1000)
    await bench.hear_entries(original)
    for total_minor in (1100, 1200):
        original.sell(total_minor)
    for total_minor in (2100, 2200, 2300):
        clone.sell(total_minor)
    await bench.hear_entries(original, first_seq=3)
    await bench.hear(TILL, topics.ENTRIES, batch.pack(clone.hello("c1")))
    await bench.hear_entries(clone, first_seq=3)
    answer = bench.link.answers[-1][1]
    assert answer["type"] == "refused"
    assert "copied card" in answer["remedy"]
    held = stream(bench, original)
    assert (held.head, held.sales, held.total_minor) == (original.head, 3, 3300)
    assert held.quarantine
    evidence = bench.look(lambda uow: uow.refusals.newest_set_aside(5))
    assert {one.source for one in evidence} == {TILL}
    kept = b"\n".join(one.payload for one in evidence)
    assert all(entry.line in kept for entry in clone.entries[2:]), "the other branch is kept byte for byte"
    await bench.forwarding.forward_once()
    assert bench.cloud.chains[(TILL, original.stream.epoch)] == [entry.line for entry in original.entries]


async def test_a_clone_that_is_ahead_does_not_push_out_what_the_hub_holds(bench):
    original, clone = TillLedger(), TillLedger()
    original.sell(1000)
    for total_minor in (2100, 2200, 2300):
        clone.sell(total_minor)
    await bench.hear_entries(original)
    await bench.hear(TILL, topics.ENTRIES, batch.pack(clone.hello("c1")))
    await bench.hear_entries(clone, first_seq=3)
    held = stream(bench, original)
    assert (held.head, held.total_minor) == (original.head, 1000)
    assert held.quarantine
    (aside,) = bench.look(lambda uow: uow.refusals.newest_set_aside(5))
    assert clone.entries[-1].line in aside.payload
