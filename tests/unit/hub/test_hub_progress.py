"""How far the hub is behind its tills and the cloud behind the hub: told to staff, tills, cloud and monitors."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from hub.domain.device import Device, DeviceRole
from hub.domain.errors import CloudUnreachableError
from hub.services.cloud_watch import FULL_BELOW_BYTES
from hub.services.lookout import BrokerView, Lookout
from hub.services.standings import words_of_standing
from shared.sync.reasons import (
    NotConnected,
    NothingBehind,
    OnTheWay,
    Quarantined,
    ReceiverFull,
    Refused,
    Stalled,
)
from shared.sync.receiver import acknowledge
from shared.wire import topics
from shared.wire.messages import make
from tests.unit.hub.bench import HUB, NOON, TENANT, TILL, TillLedger
from tests.unit.hub.test_hub_http import METRICS_TOKEN, Hub

STALL_MS = 90_000


def streams(bench):
    return bench.look(lambda uow: uow.streams.all())


def standing(bench, source=TILL):
    return bench.standings.look(streams(bench))[source]


async def till_is_born(bench):
    till = Device(device=TILL, role=DeviceRole.TILL, public_key="k", certificate={}, enrolled_at=NOON)
    bench.do(lambda desk: desk.uow.devices.save(till))
    await bench.hear(TILL, topics.STATE, make("birth", session="b", software="t", name="Riverside"))


def till_with(sales):
    ledger = TillLedger()
    for _ in range(sales):
        ledger.sell()
    return ledger


async def pass_once(bench):
    """One round of forwarding as `Forwarding.run` does it, without the waiting."""
    try:
        await bench.forwarding.forward_once()
        bench.forwarding._reached()
    except CloudUnreachableError as error:
        bench.forwarding._missed(error.reason)
    await bench.forwarding.news.tell()


async def test_a_till_that_is_connected_while_nothing_arrives_is_an_alarm_and_a_batch_ends_it(bench):
    await till_is_born(bench)
    ledger = till_with(4)
    await bench.hear(TILL, topics.ENTRIES, ledger.hello())
    await bench.hear_entries(ledger, last_seq=2)
    assert (standing(bench).to_hub.reason, standing(bench).to_hub.behind) == (OnTheWay(), 3)
    bench.clock.ms += STALL_MS
    stalled = standing(bench)
    assert (stalled.to_hub.reason, stalled.alarm) == (Stalled(), True)
    assert "connected, but nothing has arrived for 1 min; 3 entries are still there" in words_of_standing(
        stalled, bench.clock.ms
    )
    await bench.hear_entries(ledger, first_seq=3)
    assert (standing(bench).to_hub.reason, standing(bench).alarm) == (NothingBehind(), False)


async def test_a_till_of_which_nothing_has_arrived_at_all_is_seen_too(bench):
    await till_is_born(bench)
    for session, sales in (("s1", 2), ("s2", 4)):
        await bench.hear(TILL, topics.ENTRIES, till_with(sales).hello(session))
    bench.clock.ms += STALL_MS
    assert (standing(bench).to_hub.reason, standing(bench).to_hub.behind) == (Stalled(), 5)


async def test_whatever_ledgers_a_till_speaks_of_it_takes_one_place_here(bench):
    await till_is_born(bench)
    for number in range(300):
        await bench.hear(TILL, topics.ENTRIES, TillLedger(epoch=f"x{number:05d}").hello())
    standing(bench)
    assert len(bench.standings.from_tills._said) == 1
    assert len(bench.standings.from_tills._watches) + len(bench.standings.to_cloud._watches) <= 4


async def test_a_till_that_went_away_with_entries_is_no_alarm(bench):
    await till_is_born(bench)
    ledger = till_with(4)
    await bench.hear(TILL, topics.ENTRIES, ledger.hello("b"))  # under the session of its birth, as tills do
    await bench.hear(TILL, topics.STATE, make("death", session="b"))
    bench.clock.ms += 10 * STALL_MS
    gone = standing(bench)
    assert (gone.to_hub.reason, gone.to_hub.behind, gone.to_cloud, gone.alarm) == (
        NotConnected(),
        5,
        None,
        False,
    )
    await bench.hear_entries(ledger, last_seq=2)
    assert (standing(bench).to_hub.reason, standing(bench).alarm) == (NotConnected(), False)


async def test_a_batch_says_how_much_is_still_to_come_and_a_late_one_takes_nothing_back(bench):
    await till_is_born(bench)
    ledger = till_with(4)
    message = {"type": "entries", "head_seq": 9, "epoch": ledger.stream.epoch}
    bench.standings.from_tills.hear(TILL, message)
    bench.standings.from_tills.hear(TILL, message | {"head_seq": 5})
    await bench.hear_entries(ledger)
    assert standing(bench).to_hub.behind == 4
    await bench.hear(TILL, topics.ENTRIES, ledger.hello())
    assert standing(bench).to_hub.behind == 0, "a greeting says where the ledger ends now"


async def test_a_ledger_that_was_set_aside_is_an_alarm(bench):
    await till_is_born(bench)
    await bench.hear_entries(till_with(3))
    copy = TillLedger()
    copy.sell(100)
    copy.sell(100)
    await bench.hear_entries(copy)
    assert isinstance(standing(bench).to_hub.reason, Quarantined)
    assert standing(bench).alarm
    till, answer = bench.link.answers[-1]
    assert (till, answer["type"], answer["quarantined"]) == (TILL, "refused", True)


async def test_an_earlier_ledger_that_was_set_aside_is_no_alarm_once_a_newer_one_has_come(bench):
    await till_is_born(bench)
    await bench.hear_entries(till_with(3))
    copy = TillLedger()
    copy.sell(100)
    await bench.hear_entries(copy)
    assert standing(bench).alarm
    await bench.hear_entries(TillLedger(epoch="newone"))
    assert (standing(bench).alarm, standing(bench).to_hub.reason) == (False, NothingBehind())


async def test_tills_are_told_once_why_the_cloud_is_behind_and_when_that_is_over(bench):
    await till_is_born(bench)
    bench.cloud.off = True
    await bench.hear_entries(till_with(2))
    for _ in range(3):
        await pass_once(bench)
        bench.clock.ms += 10_000
    told = [answer for till, answer in bench.link.answers if answer["type"] == "ack"]
    assert [ack["standing"]["onward"] for ack in told] == ["not-connected", "not-connected"]
    assert (told[-1]["receiver_seq"], told[-1]["onward_seq"]) == (3, 0)
    assert told[-1]["standing"]["onward_words"] == "it is switched off"
    bench.cloud.off = False
    await pass_once(bench)
    assert (bench.link.answers[-1][1]["onward_seq"], bench.link.answers[-1][1]["standing"]["onward"]) == (
        3, "nothing-behind",
    )  # fmt: skip


async def test_a_greeting_is_answered_with_since_when_the_cloud_is_away(bench):
    bench.cloud.off = True
    ledger = till_with(2)
    await bench.hear_entries(ledger)
    await pass_once(bench)
    bench.clock.ms += 600_000
    await bench.hear(TILL, topics.ENTRIES, ledger.hello())
    welcome = bench.link.answers[-1][1]
    assert (welcome["type"], welcome["standing"]["onward"], welcome["standing"]["full"]) == (
        "welcome", "not-connected", False,
    )  # fmt: skip
    assert welcome["standing"]["onward_for_s"] >= 600


async def test_a_cloud_that_answers_and_keeps_nothing_is_an_alarm(bench):
    ledger = till_with(3)
    await bench.hear_entries(ledger)

    async def take_and_keep_nothing(source, message, lines):
        key = next(stream.key for stream in streams(bench) if stream.key.source == source)
        return acknowledge(key, bench.cloud._head([]), 0)

    kept = bench.cloud.entries
    bench.cloud.entries = take_and_keep_nothing
    await pass_once(bench)
    assert (bench.forwarding.view.reachable, standing(bench).to_cloud.reason) == (True, OnTheWay())
    bench.clock.ms += STALL_MS
    await pass_once(bench)
    assert (standing(bench).to_cloud.reason, standing(bench).alarm) == (Stalled(), True)
    assert bench.link.answers[-1][1]["standing"]["onward"] == "stalled"
    bench.cloud.entries = kept
    bench.clock.ms += STALL_MS
    await pass_once(bench)
    assert standing(bench).to_cloud.reason == NothingBehind()
    assert bench.forwarding.tally.entries_again >= 4


async def test_a_chain_that_the_cloud_does_not_take_is_an_alarm_and_the_others_are_not(bench):
    await bench.hear_entries(till_with(2))
    greeted = bench.cloud.hello

    async def hello(source, message):
        if source == TILL:
            raise CloudUnreachableError("it said 400: no.", answered=True)
        return await greeted(source, message)

    bench.cloud.hello = hello
    await pass_once(bench)
    assert isinstance(standing(bench).to_cloud.reason, Refused)
    assert standing(bench, HUB).to_cloud.reason == NothingBehind()


async def test_a_full_disk_is_told_here_and_over_there(bench):
    ledger = till_with(2)
    await bench.hear_entries(ledger)
    bench.disk.free = FULL_BELOW_BYTES - 1
    await bench.forwarding.news.tell()
    assert bench.link.answers[-1][1]["standing"]["full"] is True
    greeted = bench.cloud.hello

    async def hello(source, message):
        return {**await greeted(source, message), "standing": {"full": True}}

    async def away(source, message, lines):
        raise CloudUnreachableError("it said 507: its disk is full", answered=True)

    bench.cloud.hello, bench.cloud.entries = hello, away
    await pass_once(bench)
    assert bench.standings.to_cloud.cloud_is_full
    bench.do(lambda desk: None)
    assert isinstance(standing(bench).to_cloud.reason, ReceiverFull | Refused)


async def test_the_cloud_is_told_how_far_every_source_has_come(bench):
    await till_is_born(bench)
    ledger = till_with(4)
    await bench.hear(TILL, topics.ENTRIES, ledger.hello())
    await bench.hear_entries(ledger, last_seq=2)
    await pass_once(bench)
    rows = {row["source"]: row["progress"] for row in bench.cloud.presences[-1]}
    assert rows[HUB] == {}, "where all is well there is nothing to tell"
    assert set(rows[TILL]) == {"hub"}
    assert (rows[TILL]["hub"]["behind"], rows[TILL]["hub"]["reason"]) == (3, "on-the-way")


async def test_when_the_broker_came_and_went_is_known(bench):
    there = True
    view = BrokerView(lambda: there, bench.clock)
    view.look()
    assert (view.connected, view.since) == (True, bench.clock.now())
    bench.clock.ms += 60_000
    view.look()
    assert view.since == NOON
    there = False
    view.look()
    assert (view.connected, view.since) == (False, bench.clock.now())


async def test_an_open_page_is_told_when_a_stream_stands_still_though_no_message_says_so(bench):
    await till_is_born(bench)
    ledger = till_with(4)
    await bench.hear_entries(ledger, last_seq=2)
    await bench.hear(TILL, topics.ENTRIES, ledger.hello())
    lookout = Lookout(
        store=bench.store, standings=bench.standings, broker=BrokerView(lambda: True, bench.clock),
        changes=bench.changes,
    )  # fmt: skip
    with bench.changes.watching() as watcher:
        await lookout.look()
        assert not watcher._changed
        bench.clock.ms += STALL_MS
        await lookout.look()
        assert watcher._changed


@pytest.fixture
async def watched(bench):
    await till_is_born(bench)
    ledger = till_with(4)
    await bench.hear(TILL, topics.ENTRIES, ledger.hello())
    await bench.hear_entries(ledger, last_seq=2)
    bench.clock.ms += STALL_MS
    return Hub(bench)


async def test_without_its_broker_the_hub_claims_of_nobody_to_be_there(bench, watched):
    staff = await watched.staff()
    watched.broker_is_there = False
    watched.broker.look()
    said = (await staff.get("/api/staff/sources")).json()
    (row,) = [row for row in said["sources"] if row["source"] == TILL]
    assert (said["alarm"], row["words"]) == (True, "Cannot be heard while the broker is out of reach.")


async def test_staff_and_monitors_see_the_alarm(bench, watched):
    staff = await watched.staff()
    said = (await staff.get("/api/staff/sources")).json()
    (row,) = [row for row in said["sources"] if row["source"] == TILL]
    assert (said["alarm"], row["alarm"], row["progress"]["hub"]["reason"]) == (True, True, "stalled")
    assert row["words"].startswith("Connected. It is connected, but nothing has arrived")
    async with watched.client() as monitor:
        assert (await monitor.get("/metrics")).status_code == 401
        assert (await staff.get("/metrics")).status_code == 401, "a person's session is no monitor's token"
        monitor.headers["Authorization"] = f"Bearer {METRICS_TOKEN}"
        assert (await monitor.get("/api/status")).json()["alarm"] is True
        text = (await monitor.get("/metrics")).text
    samples = {
        (sample.name, sample.labels.get("source"), sample.labels.get("leg")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["stallholder_hub_stalled", TILL, "hub"] == 1
    assert samples["stallholder_hub_stalled", TILL, "cloud"] == 0
    assert samples["stallholder_hub_entries_behind", TILL, "hub"] == 3
    assert samples["stallholder_hub_entries_behind", TILL, "cloud"] == 2
    assert (HUB, "hub") not in {(source, leg) for _, source, leg in samples}
    assert samples["stallholder_hub_sales_total", TILL, None] == 1
    assert samples["stallholder_hub_source_online", TILL, None] == 1
    assert samples["stallholder_hub_commit_seconds_count", None, None] == 3
    assert samples["stallholder_hub_cloud_reachable", None, None] == 0
    assert TENANT not in text
