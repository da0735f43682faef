"""Streams as a hub delivers them: over HTTP, signed, into a real database."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud.domain.enrolment import Role
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku
from shared.wire.messages import make
from tests.unit.cloud.cloud_chains import OPENING, Chain, market_day, open_day, pack_entries, sale
from tests.unit.cloud.cloud_deployment import Hub, client_of, enrol_hub, running_cloud, sign_in

ENTRIES = "/api/v1/streams/till-harbour/entries"


@pytest.fixture
def cloud(tmp_path):
    with running_cloud(tmp_path) as opened:
        yield opened


@pytest.fixture
async def http(cloud):
    async with client_of(cloud) as client:
        yield client


@pytest.fixture
def hub(cloud):
    return enrol_hub(cloud)


async def totals(cloud, http) -> dict[str, tuple[int, int, int]]:
    await sign_in(cloud, http)
    streams = (await http.get("/api/compare")).json()["streams"]
    return {row["source"]: (row["seq"], row["sales"], row["total_minor"]) for row in streams}


def sum_of(chain: Chain) -> int:
    return sum(int(entry.body["total_minor"]) for entry in chain.entries if entry.kind == "SaleRecorded")


async def test_a_batch_is_acknowledged_with_what_is_durable_here(cloud, http, hub):
    chain = market_day(5)
    answer = await hub.send(http, chain.source, chain.batch())
    assert answer == make("ack", epoch=chain.epoch, receiver_seq=7, onward_seq=7)
    assert await totals(cloud, http) == {"till-harbour": (7, 5, sum_of(chain))}


async def test_a_greeting_is_answered_with_where_the_stream_stands(cloud, http, hub):
    chain = market_day(3)
    empty = await hub.greet(http, chain.source, chain.hello("s9"))
    assert (empty["type"], empty["session"], empty["receiver_seq"]) == ("welcome", "s9", 0)
    await hub.send(http, chain.source, chain.batch(1, 4))
    assert (await hub.greet(http, chain.source, chain.hello()))["receiver_seq"] == 4


async def test_a_batch_delivered_twice_or_overlapping_counts_once(cloud, http, hub):
    chain = market_day(300)
    await hub.send(http, chain.source, chain.batch(1, 290))
    for first, last in ((1, 290), (100, 302), (1, 302)):
        answer = await hub.send(http, chain.source, chain.batch(first, last))
    assert answer["receiver_seq"] == 302
    assert await totals(cloud, http) == {"till-harbour": (302, 300, sum_of(chain))}


async def test_a_gap_is_asked_for_and_nothing_after_it_is_taken(cloud, http, hub):
    chain = market_day(5)
    await hub.send(http, chain.source, chain.batch(1, 2))
    answer = await hub.send(http, chain.source, chain.batch(5, 7))
    assert (answer["type"], answer["next_seq"]) == ("gap", 3)
    assert (await totals(cloud, http))["till-harbour"][0] == 2


async def test_a_fork_is_refused_kept_and_told_while_the_first_chain_goes_on(cloud, http, hub):
    chain, copy = market_day(3), market_day(3)
    await hub.send(http, chain.source, chain.batch())
    chain.add(sale(4, "mug"), OPENING + timedelta(hours=1))
    copy.add(sale(4, "towel"), OPENING + timedelta(hours=1))
    await hub.send(http, chain.source, chain.batch(6))
    for refused in (
        await hub.send(http, copy.source, copy.batch(6)),
        await hub.greet(http, copy.source, copy.hello("s1")),
        await hub.greet(http, copy.source, copy.hello("s2")),
    ):
        assert refused["type"] == "refused"
        assert "entry 6" in str(refused["reason"])
    chain.add(sale(5, "mug"), OPENING + timedelta(hours=2))
    assert (await hub.send(http, chain.source, chain.batch(7)))["receiver_seq"] == 7
    await sign_in(cloud, http)
    fleet = (await http.get("/api/dashboard/fleet")).json()
    assert [(row["source"], row["seq"]) for row in fleet["quarantined"]] == [("till-harbour", 6)]
    assert fleet["rejected"] == 2  # the batch and the greeting of the copy, each once, with its bytes


async def test_an_entry_of_a_newer_version_is_kept_and_chained_but_not_counted(cloud, http, hub):
    chain = market_day(1)
    chain.add_raw("DiscountGranted", {"percent": 10})
    chain.add_raw("SaleRecorded", {"total_minor": "a lot"})
    chain.add(sale(2, "bowl"))
    answer = await hub.send(http, chain.source, chain.batch())
    assert answer["receiver_seq"] == 6
    assert await totals(cloud, http) == {"till-harbour": (6, 2, chain_total(chain))}
    assert (await http.get("/api/dashboard/fleet")).json()["rejected"] == 2


def chain_total(chain: Chain) -> int:
    totals = [entry.body["total_minor"] for entry in chain.entries if entry.kind == "SaleRecorded"]
    return sum(total for total in totals if isinstance(total, int))


async def test_a_sale_beyond_all_bounds_is_kept_and_not_counted(cloud, http, hub):
    chain = market_day(1)
    body = dict(chain.entries[-1].body) | {"total_minor": 10**30}
    chain.add_raw("SaleRecorded", body)
    assert (await hub.send(http, chain.source, chain.batch()))["receiver_seq"] == 4
    assert (await totals(cloud, http))["till-harbour"][1] == 1


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"", "not a JSON object"),
        (b"\x28\xb5\x2f\xfdxx", "damaged"),
        (b'{"type":"ack","protocol":1,"epoch":"k7f3q2","receiver_seq":1,"onward_seq":1}', "type ack"),
        (
            b'{"type":"entries","protocol":1,"epoch":"A/B","first_seq":1,"count":0,"last_hash":""}',
            "epoch 'A/B'",
        ),
    ],
)
async def test_a_malformed_payload_is_refused_in_words_and_kept(cloud, http, hub, payload, words):
    answer = await hub.post(http, ENTRIES, payload)
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed-payload"
    assert words in answer.json()["message"]
    await sign_in(cloud, http)
    assert (await http.get("/api/dashboard/fleet")).json()["rejected"] == 1


async def test_a_line_of_another_tenant_or_source_stops_the_batch(cloud, http, hub):
    for foreign in (market_day(1, tenant="other"), market_day(1, source="till-old-town")):
        answer = await hub.post(http, ENTRIES, foreign.batch())
        assert answer.status_code == 400
    assert await totals(cloud, http) == {}


async def test_a_batch_damaged_on_its_way_changes_nothing(cloud, http, hub):
    chain = market_day(1)
    damaged = pack_entries(chain.epoch, 1, chain.lines, "0" * 64)
    assert (await hub.post(http, ENTRIES, damaged)).status_code == 400
    assert await totals(cloud, http) == {}


async def test_a_request_that_is_not_signed_by_an_enrolled_device_is_refused(cloud, http, hub):
    chain = market_day(1)
    stranger = Hub("demo", "hub-dock", Ed25519PrivateKey.generate())
    nobody = Hub("demo", "hub-nowhere", hub.key)
    elsewhere = Hub("other", "hub-dock", hub.key)
    for device in (stranger, nobody, elsewhere):
        answer = await device.post(http, ENTRIES, chain.batch())
        assert (answer.status_code, answer.json()["code"]) == (401, "not-recognised")
    signed = hub.headers(ENTRIES, chain.batch())
    for path, body, headers in (
        (ENTRIES, chain.batch(1, 2), signed),
        ("/api/v1/streams/till-old-town/entries", chain.batch(), signed),
        (ENTRIES, chain.batch(), {}),
        (ENTRIES, chain.batch(), {"Authorization": "Bearer let-me-in"}),
    ):
        assert (await http.post(path, content=body, headers=headers)).status_code == 401
    assert await totals(cloud, http) == {}


async def test_only_hubs_deliver_and_no_hub_speaks_for_another(cloud, http, hub):
    till = enrol_hub(cloud, "till-harbour", role=Role.TILL)
    other = enrol_hub(cloud, "hub-market")
    chain = market_day(1)
    assert (await till.post(http, ENTRIES, chain.batch())).status_code == 403
    own = market_day(0, source="hub-dock")
    path = "/api/v1/streams/hub-dock/entries"
    answer = await other.post(http, path, own.batch())
    assert (answer.status_code, answer.json()["code"]) == (403, "not-your-source")
    assert (await hub.post(http, path, own.batch())).status_code == 200


async def test_a_till_that_moves_to_another_hub_goes_on_with_the_same_chain(cloud, http, hub):
    chain = market_day(4)
    await hub.send(http, chain.source, chain.batch(1, 3))
    other = enrol_hub(cloud, "hub-market")
    assert (await other.greet(http, chain.source, chain.hello()))["receiver_seq"] == 3
    assert (await other.send(http, chain.source, chain.batch(4)))["receiver_seq"] == 6
    assert await totals(cloud, http) == {"till-harbour": (6, 4, sum_of(chain))}


async def test_a_new_epoch_of_a_till_is_a_chain_of_its_own(cloud, http, hub):
    first, second = market_day(2), market_day(1, epoch="m4x9rt")
    await hub.send(http, first.source, first.batch())
    await hub.send(http, second.source, second.batch())
    await sign_in(cloud, http)
    streams = (await http.get("/api/compare")).json()["streams"]
    assert [(row["epoch"], row["seq"], row["sales"]) for row in streams] == [
        ("k7f3q2", 4, 2),
        ("m4x9rt", 3, 1),
    ]


async def test_two_tenants_with_the_same_names_never_see_each_other(cloud, http, hub):
    other_hub = enrol_hub(cloud, "hub-dock", tenant="other")
    ours, theirs = market_day(3), market_day(1, tenant="other")
    await hub.send(http, ours.source, ours.batch())
    await other_hub.send(http, theirs.source, theirs.batch())
    report = b'{"sources":[{"source":"till-harbour","role":"till","online":true,"seq":3}]}'
    await other_hub.post(http, "/api/v1/presence", report)
    await other_hub.post(http, ENTRIES, b"rubbish")
    assert await totals(cloud, http) == {"till-harbour": (5, 3, sum_of(ours))}
    assert (await http.get("/api/dashboard/today")).json()["sales"] == 3
    fleet = (await http.get("/api/dashboard/fleet")).json()
    assert (fleet["rejected"], [row["online"] for row in fleet["sources"]]) == (0, [False])
    await sign_in(cloud, http, user="olga", tenant="other")
    assert (await http.get("/api/dashboard/today")).json()["sales"] == 1
    assert (await http.get("/api/dashboard/fleet")).json()["rejected"] == 1


async def test_stock_moves_are_kept_for_later_questions_and_change_no_sum(cloud, http, hub):
    chain = Chain()
    open_day(chain)
    chain.add(
        StockMoved(sku=Sku("bowl"), name="Stoneware bowl", change_milli=6_000, reason=StockReason.RECEIVED)
    )
    await hub.send(http, chain.source, chain.batch())
    assert await totals(cloud, http) == {"till-harbour": (3, 0, 0)}
    assert (await http.get("/api/dashboard/fleet")).json()["rejected"] == 0
