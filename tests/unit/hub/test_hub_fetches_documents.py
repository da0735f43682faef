"""Documents from the cloud: newer ones are fetched and checked; no older, changed or foreign one gets in."""

import json
from dataclasses import replace

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.adapters.cloud_client import HttpxCloudLink
from hub.domain.device import Device, DeviceRole
from hub.domain.errors import CloudUnreachableError
from hub.domain.held_document import DocumentMark
from hub.services.fetch_documents import FETCHED_AT_ONCE, LOOK_EVERY_MS, REFUSED_AGAIN_MS
from shared.documents import (
    EVERYONE,
    SIGNED_BYTES_MAX,
    DocumentKind,
    PricesContent,
    SettingsContent,
    document_hash,
    issue_document,
)
from shared.trust import verify_request
from tests.unit.hub.bench import HUB, NOON, TENANT, TILL, TillLedger, identity, root_key


def offer(cloud, version, *, content=None, scope=EVERYONE, tenant=TENANT, key=None):
    """The cloud has one more version; returns its mark."""
    content = content or PricesContent(prices_minor={"mug": version})
    signed = issue_document(
        key or root_key(),
        tenant=tenant,
        scope=scope,
        version=version,
        issued_at="2026-05-02T12:00:00Z",
        content=content,
    )
    mark = DocumentMark(
        kind=DocumentKind(signed.kind),
        scope=scope,
        version=version,
        hash=document_hash(signed),
        size_bytes=400,
    )
    cloud.offered = [one for one in cloud.offered if (one.kind, one.scope) != (mark.kind, scope)] + [mark]
    cloud.signed[mark.kind, scope, version] = dict(signed.to_json())
    return mark


async def look(bench):
    bench.clock.ms += LOOK_EVERY_MS
    await bench.fetching.fetch_due()


def held(bench):
    return {(one.kind.value, one.scope): one.version for one in bench.look(lambda uow: uow.documents.all())}


def refusals(bench):
    return [(one.topic, one.reason) for one in bench.look(lambda uow: uow.refusals.newest_rejected(9))]


async def test_what_is_newer_is_fetched_once_and_kept_as_it_was_signed(bench):
    mark = offer(bench.cloud, 3)
    for _ in range(3):
        await look(bench)
    assert held(bench) == {("prices", "everyone"): 3}
    assert bench.cloud.fetched == [mark]
    kept = bench.look(lambda uow: uow.documents.find(DocumentKind.PRICES, EVERYONE))
    assert json.loads(kept.signed) == bench.cloud.signed[DocumentKind.PRICES, EVERYONE, 3]
    assert kept.mark.size_bytes == len(kept.signed)
    assert [one.version for one in bench.cloud.held] == [3]


async def test_many_documents_come_some_at_a_time_and_entries_are_passed_on_in_between(bench):
    for number in range(FETCHED_AT_ONCE + 3):
        offer(bench.cloud, 1, scope=f"till-{number}")
    ledger = TillLedger()

    await bench.forwarding.forward_once()
    assert len(held(bench)) == FETCHED_AT_ONCE
    assert bench.appended.is_set(), "the next pass comes at once"
    await bench.hear_entries(ledger)
    await bench.forwarding.forward_once()

    assert len(bench.cloud.chains[TILL, "k7f3q2"]) == 1
    assert len(held(bench)) == FETCHED_AT_ONCE + 3


async def test_the_forwarding_loop_fetches_and_tells_what_tills_run(bench):
    till = Device(device=TILL, role=DeviceRole.TILL, public_key="k", certificate={}, enrolled_at=NOON)
    bench.do(lambda desk: desk.uow.devices.save(till))
    bench.do(lambda desk: desk.uow.documents.set_running(TILL, {"catalogue/everyone": 12}, NOON))
    offer(bench.cloud, 1)
    await bench.forwarding.forward_once()
    assert held(bench) == {("prices", "everyone"): 1}
    documents = {row["source"]: row.get("documents") for row in bench.cloud.presences[-1]}
    assert documents == {HUB: None, TILL: {"catalogue/everyone": 12}}


async def test_an_older_version_never_gets_in(bench):
    offer(bench.cloud, 5)
    await look(bench)
    offer(bench.cloud, 4)
    await look(bench)
    assert held(bench) == {("prices", "everyone"): 5}
    assert len(bench.cloud.fetched) == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"key": Ed25519PrivateKey.generate()}, "not signed by the key"),
        ({"tenant": "nobody"}, "for another tenant, nobody"),
    ],
)
async def test_what_is_not_the_roots_or_another_tenants_is_refused_and_told_once(bench, fault, words):
    offer(bench.cloud, 1)
    await look(bench)
    offer(bench.cloud, 2, **fault)
    for _ in range(3):
        await look(bench)
    assert held(bench) == {("prices", "everyone"): 1}
    ((topic, reason),) = refusals(bench)
    assert topic == "documents/prices/everyone/2"
    assert words in reason
    assert reason.endswith("The version before it still counts.")
    assert len(bench.cloud.fetched) == 2


