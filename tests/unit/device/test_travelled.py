"""What the till says of the way to its hub and of what the hub says of the cloud; and what a monitor reads of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from device.adapters.files.identity_file import IdentityFile
from device.adapters.http.till_app import create_app
from device.app.build_services import build_services
from device.app.open_till import OpenTill, open_till
from device.config import Config
from device.domain.settings import Marks
from device.services.changes import Changes
from device.services.hub_watch import HubSighting, HubWatch
from device.services.last_heard import LastHeard
from shared.host.token_file import metrics_token_in
from shared.sync.reasons import (
    BehindHub,
    NotConnected,
    NothingBehind,
    OnTheWay,
    Quarantined,
    ReceiverFull,
    Refused,
    Stalled,
    Unanswered,
    WaitsForHub,
)
from shared.sync.sender import SenderState, StreamRefused
from shared.sync.standing import Standing, with_standing
from shared.wire.messages import make
from tests.fakes import IDENTITY, NOON
from tests.unit.device.test_sync import Bench

STALL_MS = 90_000
STREAMING, OFFLINE, GREETING, REFUSED = (
    SenderState.STREAMING, SenderState.OFFLINE, SenderState.GREETING, SenderState.REFUSED,
)  # fmt: skip


def seen(
    state: SenderState, head: int, hub: int, cloud: int, refused: StreamRefused | None = None
) -> HubSighting:
    marks = Marks(epoch="aaaaaa", hub_seq=hub, cloud_seq=cloud)
    return HubSighting(
        state=state, head_seq=head, marks=marks, refused=refused, link_words="the cable was pulled"
    )


def test_the_way_to_the_hub_is_told_by_what_the_link_and_the_hub_do() -> None:
    for state, reason in (
        (OFFLINE, NotConnected("the cable was pulled")), (GREETING, Unanswered()), (STREAMING, OnTheWay()),
    ):  # fmt: skip
        watch = HubWatch(STALL_MS)
        assert watch.look(seen(state, 12, 9, 9), 0, NOON).hub.reason == reason
    watch = HubWatch(STALL_MS)
    watch.look(seen(STREAMING, 12, 9, 9), 0, NOON)
    assert watch.look(seen(STREAMING, 12, 9, 9), STALL_MS, NOON).hub.reason == Stalled()


def test_a_refusal_stands_until_the_hub_takes_the_till_again_also_while_offline() -> None:
    watch = HubWatch(STALL_MS)
    for quarantined, kind in ((False, Refused), (True, Quarantined)):
        refused = StreamRefused("a fork", "Call somebody.", quarantined)
        for state in (REFUSED, OFFLINE):
            hub = watch.look(seen(state, 12, 12, 9, refused), 0, NOON).hub
            assert (hub.reason, hub.alarm) == (kind("a fork", "Call somebody."), True)
    assert watch.look(seen(STREAMING, 12, 12, 9), 0, NOON).hub.reason == NothingBehind()


def test_what_the_cloud_lacks_is_explained_by_the_hub_and_grows_older_here() -> None:
    watch = HubWatch(STALL_MS)
    assert watch.look(seen(STREAMING, 12, 12, 9), 0, NOON).cloud.reason == BehindHub(), (
        "an older hub says nothing"
    )
    away = BehindHub(hub_code="not-connected", for_s=60, words="no route")
    watch.hear(Standing(onward=away), 1_000)
    cloud = watch.look(seen(STREAMING, 12, 12, 9), 31_000, NOON).cloud
    assert (cloud.reason, cloud.behind, cloud.alarm) == (replace(away, for_s=90), 3, False)
    watch.hear(Standing(onward=BehindHub(hub_code="stalled")), 32_000)
    assert watch.look(seen(STREAMING, 12, 12, 9), 32_000, NOON).cloud.alarm
    assert watch.look(seen(STREAMING, 12, 12, 12), 32_000, NOON).cloud.reason == NothingBehind()


def test_without_the_hub_nothing_is_claimed_about_the_cloud() -> None:
    watch = HubWatch(STALL_MS)
    watch.hear(Standing(onward=BehindHub(hub_code="stalled")), 0)
    assert watch.look(seen(OFFLINE, 12, 12, 9), 0, NOON).cloud.reason == WaitsForHub()
    assert watch.look(seen(STREAMING, 12, 9, 9), 0, NOON).cloud.reason == WaitsForHub()


def test_a_hub_whose_disk_is_full_says_so_and_it_is_an_alarm() -> None:
    watch = HubWatch(STALL_MS)
    watch.hear(Standing(full=True), 0)
    hub = watch.look(seen(STREAMING, 12, 9, 9), 0, NOON).hub
    assert (hub.reason, hub.alarm) == (ReceiverFull(), True)
    watch.hear(None, 1)
    assert watch.look(seen(STREAMING, 12, 9, 9), 1, NOON).hub.reason == ReceiverFull(), (
        "silence takes nothing back"
    )
    watch.hear(Standing(), 2)
    assert watch.look(seen(STREAMING, 12, 9, 9), 2, NOON).hub.reason == OnTheWay()


async def test_the_hubs_word_about_the_cloud_reaches_the_strip_even_if_no_mark_moves(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lossless=True)
    bench.mailbox.onward_seq = 1
    async with bench.running():
        bench.link.go_up()
        await bench.grow(4)
        await bench.until(bench.all_there)
        epoch, seq = bench.ledger.stream.epoch, bench.ledger.head.seq
        ack = make("ack", epoch=epoch, receiver_seq=seq, onward_seq=1)
        told = BehindHub(hub_code="not-connected", for_s=0, words="no route")
        bench.link.say(
            with_standing({**ack, "epoch": "zzzzzz"}, Standing(onward=BehindHub(hub_code="stalled")))
        )
        bench.link.say(with_standing(ack, Standing(onward=told)))

        def heard() -> bool:
            reason = bench.sync.progress().cloud.reason
            return isinstance(reason, BehindHub) and reason.hub_code == "not-connected"

        await bench.until(heard)
        assert "The cloud has not answered the hub" in bench.tell.state().words
        assert bench.sync.tally.entries == seq
        assert all(
            message["head_seq"] >= message["first_seq"]
            for message in bench.link.sent
            if message["type"] == "entries"
        )


async def test_a_hub_that_takes_everything_and_keeps_nothing_is_noticed(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lossless=True)
    async with bench.running():
        bench.link.go_up()
        await bench.until(bench.all_there)
        bench.link._copies = lambda: 0  # type: ignore[method-assign]  # what is sent from now on arrives nowhere
        await bench.grow(3)
        await bench.until(lambda: bench.sync.progress().hub.alarm)
        assert bench.sync.status.connected, "that is the point: connected, and not progressing"
        assert "nothing has arrived there" in bench.tell.state().words
        del bench.link._copies
        await bench.until(bench.all_there)
        assert not bench.sync.progress().hub.alarm
        assert bench.sync.tally.entries_again > 0


@asynccontextmanager
async def monitored(tmp_path: Path) -> AsyncIterator[tuple[httpx.AsyncClient, OpenTill]]:
    IdentityFile(tmp_path / "identity.json").save(IDENTITY)
    with open_till(Config(data_dir=tmp_path)) as till:
        heard = LastHeard(ledger=till.ledger, settings=till.settings, clock=till.clock)
        services = build_services(
            till, changes=Changes(), hub_status=lambda: heard.status, hub_progress=heard.progress,
            on_ledger_failed=lambda: None,
        )  # fmt: skip
        token = metrics_token_in(tmp_path).give()
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(services)), base_url="http://localhost",
            headers={"Authorization": f"Bearer {token}"},
        ) as http:  # fmt: skip
            yield http, till


async def test_a_monitor_reads_the_tills_metrics(tmp_path: Path) -> None:
    async with monitored(tmp_path) as (http, till):
        answer = await http.get("/metrics")
        assert answer.status_code == 200
        samples = {
            (sample.name, sample.labels.get("leg")): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }
        assert samples["stallholder_till_ledger_entries", None] == till.ledger.head.seq == 1
        assert samples["stallholder_till_sales_total", None] == 0
        for leg in ("hub", "cloud"):
            assert samples["stallholder_till_entries_behind", leg] == 1
            assert samples["stallholder_till_connected", leg] == 0
            assert samples["stallholder_till_alarm", leg] == 0
        assert samples["stallholder_till_disk_free_bytes", None] > 0
        assert (await http.get("/api/state")).status_code == 401, "the monitor's token opens nothing else"


async def test_the_status_says_in_words_what_the_page_says(tmp_path: Path) -> None:
    async with monitored(tmp_path) as (http, _):
        said = (await http.get("/api/status")).json()
        assert said["progress"]["alarm"] is False
        assert said["progress"]["hub"]["reason"] == "not-connected"
        assert "this till does not run" in said["hub"]["words"]
        assert said["progress"]["cloud"]["say"] == "1 entry waits for the cloud, by way of the hub."
