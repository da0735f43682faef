"""Hub to cloud: everything, once, in order, and the mark told to the till."""

import asyncio
import contextlib
import shutil
import sqlite3

import pytest

from hub.domain.device import Device, DeviceRole
from hub.domain.errors import CloudUnreachableError
from hub.domain.parcel import ParcelStep, step
from hub.services.begin_anew import begin_anew_if_older
from hub.services.presence import report
from shared.events.parcel import PickupCodeRenewed
from shared.ids import SourceId
from shared.sync.sender import SenderState
from shared.wire.messages import make
from tests.unit.hub.bench import HUB, NOON, TILL, TillLedger


def own_lines(bench):
    def read(uow):
        stream = uow.streams.newest_of(bench.house.identity.tenant, HUB)
        return uow.streams.lines(stream.key, 1, stream.head.seq)

    return bench.look(read)


def all_streams(bench):
    return bench.look(lambda uow: uow.streams.all())


async def test_the_cloud_gets_the_tills_chain_and_the_hubs_own_byte_for_byte(bench):
    ledger = TillLedger()
    ledger.sell_for_pickup()
    await bench.hear_entries(ledger)
    await bench.forwarding.forward_once()
    assert bench.cloud.chains[(TILL, "k7f3q2")] == [one.line for one in ledger.entries]
    assert own_lines(bench) in bench.cloud.chains.values()
    till, answer = bench.link.answers[-1]
    assert (till, answer["type"], answer["receiver_seq"], answer["onward_seq"]) == (TILL, "ack", 2, 2)


async def test_what_was_kept_while_the_cloud_was_off_arrives_when_it_is_back(bench):
    ledger = TillLedger()
    bench.cloud.off = True
    for _ in range(700):
        ledger.sell(100)
    await bench.hear_entries(ledger)
    with pytest.raises(CloudUnreachableError):
        await bench.forwarding.forward_once()
    bench.cloud.off = False
    bench.restart()
    await bench.forwarding.forward_once()
    assert len(bench.cloud.chains[(TILL, "k7f3q2")]) == 701
    assert bench.look(lambda uow: uow.streams.find(ledger.stream)).cloud_seq == 701


async def test_a_cloud_restored_from_a_backup_gets_again_what_it_lost_and_the_mark_is_lowered(bench):
    ledger = TillLedger()
    for _ in range(5):
        ledger.sell()
    await bench.hear_entries(ledger)
    await bench.forwarding.forward_once()
    del bench.cloud.chains[(TILL, "k7f3q2")][2:]
    ledger.sell()
    await bench.hear_entries(ledger, first_seq=7)
    await bench.forwarding.forward_once()
    assert bench.cloud.chains[(TILL, "k7f3q2")] == [one.line for one in ledger.entries]


async def test_a_cloud_restored_while_nothing_is_sold_gets_again_what_it_lost_all_the_same(bench):
    ledger = TillLedger()
    ledger.sell()
    await bench.hear_entries(ledger)
    await bench.forwarding.forward_once()
    del bench.cloud.chains[(TILL, "k7f3q2")][1:]
    bench.clock.ms += 301_000
    await bench.forwarding.forward_once()
    assert bench.cloud.chains[(TILL, "k7f3q2")] == [one.line for one in ledger.entries]


async def test_a_chain_that_the_cloud_does_not_take_holds_up_no_other(bench):
    wrong, sound = TillLedger(source=SourceId("till-a"), epoch="toonew"), TillLedger()
    await bench.hear_entries(wrong)
    await bench.hear_entries(sound)
    greeted = bench.cloud.hello

    async def hello(source, message):
        if source == "till-a":
            raise CloudUnreachableError("it said 400: The payload could not be read.", answered=True)
        return await greeted(source, message)

    bench.cloud.hello = hello
    await bench.forwarding.forward_once()
    assert bench.cloud.chains[(TILL, "k7f3q2")] == [one.line for one in sound.entries]
    refusal = bench.look(lambda uow: uow.streams.find(wrong.stream)).cloud_refusal
    assert refusal == "the cloud did not take it: it said 400: The payload could not be read"


