"""A newer minor version speaks with today's, both ways, over the real services: till's, hub's and cloud's.

The newer side is today's code with what a later version may add: fields in every message and in entries, a type of message,
a kind of entry, a way to pay.
"""

import json
from pathlib import Path

import httpx
import pytest

from cloud.domain.enrolment import Role
from hub.adapters.cloud_client import HttpxCloudLink
from shared.entry import hash_line, seal_entry
from shared.sync import batch
from shared.trust import enrolment_wish
from shared.wire import topics
from shared.wire.messages import PROTOCOL_MINOR, make
from tests.fakes import FakeHubLink, Mailbox
from tests.unit.cloud.cloud_deployment import ADDRESS, running_cloud
from tests.unit.device.test_sync import Bench as TillBench
from tests.unit.hub.bench import HUB, NOON, TILL, Bench, TillLedger, identity

NEWER = {"minor": PROTOCOL_MINOR + 7, "mood": "good", "weather": {"celsius": [21, 22]}}


@pytest.fixture
async def deployment(tmp_path):
    """A hub on its bench before a real cloud."""
    with running_cloud(tmp_path) as cloud:
        cloud.doors.registry.add_tenant("demo")
        code = cloud.doors.enrolment.give_code("demo", HUB, Role.HUB)
        cloud.doors.enrolment.enrol(**enrolment_wish(identity().signing_key, code=code, device=HUB))
        link = HttpxCloudLink(identity(), transport=httpx.ASGITransport(cloud.http()))
        link._http.base_url = httpx.URL(ADDRESS)
        bench = Bench(tmp_path / "hub.sqlite", cloud=link)
        yield bench, cloud
        await link.close()
        bench.store.close()


def newer(message: dict[str, object]) -> bytes:
    return json.dumps({**message, **NEWER}).encode()


def a_newer_ledger() -> TillLedger:
    """A till's ledger with a field, a kind and a way to pay that today's version does not know."""
    ledger = TillLedger()
    ledger.sell(1_000)
    body = dict(ledger.entries[-1].body)
    ledger.entries.pop()
    for kind, said in (
        ("SaleRecorded", body | {"loyalty_points": 12}),
        ("RefundRecorded", {"refund_id": "r1", "total_minor": -500}),
        (
            "SaleRecorded",
            body | {"payments": [{**body["payments"][0], "method": "shells"}], "receipt_number": 2},
        ),
    ):
        entry = seal_entry(stream=ledger.stream, head=ledger.head, at=NOON, kind=kind, body=said)
        ledger.entries.append(entry)
    return ledger


async def test_todays_hub_and_cloud_take_what_a_newer_till_sends_and_lose_none_of_it(deployment):
    bench, cloud = deployment
    ledger = a_newer_ledger()
    await bench.hear(TILL, topics.STATE, newer(make("birth", session="n1", software="9.9", name="Harbour")))
    await bench.hear(TILL, topics.ENTRIES, newer(ledger.hello("n1")))
    assert bench.link.answers[-1][1]["type"] == "welcome"
    await bench.hear(TILL, topics.ENTRIES, newer({"type": "stall-weather", "protocol": 1, "celsius": 21}))
    lines = [entry.line for entry in ledger.entries]
    said = {"type": "entries", "protocol": 1, "epoch": ledger.stream.epoch, "first_seq": 1, "count": len(lines),
            "last_hash": hash_line(lines[-1])}  # fmt: skip
    await bench.hear(TILL, topics.ENTRIES, b"\n".join((newer(said), *lines)))
    assert bench.link.answers[-1][1]["receiver_seq"] == 4, "the stream goes on"
    held = bench.look(lambda uow: uow.streams.find(ledger.stream))
    assert (held.sales, held.total_minor) == (1, 1_000)
    assert bench.look(lambda uow: uow.streams.lines(ledger.stream, 1, 4)) == lines, "every field survives"
    (rejected,) = bench.look(lambda uow: uow.refusals.newest_rejected(5))
    assert "stall-weather" in rejected.reason

    await bench.forwarding.forward_once()
    assert list(cloud.export_stream(ledger.stream)) == lines
    (totals,) = [one for one in cloud.doors.dashboards.totals("demo") if one.source == TILL]
    assert (totals.seq, totals.sales, totals.total_minor) == (4, 1, 1_000)
    letters = cloud.doors.letters.board("demo").letters
    assert {(one.what, one.count) for one in letters} == {("RefundRecorded", 1), ("SaleRecorded", 1)}


