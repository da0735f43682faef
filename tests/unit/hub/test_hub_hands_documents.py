"""Documents that the hub hands to its tills: what is newer, in parts, a few tills at a time, each till once."""

import asyncio
import contextlib
from contextlib import asynccontextmanager

import pytest

from hub.domain.device import Device, DeviceRole
from hub.domain.held_document import DocumentMark, HeldDocument
from hub.services import hand_documents
from hub.services.hand_documents import AT_ONCE, PART_BYTES
from shared.documents import EVERYONE, DocumentKind
from shared.ids import SourceId
from shared.wire import topics
from shared.wire.messages import make
from tests.unit.hub.bench import NOON, TILL, Bench

LONG_S = 30


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path / "hub.sqlite")
    yield made
    made.store.close()


def keep(
    bench, *, kind=DocumentKind.CATALOGUE, scope=EVERYONE, version=1, text=b'{"payload":"p","signature":"s"}'
):
    mark = DocumentMark(kind=kind, scope=scope, version=version, hash="ab" * 32, size_bytes=len(text))
    bench.do(lambda desk: desk.uow.documents.save(HeldDocument(mark=mark, signed=text, kept_at=NOON)))


def held(**versions):
    return make(
        "documents-held", epoch="k7f3q2", held={f"{kind}/everyone": at for kind, at in versions.items()}
    )


@asynccontextmanager
async def handing(bench):
    task = asyncio.create_task(bench.handing.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(happened):
    async with asyncio.timeout(LONG_S):
        while not happened():
            await asyncio.sleep(0.005)


def versions_handed(bench, till=TILL):
    return [(message["document"], message["version"]) for to, message, _ in bench.link.handed if to == till]


async def test_a_till_gets_what_is_newer_than_what_it_runs_and_nothing_else(bench):
    keep(bench, version=3)
    keep(bench, kind=DocumentKind.PRICES, scope=TILL, version=1)
    keep(bench, kind=DocumentKind.PRICES, scope="till-other", version=1)
    keep(bench, kind=DocumentKind.SETTINGS, version=2)
    async with handing(bench):
        await bench.hear(TILL, topics.ENTRIES, held(catalogue=2, settings=2))
        await until(lambda: len(bench.link.handed) == 2)
    assert versions_handed(bench) == [("catalogue", 3), ("prices", 1)]
    assert bench.look(lambda uow: uow.documents.running(TILL)) == {
        "catalogue/everyone": 2,
        "settings/everyone": 2,
    }


async def test_a_large_document_comes_in_parts_that_add_up_to_it(bench):
    text = bytes(range(65, 91)) * (PART_BYTES // 10)
    keep(bench, text=text)
    async with handing(bench):
        await bench.hear(TILL, topics.ENTRIES, held())
        await until(lambda: len(bench.link.handed) == 3)
    parts = [(message["part"], message["parts"]) for _, message, _ in bench.link.handed]
    assert parts == [(1, 3), (2, 3), (3, 3)]
    assert b"".join(part for _, _, part in bench.link.handed) == text


async def test_a_till_that_asks_again_at_once_is_not_handed_the_same_twice_but_later_it_is(bench):
    keep(bench)
    async with handing(bench):
        for _ in range(3):
            await bench.hear(TILL, topics.ENTRIES, held())
        keep(bench, kind=DocumentKind.SETTINGS)
        await bench.hear(TILL, topics.ENTRIES, held())
        await until(lambda: len(bench.link.handed) == 2)
        assert versions_handed(bench) == [("catalogue", 1), ("settings", 1)]
        await until(lambda: len(bench.handing._handed[TILL]) == 2)  # noted, before the time goes on
        bench.clock.ms += hand_documents.NOT_AGAIN_WITHIN_MS
        await bench.hear(TILL, topics.ENTRIES, held())
        await until(lambda: len(bench.link.handed) == 4)


async def test_two_hundred_tills_at_once_are_handed_to_a_few_at_a_time(bench):
    keep(bench, text=b"x" * (3 * PART_BYTES))
    under_way, most = {}, []
    hand = bench.link.hand

    async def watch(till, message, part):
        under_way[till] = message["part"]
        most.append(sum(part < 3 for part in under_way.values()))
        await asyncio.sleep(0)
        await hand(till, message, part)

    bench.link.hand = watch
    tills = [SourceId(f"till-{number}") for number in range(200)]
    async with handing(bench):
        for till in tills:
            await bench.handing.offer(till)
        await until(lambda: len(bench.link.handed) == 600)
    assert max(most) <= AT_ONCE
    assert {till for till, _, _ in bench.link.handed} == set(tills)


async def test_newer_documents_are_offered_to_the_tills_that_are_here(bench):
    for name in ("till-here", "till-away"):
        device = Device(
            device=SourceId(name), role=DeviceRole.TILL, public_key="k", certificate={}, enrolled_at=NOON
        )
        bench.do(lambda desk, device=device: desk.uow.devices.save(device))
    await bench.hear("till-here", topics.STATE, make("birth", session="s", software="t"))
    keep(bench)
    async with handing(bench):
        await bench.handing.offer_all()
        await until(lambda: bench.link.handed)
    assert [till for till, _, _ in bench.link.handed] == ["till-here"]


async def test_a_till_that_leaves_gets_no_more_parts(bench):
    keep(bench, text=b"x" * (3 * PART_BYTES))
    await bench.hear(TILL, topics.STATE, make("birth", session="s", software="t"))
    hand = bench.link.hand

    async def leave(till, message, part):
        await hand(till, message, part)
        await bench.hear(TILL, topics.STATE, make("death", session="s"))

    bench.link.hand = leave
    async with handing(bench):
        await bench.handing.offer(TILL)
        await until(lambda: bench.link.handed)
        await bench.handing.offer(SourceId("till-next"))
        await until(lambda: "till-next" in {till for till, _, _ in bench.link.handed})
    assert [message["part"] for till, message, _ in bench.link.handed if till == TILL] == [1]


async def test_while_the_broker_is_away_the_till_waits_for_its_turn_again(bench, monkeypatch):
    monkeypatch.setattr(hand_documents, "RETRY_S", 0.01)
    keep(bench)
    bench.link.down = True
    async with handing(bench):
        await bench.handing.offer(TILL)
        await asyncio.sleep(0.05)
        bench.link.down = False
        await until(lambda: bench.link.handed)
    assert versions_handed(bench) == [("catalogue", 1)]


async def test_a_list_that_is_none_is_kept_with_its_reason(bench):
    await bench.hear(TILL, topics.ENTRIES, make("documents-held", epoch="k7f3q2", held={"catalogue": "four"}))
    (rejected,) = bench.look(lambda uow: uow.refusals.newest_rejected(5))
    assert "version numbers" in rejected.reason
    assert bench.look(lambda uow: uow.documents.running(TILL)) == {}
