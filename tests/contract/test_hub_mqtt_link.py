"""The hub's link over the real broker: nothing is acknowledged before it is durable, and restarts lose nothing."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from hub.adapters import mqtt_link
from hub.adapters.mqtt_link import MqttLink, MqttSignIn
from hub.adapters.system_randomness import SystemRandomness
from hub.domain.errors import LinkDownError
from hub.domain.inbox import Bounds, Inbox
from hub.services.hear import Heard
from shared.sync import batch
from shared.wire import topics
from shared.wire.messages import make
from tests.firmware.broker_process import BrokerProcess
from tests.firmware.stand import signed_in
from tests.unit.hub.bench import BOARD, HUB, TENANT, TILL, Bench, TillLedger

ENTRIES = topics.topic(TENANT, HUB, TILL, topics.ENTRIES)
PATIENCE_S = 60


@pytest.fixture(params=["nats-server", "mosquitto"])
def broker(request, tmp_path):
    """A broker of this test alone: what one test left unacknowledged would be heard by the next."""
    tls = {"TLS": "on"} if request.param == "mosquitto" else {}
    broker = BrokerProcess(tmp_path / "broker", program=request.param, settings=tls)
    broker.start()
    yield broker
    broker.stop()


@asynccontextmanager
async def running(broker, listener):
    """A hub's link that is connected, for the length of a block."""
    hub = broker.hub()
    sign_in = MqttSignIn(
        hosts=(("127.0.0.1", 1), ("127.0.0.1", broker.port)),  # nobody is at the first
        tls=bool(broker.authority()),
        authority=broker.authority(),
        username=hub.username,
        password=hub.password,
        client_id=hub.client_id,
    )
    link = MqttLink(sign_in, tenant=TENANT, hub=HUB, randomness=SystemRandomness())
    task = asyncio.create_task(link.run(listener))
    try:
        await until(lambda: link.connected)
        yield link
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def till_client(broker, name=TILL):
    return signed_in(broker.port, broker.add(name, "till"), clean=False, authority=broker.authority())


async def until(happened):
    async with asyncio.timeout(PATIENCE_S):
        while not happened():
            await asyncio.sleep(0.01)


async def test_a_batch_that_could_not_be_kept_comes_again_until_it_is(broker):
    arrived = []

    async def fail_once(messages):
        arrived.extend(payload for _, payload in messages)
        if len(arrived) == 1:
            raise OSError("the disk is full")

    async with running(broker, fail_once), till_client(broker) as till:
        await till.publish(ENTRIES, b"only once", qos=1)
        await until(lambda: len(arrived) >= 2)
    assert arrived[:2] == [b"only once"] * 2


async def test_what_was_sent_while_the_hub_was_away_arrives_when_it_is_back(broker):
    arrived = []

    async def keep(messages):
        arrived.extend(payload for _, payload in messages)

    async with running(broker, keep):
        pass
    async with till_client(broker) as till:
        for number in range(20):
            await till.publish(ENTRIES, b"%d" % number, qos=1)
    async with running(broker, keep):
        await until(lambda: len(arrived) >= 20)
    assert [int(payload) for payload in arrived if payload.isdigit()] == list(range(20))


async def test_a_till_gets_its_acknowledgement_over_the_broker_after_the_entries_are_durable(broker, bench):
    ledger = TillLedger()
    ledger.sell_for_pickup()
    heard = []

    async def take(messages):

        await bench.hearing.hear([Heard(topic, payload) for topic, payload in messages])

    async with running(broker, take) as link, till_client(broker) as till:
        bench.link.answer = link.answer
        await till.subscribe(topics.topic(TENANT, HUB, TILL, topics.ACK), qos=1)
        await till.publish(ENTRIES, ledger.payload(), qos=1)
        async with asyncio.timeout(PATIENCE_S):
            async for message in till.messages:
                heard.append(batch.unpack(message.payload).message)
                break
    assert (heard[0]["type"], heard[0]["receiver_seq"]) == ("ack", 2)
    assert bench.look(lambda uow: uow.streams.find(ledger.stream)).head == ledger.head