async def test_a_hub_restored_from_a_backup_says_that_the_cloud_is_ahead_and_heals_when_the_till_sends_again(
    bench,
):
    ledger = TillLedger()
    for _ in range(5):
        ledger.sell()
    bench.cloud.chains[(TILL, "k7f3q2")] = [one.line for one in ledger.entries]
    await bench.hear_entries(ledger, last_seq=3)
    await bench.forwarding.forward_once()
    assert "older copy" in bench.look(lambda uow: uow.streams.find(ledger.stream)).cloud_refusal
    assert bench.forwarding._senders[ledger.stream].state is SenderState.REFUSED
    asked = bench.cloud.asked
    await bench.forwarding.forward_once()
    assert bench.cloud.asked == asked, "a refusal is not argued with for a minute"
    await bench.hear_entries(ledger, first_seq=4, last_seq=5)
    await bench.forwarding.forward_once()
    assert bench.cloud.asked == asked, "the cloud still holds more"
    await bench.hear_entries(ledger, first_seq=6)
    await bench.forwarding.forward_once()
    healed = bench.look(lambda uow: uow.streams.find(ledger.stream))
    assert (healed.cloud_refusal, healed.cloud_seq) == ("", 6)


async def test_a_chain_that_the_cloud_put_under_quarantine_is_not_offered_again_at_every_sale(bench):
    ledger, asked = TillLedger(), []

    async def refuses(source, message, lines):
        asked.append(source)
        return make("refused", epoch=message["epoch"], reason="a fork", remedy="Look at it.")

    bench.cloud.entries = refuses
    await bench.hear_entries(ledger)
    await bench.forwarding.forward_once()
    before = asked.count(TILL)
    ledger.sell(100)
    await bench.hear_entries(ledger, first_seq=2)
    await bench.forwarding.forward_once()
    assert (before, asked.count(TILL)) == (1, 1)


async def test_with_nothing_left_to_do_it_waits_and_goes_on_with_what_comes_next(bench):
    ledger = TillLedger()
    running = asyncio.create_task(bench.forwarding.run())
    async with asyncio.timeout(30):
        for seq in (1, 2, 3):
            await bench.hear_entries(ledger, first_seq=seq)
            bench.appended.set()
            while len(bench.cloud.chains.get((TILL, "k7f3q2"), ())) < seq or bench.forwarding._turns:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.2)  # it has looked round and found nothing: that ended it once
            assert not running.done()
            ledger.sell()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def test_a_hub_restored_from_an_older_copy_begins_its_own_chain_anew_and_opens_no_door_unseen(bench):
    ledger = TillLedger()
    ledger.sell_for_pickup()
    await bench.hear_entries(ledger)
    (parcel,) = bench.look(lambda uow: uow.parcels.live())
    bench.do(lambda desk: desk.uow.parcels.save(step(parcel, ParcelStep.DEPOSIT, desk.at)))
    (first_epoch,) = [stream.key.epoch for stream in all_streams(bench) if stream.key.source == HUB]
    bench.cloud.chains[(HUB, first_epoch)] = [*own_lines(bench), b"what happened after the copy was made"]
    await bench.forwarding.forward_once()
    await bench.forwarding.forward_once()
    chains = {epoch: lines for (source, epoch), lines in bench.cloud.chains.items() if source == HUB}
    assert set(chains) > {first_epoch}
    assert own_lines(bench) in chains.values()
    (parcel,) = bench.look(lambda uow: uow.parcels.live())
    assert parcel.grant.locked
    (aside,) = bench.look(lambda uow: uow.refusals.newest_set_aside(5))
    assert "restored from an older copy" in aside.reason
    bench.clock.ms += 61_000
    await bench.forwarding.forward_once()
    assert len([stream for stream in all_streams(bench) if stream.key.source == HUB]) == 2, "once is enough"


async def test_what_is_behind_counts_every_ledger_that_a_till_began(bench):
    till = Device(device=TILL, role=DeviceRole.TILL, public_key="k", certificate={}, enrolled_at=NOON)
    bench.do(lambda desk: desk.uow.devices.save(till))
    old, new = TillLedger(epoch="oldone"), TillLedger(epoch="newone")
    for _ in range(3):
        old.sell()
    await bench.hear_entries(old)
    await bench.hear_entries(new)
    reported = bench.look(lambda uow: report(uow, bench.presence, HUB, bench.clock.now()))
    (row,) = [row for row in reported if row["source"] == TILL]
    assert (row["seq"], row["cloud_seq"], row["behind"]) == (1, 0, 5)
    await bench.forwarding.forward_once()
    (row,) = [row for row in bench.cloud.presences[-1] if row["source"] == TILL]
    assert row["behind"] == 0


