"""Documents from the hub's database to the till's disk over the real broker, with both ends as they run."""

import asyncio
import contextlib
from dataclasses import replace
from pathlib import Path

import pytest

from device.adapters.files.document_files import DocumentFiles
from device.adapters.mqtt_hub_link import MqttHubLink
from device.domain.documents import DocumentFault
from device.domain.identity import BrokerAccess
from device.services.accept_document import AcceptDocument
from device.services.changes import Changes
from device.services.hear_documents import HearDocuments
from device.services.models import Models
from device.services.sync import Sync
from hub.adapters.mqtt_link import MqttLink, MqttSignIn
from hub.adapters.system_randomness import SystemRandomness
from hub.domain.device import Device, DeviceRole
from hub.domain.held_document import DocumentMark, HeldDocument
from hub.services.hand_documents import PART_BYTES
from hub.services.hear import Heard
from shared.documents import DocumentKind, document_hash
from shared.host.end_tasks import end_tasks
from shared.host.system_clock import SystemClock
from shared.ids import Sku, SourceId
from tests.fakes import FakeRandomness, MemorySettings
from tests.firmware.broker_process import BrokerProcess
from tests.unit.device.issuer import TILL, catalogue, issue, text_of
from tests.unit.device.stall import BOWL, open_ledger
from tests.unit.hub.bench import HUB, NOON, TENANT, Bench

PATIENCE_S = 180


@pytest.fixture
def broker(tmp_path_factory):
    broker = BrokerProcess(tmp_path_factory.mktemp("broker"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path / "hub.sqlite")
    yield made
    made.store.close()


@contextlib.asynccontextmanager
async def hub_on(broker, bench):
    """The hub's hearing and handing, joined as its app joins them."""
    admitted = broker.hub()
    sign_in = MqttSignIn(hosts=(("127.0.0.1", broker.port),), username=admitted.username,
                         password=admitted.password, client_id=admitted.client_id)  # fmt: skip
    link = MqttLink(sign_in, tenant=TENANT, hub=HUB, randomness=SystemRandomness())
    bench.link.hand, bench.link.answer = link.hand, link.answer

    async def take(messages):
        await bench.hearing.hear([Heard(topic, payload) for topic, payload in messages])

    async with running(link.run(take), bench.handing.run()):
        await until(lambda: link.connected)
        yield


@contextlib.asynccontextmanager
async def till_on(broker, directory: Path):
    """The till's sync with its real link, ledger and files."""
    account = broker.add(TILL.device, "till")
    access = BrokerAccess(host="127.0.0.1", port=broker.port, username=account.username,
                          password=account.password, client_id=account.client_id)  # fmt: skip
    clock, settings, changes = SystemClock(), MemorySettings(), Changes()
    ledger, documents = open_ledger(directory / "ledger"), DocumentFiles(directory / "documents", TILL)
    link = MqttHubLink(access=access, tenant=TENANT, hub=HUB, device=TILL.device, software="0",
                       randomness=FakeRandomness())  # fmt: skip
    accept = AcceptDocument(ledger=ledger, documents=documents, settings=settings, clock=clock, identity=TILL,
                            models=Models(built_in=None, missing="", opener=None), changes=changes)  # fmt: skip
    hearing = HearDocuments(ledger=ledger, documents=documents, accept=accept, randomness=FakeRandomness())
    sync = Sync(ledger=ledger, link=link, settings=settings, clock=clock, randomness=FakeRandomness(),
                changes=changes, conversations=(hearing,))  # fmt: skip
    async with running(link.run(), sync.run()):
        yield documents, settings
    ledger.close()


@contextlib.asynccontextmanager
async def running(*coroutines):
    tasks = [asyncio.create_task(one) for one in coroutines]
    try:
        yield
    finally:
        await end_tasks(tasks)


async def until(happened):
    async with asyncio.timeout(PATIENCE_S):
        while not happened():
            await asyncio.sleep(0.02)


def keep(bench, signed):
    text = text_of(signed)
    mark = DocumentMark(kind=DocumentKind(signed.kind), scope="everyone", version=signed.version,
                        hash=document_hash(signed), size_bytes=len(text))  # fmt: skip
    bench.do(lambda desk: desk.uow.documents.save(HeldDocument(mark=mark, signed=text, kept_at=NOON)))


def large(version):
    products = (replace(BOWL, sku=Sku(f"bowl-{n}"), name=f"Bowl {n * 7919 % 10_007}") for n in range(6_000))
    return issue(catalogue(*products), version)


async def test_a_large_catalogue_reaches_the_disk_of_a_till_that_connects_and_the_next_one_while_it_is_there(
    broker, bench, tmp_path
):
    bench.do(lambda desk: desk.uow.devices.save(
        Device(device=SourceId(TILL.device), role=DeviceRole.TILL, public_key="k", certificate={}, enrolled_at=NOON)
    ))  # fmt: skip
    keep(bench, large(1))
    assert bench.look(lambda uow: uow.documents.newest_for(TILL.device))[0].size_bytes > 2 * PART_BYTES
    async with hub_on(broker, bench), till_on(broker, tmp_path) as (documents, _):
        await until(lambda: documents.current.versions() == {"catalogue/everyone": 1})
        await until(
            lambda: bench.look(lambda uow: uow.documents.running(TILL.device)) == {"catalogue/everyone": 1}
        )
        keep(bench, large(2))
        await bench.handing.offer_all()
        await until(lambda: documents.current.versions() == {"catalogue/everyone": 2})
    assert DocumentFiles(tmp_path / "documents", TILL).current.versions() == {"catalogue/everyone": 2}


@pytest.mark.timeout(
    300
)  # the broker gives what was not acknowledged again after half a minute, and may do so twice
async def test_a_broker_that_dies_on_the_way_only_makes_the_document_later(broker, bench, tmp_path):
    async with hub_on(broker, bench), till_on(broker, tmp_path) as (documents, _):
        await until(lambda: bench.presence.of(TILL.device) is not None)
        keep(bench, large(1))
        broker.kill()
        await bench.handing.offer(SourceId(TILL.device))
        await asyncio.to_thread(broker.start)
        await until(lambda: documents.current.versions() == {"catalogue/everyone": 1})


async def test_an_unsigned_document_is_refused_at_the_till_and_what_counted_goes_on(broker, bench, tmp_path):
    keep(bench, issue(catalogue(BOWL), 3))
    async with hub_on(broker, bench), till_on(broker, tmp_path) as (documents, settings):
        await until(lambda: documents.current.versions() == {"catalogue/everyone": 3})
        keep(bench, issue(catalogue(), 4, tenant="else"))
        await bench.handing.offer(SourceId(TILL.device))
        await until(lambda: settings.current.refused_documents)
        assert [one.fault for one in settings.current.refused_documents] == [DocumentFault.UNTRUSTED]
        assert documents.current.versions() == {"catalogue/everyone": 3}