async def test_a_killed_broker_comes_back_and_the_link_with_it(broker):
    arrived = []

    async def keep(messages):
        arrived.extend(payload for _, payload in messages)

    async with running(broker, keep) as link:
        broker.kill()
        await until(lambda: not link.connected)
        with pytest.raises(LinkDownError):
            await link.command(BOARD, make("greet", session="s"))
        await link.answer(TILL, make("gap", epoch="e", next_seq=1))  # dropped: the till asks again
        await asyncio.to_thread(broker.start)
        await until(lambda: link.connected)
        async with till_client(broker) as till:
            await till.publish(ENTRIES, b"after", qos=1)
            await until(lambda: b"after" in arrived)


@pytest.fixture
async def bench(tmp_path):
    made = Bench(tmp_path / "hub.sqlite")
    yield made
    made.store.close()


class Ear:
    """A listener that can be held up, as by a slow disk; `heard` is what each call brought."""

    def __init__(self):
        self.heard = []
        self.free = asyncio.Event()
        self.free.set()

    async def __call__(self, messages):
        await self.free.wait()
        self.heard.append([(topics.split_topic(topic)[2], payload) for topic, payload in messages])

    def all(self):
        return [message for call in self.heard for message in call]


async def test_a_till_with_much_to_say_lets_another_in_between_and_each_keeps_its_order(broker, monkeypatch):
    ear, arrived, put = Ear(), [], Inbox.put

    def put_and_tell(inbox, source, message, opened_bytes):
        arrived.append(source)
        return put(inbox, source, message, opened_bytes)

    monkeypatch.setattr(Inbox, "put", put_and_tell)
    async with running(broker, ear), till_client(broker) as till, till_client(broker, "till-quiet") as quiet:
        ear.free.clear()
        for number in range(60):
            await till.publish(ENTRIES, b"%06d" % number + bytes(16_000), qos=1)
        await quiet.publish(topics.topic(TENANT, HUB, "till-quiet", topics.ENTRIES), b"one sale", qos=1)
        await until(lambda: any(source.endswith("/till-quiet") for source in arrived))
        ear.free.set()
        await until(lambda: len(ear.all()) >= 61)
    said = ear.all()
    assert [payload[:6] for source, payload in said if source == TILL] == [b"%06d" % n for n in range(60)]
    assert [source for source, _ in said].index("till-quiet") <= mqtt_link.AT_ONCE.opened_bytes // 16_000 + 1
    sizes = [sum(len(payload) for _, payload in call) for call in ear.heard]
    assert max(sizes) <= mqtt_link.AT_ONCE.opened_bytes


async def test_what_the_inbox_has_no_room_for_waits_outside_and_is_heard_later(broker, monkeypatch):
    monkeypatch.setattr(mqtt_link, "INBOX", Bounds(messages=3, opened_bytes=1_000))
    monkeypatch.setattr(mqtt_link, "AT_ONCE", Bounds(messages=2, opened_bytes=1_000))
    ear = Ear()
    async with running(broker, ear), till_client(broker) as till:
        ear.free.clear()
        for number in range(30):
            await till.publish(ENTRIES, b"%d" % number, qos=1)
        ear.free.set()
        await until(lambda: len(ear.all()) >= 30)
    assert [int(payload) for _, payload in ear.all()] == list(range(30))


async def test_a_payload_that_only_looks_packed_holds_up_nobody(broker):
    ear = Ear()
    async with running(broker, ear) as link, till_client(broker) as till:
        await till.publish(ENTRIES, b"\x28\xb5\x2f\xfd and no frame at all", qos=1)
        await till.publish(ENTRIES, b"after", qos=1)
        await until(lambda: (TILL, b"after") in ear.all())
        assert link.connected


async def test_a_document_is_not_handed_over_a_connection_that_ended_while_it_was_packed(monkeypatch):
    sign_in = MqttSignIn(hosts=(("127.0.0.1", 1),), username="u", password="p", client_id="c")
    link = MqttLink(sign_in, tenant=TENANT, hub=HUB, randomness=SystemRandomness())
    link._client, pack = object(), batch.pack

    def pack_slowly(message, lines):
        link._client = None
        return pack(message, lines)

    monkeypatch.setattr(batch, "pack", pack_slowly)
    part = make("document", document="model", scope="everyone", version=1, hash="x", part=1, parts=1)
    with pytest.raises(LinkDownError):
        await link.hand(TILL, part, b"part")