async def test_todays_hub_takes_the_answers_of_a_newer_cloud(deployment, monkeypatch):
    bench, cloud = deployment
    ledger = TillLedger()
    ledger.sell(1_000)
    await bench.hear_entries(ledger)
    post = HttpxCloudLink._post

    async def post_to_a_newer_cloud(link, path, body, content_type):
        answer = await post(link, path, body, content_type)
        if "/streams/" not in path:
            return answer
        return newer(batch.unpack(answer).message)

    monkeypatch.setattr(HttpxCloudLink, "_post", post_to_a_newer_cloud)
    await bench.forwarding.forward_once()
    assert list(cloud.export_stream(ledger.stream)) == [entry.line for entry in ledger.entries]
    assert bench.look(lambda uow: uow.streams.find(ledger.stream)).cloud_seq == 2


class NewerHub(Mailbox):
    """Answers with fields and a message that today's till does not know."""

    def hear(self, payload):
        answer = super().hear(payload)
        return None if answer is None else {**answer, **NEWER}


async def test_todays_till_takes_the_answers_of_a_newer_hub_and_ignores_what_it_does_not_know(tmp_path: Path):
    bench = TillBench(tmp_path, lossless=True)
    bench.mailbox = NewerHub(bench.ledger.stream)
    bench.link = FakeHubLink(bench.mailbox, lossless=True)
    bench.sync._link = bench.link
    async with bench.running():
        bench.link.go_up()
        bench.link.say_bytes(
            newer({"type": "weather-report", "protocol": 1, "epoch": bench.ledger.stream.epoch})
        )
        await bench.grow(3)
        await bench.until(bench.all_there)
        assert bench.sync.status.refused is None


@pytest.mark.parametrize(("version", "remedy"), [(2, "Update the hub."), (0, "Update the till.")])
async def test_a_till_of_another_major_version_is_told_which_side_to_update_and_nothing_is_lost(
    deployment, version, remedy
):
    bench, _ = deployment
    ledger = TillLedger()
    hello = {**ledger.hello("s"), "protocol": version}
    await bench.hear(TILL, topics.ENTRIES, json.dumps(hello).encode())
    till, answer = bench.link.answers[-1]
    assert (till, answer["type"], answer["epoch"]) == (TILL, "refused", ledger.stream.epoch)
    assert remedy in answer["remedy"]
    assert f"version {version}" in answer["reason"]
    (rejected,) = bench.look(lambda uow: uow.refusals.newest_rejected(5))
    assert json.loads(rejected.payload) == hello


@pytest.mark.parametrize(("version", "remedy"), [(2, "Update this till."), (0, "Update the hub.")])
async def test_a_till_says_which_side_to_update_when_the_hub_speaks_another_major_version(
    tmp_path: Path, version, remedy
):
    bench = TillBench(tmp_path, lossless=True)
    async with bench.running():
        bench.link.go_up()
        await bench.until(bench.all_there)
        refused = {"type": "refused", "protocol": version, "epoch": bench.ledger.stream.epoch, "why": "newer"}
        bench.link.say_bytes(json.dumps(refused).encode())
        await bench.until(lambda: bench.sync.status.refused is not None)
        assert remedy in bench.tell.state().words
        assert "Nothing is lost" in bench.tell.state().words


async def test_the_cloud_says_which_side_to_update_and_the_hub_keeps_the_words(deployment, monkeypatch):
    bench, _ = deployment
    ledger = TillLedger()
    await bench.hear_entries(ledger)
    post = HttpxCloudLink._post

    async def post_as_a_newer_hub(link, path, body, content_type):
        if path.endswith("presence"):
            return await post(link, path, body, content_type)
        message, *lines = batch._plain(body).split(b"\n")
        body = b"\n".join((json.dumps({**json.loads(message), "protocol": 2}).encode(), *lines))
        return await post(link, path, body, content_type)

    monkeypatch.setattr(HttpxCloudLink, "_post", post_as_a_newer_hub)
    await bench.forwarding.forward_once()
    refusal = bench.look(lambda uow: uow.streams.find(ledger.stream)).cloud_refusal
    assert "protocol version 2" in refusal
    assert "Update the cloud." in refusal