async def test_the_cloud_is_told_who_is_there(bench):
    await bench.make_board_ready()
    await bench.forwarding.forward_once()
    (hub, *_) = bench.cloud.presences[-1]
    assert (hub["source"], hub["role"], hub["online"], hub["seq"]) == (HUB, "hub", True, 1)


async def test_a_cloud_that_answers_with_something_else_is_asked_again_when_the_time_has_come(bench):
    ledger = TillLedger()
    ledger.sell()
    await bench.hear_entries(ledger)
    taken = bench.cloud.entries

    async def says_an_old_answer(source, message, lines):
        return make("ack", epoch=message["epoch"], receiver_seq=0, onward_seq=0)

    bench.cloud.entries = says_an_old_answer
    await bench.forwarding.forward_once()
    bench.cloud.entries = taken
    await bench.forwarding.forward_once()
    assert bench.cloud.chains[(TILL, "k7f3q2")] == [], "no sooner than the sender's time-out"
    bench.clock.ms += 2_000
    await bench.forwarding.forward_once()
    assert bench.cloud.chains[(TILL, "k7f3q2")] == [one.line for one in ledger.entries]


async def test_a_hub_restored_from_an_older_copy_notices_it_at_its_start_with_the_cloud_out_of_reach(
    bench, tmp_path
):
    bench.cloud.off = True
    ledger = TillLedger()
    ledger.sell_for_pickup()
    await bench.hear_entries(ledger)
    (parcel,) = bench.look(lambda uow: uow.parcels.live())
    bench.do(lambda desk: desk.uow.parcels.save(step(parcel, ParcelStep.DEPOSIT, desk.at)))
    older = tmp_path / "backup.sqlite"
    bench.do(lambda desk: desk.uow.streams.all())
    with (
        contextlib.closing(sqlite3.connect(bench.path)) as source,
        contextlib.closing(sqlite3.connect(older)) as copy,
    ):
        source.backup(copy)
    await bench.house.decide(lambda desk: desk.record(PickupCodeRenewed(parcel_id=parcel.parcel_id)))
    witnessed = bench.house.witness.read()
    assert witnessed[1] == bench.do(lambda desk: desk.own_stream().head.seq)
    assert not await bench.house.decide(lambda desk: begin_anew_if_older(desk, witnessed)), "it is the newest"

    bench.store.close()
    for name in (bench.path, *bench.path.parent.glob("hub.sqlite-*")):
        name.unlink()
    shutil.copy(older, bench.path)
    bench.start()

    witnessed = bench.house.witness.read()
    assert await bench.house.decide(lambda desk: begin_anew_if_older(desk, witnessed))
    (parcel,) = bench.look(lambda uow: uow.parcels.live())
    assert parcel.grant.locked
    assert len([stream for stream in all_streams(bench) if stream.key.source == HUB]) == 2
    bench.restart()
    witnessed = bench.house.witness.read()
    assert not await bench.house.decide(lambda desk: begin_anew_if_older(desk, witnessed)), "once is enough"


async def test_a_disk_that_takes_nothing_for_a_while_ends_neither_the_hub_nor_forwarding(bench):
    ledger = TillLedger()
    await bench.hear_entries(ledger)
    write, failed = bench.store.write, asyncio.Event()

    async def full(_work):
        failed.set()
        raise sqlite3.OperationalError("database or disk is full")

    bench.store.write = full
    forwarding = asyncio.create_task(bench.forwarding.run())
    try:
        async with asyncio.timeout(60):
            await failed.wait()
            bench.store.write = write
            while bench.look(lambda uow: uow.streams.find(ledger.stream)).cloud_seq < 1:
                assert not forwarding.done()
                await asyncio.sleep(0.02)
    finally:
        forwarding.cancel()
        await asyncio.gather(forwarding, return_exceptions=True)
    assert bench.cloud.chains[(TILL, "k7f3q2")] == [one.line for one in ledger.entries]