async def test_an_old_document_under_a_new_number_is_refused(bench):
    mark = offer(bench.cloud, 1)
    bench.cloud.offered = [replace(mark, version=9)]
    bench.cloud.signed[DocumentKind.PRICES, EVERYONE, 9] = bench.cloud.signed[
        DocumentKind.PRICES, EVERYONE, 1
    ]
    await look(bench)
    assert held(bench) == {}
    assert "the cloud named version 9" in refusals(bench)[0][1]


async def test_text_that_is_no_text_is_refused_and_the_loop_goes_on(bench):
    mark = offer(bench.cloud, 1)
    bench.cloud.signed[mark.kind, mark.scope, 1] = {
        "payload": '{"kind":"prices","x":"\ud800"}',
        "signature": "x",
    }
    offer(bench.cloud, 1, content=SettingsContent(stall="Harbour"))
    await look(bench)
    assert held(bench) == {("settings", "everyone"): 1}


async def test_a_document_beyond_the_limit_is_not_even_fetched(bench):
    bench.cloud.offered = [replace(offer(bench.cloud, 1), size_bytes=SIGNED_BYTES_MAX + 1)]
    await look(bench)
    assert bench.cloud.fetched == []
    assert "is the most" in refusals(bench)[0][1]


async def test_a_refused_document_is_asked_for_again_after_a_while_and_a_right_one_counts(bench):
    offer(bench.cloud, 1, key=Ed25519PrivateKey.generate())
    await look(bench)
    mark = bench.cloud.offered[0]
    bench.clock.ms += REFUSED_AGAIN_MS
    await look(bench)
    assert bench.cloud.fetched == [mark, mark]
    offer(bench.cloud, 2)
    await look(bench)
    assert held(bench) == {("prices", "everyone"): 2}
    assert len(refusals(bench)) == 1


async def test_a_cloud_without_documents_stops_nothing_else(bench):
    async def refuse(_held):
        raise CloudUnreachableError("it said 404: There is nothing at this address.", answered=True)

    bench.cloud.documents = refuse
    await bench.forwarding.forward_once()
    assert len(bench.cloud.presences) == 1


async def test_what_came_survives_a_restart(bench):
    offer(bench.cloud, 7)
    await look(bench)
    bench.restart()
    await look(bench)
    assert held(bench) == {("prices", "everyone"): 7}
    assert len(bench.cloud.fetched) == 1


# -- The link ---------------------------------------------------------------------------------------------------


def link_to(answer):
    return HttpxCloudLink(identity(), httpx.MockTransport(answer))


async def test_requests_for_documents_are_signed_and_kinds_of_a_newer_cloud_are_left_to_newer_hubs():
    asked = []

    def answer(request):
        signature = request.headers["authorization"].rsplit("signature=", 1)[1]
        public = json.loads(identity().certificate["payload"])["body"]["public_key"]
        verify_request(public, signature, method=request.method, path=request.url.path, body=request.content)
        asked.append((request.method, request.url.path, request.content))
        rows = [
            {"kind": kind, "scope": "everyone", "version": 2, "hash": "a" * 64, "bytes": 9, "more": 1}
            for kind in ("prices", "poem")
        ]
        return httpx.Response(
            200, json=rows if request.method == "POST" else {"payload": "p", "signature": "s"}
        )

    link = link_to(answer)
    mark = DocumentMark(kind=DocumentKind.PRICES, scope=EVERYONE, version=1, hash="b" * 64, size_bytes=5)
    (offered,) = await link.documents([mark])
    assert offered == replace(mark, version=2, hash="a" * 64, size_bytes=9)
    assert await link.document(offered) == {"payload": "p", "signature": "s"}
    await link.close()
    said = {"kind": "prices", "scope": "everyone", "version": 1, "hash": "b" * 64}
    assert [(method, path) for method, path, _ in asked] == [
        ("POST", "/api/v1/documents"), ("GET", "/api/v1/documents/prices/everyone/2")
    ]  # fmt: skip
    assert json.loads(asked[0][2]) == {"held": [said]}


@pytest.mark.parametrize(
    "content",
    [
        b"nonsense",
        b"{}",
        b'[{"kind":"prices","scope":"../x","version":1,"hash":"","bytes":1}]',
        b"x" * (5 * 1024 * 1024),
    ],
    ids=["no-json", "no-list", "bad-row", "too-long"],
)
async def test_an_answer_that_cannot_be_used_is_one_kind_of_error(content):
    link = link_to(lambda _request: httpx.Response(200, content=content))
    with pytest.raises(CloudUnreachableError) as caught:
        await link.documents([])
    assert caught.value.answered
    await link.close()
