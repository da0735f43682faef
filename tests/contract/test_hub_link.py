"""What a till's service may expect of its `HubLink`, whichever it is: one in memory, or MQTT over the real broker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import aiomqtt
import pytest

from device.adapters.mqtt_hub_link import MqttHubLink
from device.domain.identity import BrokerAccess
from device.ports.hub import HubLink, LinkEvent, LinkLost, LinkPayload, LinkUp
from hub.broker.authority import make_authority
from hub.broker.users import BrokerCredentials
from shared.entry import StreamKey
from shared.ids import Epoch, SourceId, TenantId
from shared.sync.batch import pack
from shared.wire import codec, topics
from shared.wire.messages import make
from tests.fakes import FakeHubLink, FakeRandomness, Mailbox
from tests.firmware.broker_process import BrokerProcess
from tests.firmware.stand import signed_in

TENANT, HUB, TILL = "demo", "hub-dock", "till-x"
STREAM = StreamKey(tenant=TenantId(TENANT), source=SourceId(TILL), epoch=Epoch("aaaaaa"))
WAIT_S = 40.0
HELLO = pack(make("hello", session="s", epoch="aaaaaa", head_seq=0, head_hash="0" * 64))
ACK = pack(make("ack", epoch="aaaaaa", receiver_seq=3, onward_seq=1))


@dataclass
class Way:
    """A link, and the hub's end of it."""

    link: HubLink
    say: Callable[[bytes], Awaitable[None]]
    break_off: Callable[[], Awaitable[None]]
    heal: Callable[[], Awaitable[None]]


async def next_of(link: HubLink, kind: type[LinkEvent]) -> LinkEvent:
    """Wait for an event of one kind."""
    async with asyncio.timeout(WAIT_S):
        while True:
            event = await link.next_event()
            if isinstance(event, kind):
                return event


async def why_it_never_comes_up(link: HubLink) -> str:
    """Wait for the reason, and then in vain for the link."""
    lost = await next_of(link, LinkLost)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.5):
            await next_of(link, LinkUp)
    assert isinstance(lost, LinkLost)
    return lost.reason


@contextlib.asynccontextmanager
async def way_in_memory() -> AsyncIterator[Way]:
    fake = FakeHubLink(Mailbox(STREAM), lossless=True)

    async def say(payload: bytes) -> None:
        fake.say_bytes(payload)

    async def break_off() -> None:
        fake.go_down()

    async def heal() -> None:
        fake.go_up()

    fake.go_up()
    yield Way(fake, say, break_off, heal)


def access_of(broker: BrokerProcess, credentials: BrokerCredentials) -> BrokerAccess:
    """A till's way in: behind a host where nobody is, so that it has to go on to the next."""
    return BrokerAccess(
        host="127.0.0.1", port=1, hosts=("127.0.0.1:1", f"127.0.0.1:{broker.port}"),
        username=credentials.username, password=credentials.password, client_id=credentials.client_id,
        tls=bool(broker.authority()), authority=broker.authority(),
    )  # fmt: skip


@contextlib.asynccontextmanager
async def running_with(access: BrokerAccess) -> AsyncIterator[MqttHubLink]:
    link = MqttHubLink(access=access, tenant=TENANT, hub=HUB, device=TILL, software="0",
                       randomness=FakeRandomness())  # fmt: skip
    task = asyncio.create_task(link.run())
    try:
        yield link
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def running(
    broker: BrokerProcess, credentials: BrokerCredentials
) -> contextlib.AbstractAsyncContextManager[MqttHubLink]:
    return running_with(access_of(broker, credentials))


@contextlib.asynccontextmanager
async def way_over_mqtt(broker: BrokerProcess) -> AsyncIterator[Way]:
    async def say(payload: bytes) -> None:
        """Answer as the hub does: once what the till sent has been heard."""
        async with signed_in(broker.port, broker.hub(), authority=broker.authority()) as hub:
            await hub.publish(topics.topic(TENANT, HUB, TILL, topics.ACK), payload, qos=1)

    async def break_off() -> None:
        broker.kill()

    async def heal() -> None:
        broker.start()

    async with running(broker, broker.add(TILL, "till")) as link:
        yield Way(link, say, break_off, heal)


@pytest.fixture(params=["memory", "nats-server", "nats-server over TLS", "mosquitto over TLS"])
async def way(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Way]:
    if request.param == "memory":
        async with way_in_memory() as way:
            yield way
        return
    program, _, tls = str(request.param).partition(" ")
    broker = BrokerProcess(tmp_path, program=program, settings={"TLS": "on"} if tls else {})
    broker.start()
    try:
        async with way_over_mqtt(broker) as way:
            yield way
    finally:
        broker.stop()


async def test_it_comes_up_by_itself_and_hears_the_hub(way: Way) -> None:
    assert await next_of(way.link, LinkUp)
    await way.say(ACK)
    assert await next_of(way.link, LinkPayload) == LinkPayload(ACK)


async def test_it_tells_that_it_was_lost_and_comes_back_under_a_new_session(way: Way) -> None:
    first = await next_of(way.link, LinkUp)
    await way.break_off()
    lost = await next_of(way.link, LinkLost)
    assert isinstance(lost, LinkLost)
    assert lost.reason
    await way.heal()
    assert await next_of(way.link, LinkUp) != first
    await way.say(ACK)
    assert await next_of(way.link, LinkPayload) == LinkPayload(ACK)


async def test_what_cannot_be_sent_is_dropped_and_said_so(way: Way) -> None:
    await next_of(way.link, LinkUp)
    assert way.link.send(HELLO)
    await way.break_off()
    await next_of(way.link, LinkLost)
    assert not way.link.send(HELLO)
    await way.heal()
    await next_of(way.link, LinkUp)


async def test_the_hub_hears_birth_entries_and_death_of_a_till(tmp_path: Path) -> None:
    broker = BrokerProcess(tmp_path)
    broker.start()
    try:
        async with signed_in(broker.port, broker.hub()) as hub:
            for channel in (topics.ENTRIES, topics.STATE):
                await hub.subscribe(topics.filter_all_sources(TENANT, HUB, channel), qos=1)
            async with running(broker, broker.add(TILL, "till")) as link:
                up = await next_of(link, LinkUp)
                assert isinstance(up, LinkUp)
                assert link.send(HELLO)
                birth, hello = [await _heard(hub) for _ in range(2)]
            death = codec.decode((await _heard(hub)).payload)
            assert (death["type"], death["session"]) == ("death", up.session)
            assert codec.decode(birth.payload)["session"] == up.session
            assert hello.payload == HELLO
            assert topics.split_topic(str(hello.topic)) == (TENANT, HUB, TILL, topics.ENTRIES)
    finally:
        broker.stop()


async def test_a_till_that_may_not_listen_is_never_up(tmp_path: Path) -> None:
    broker = BrokerProcess(tmp_path)
    broker.start()
    try:
        credentials = broker.add("till-other", "till")
        async with running(broker, credentials) as link:
            assert await why_it_never_comes_up(link)
            assert not link.send(HELLO)
    finally:
        broker.stop()


async def test_a_till_believes_no_broker_of_another_authority_and_says_nothing_to_it(tmp_path: Path) -> None:
    broker = BrokerProcess(tmp_path, settings={"BIND": "0.0.0.0", "PUBLIC_HOSTS": "hub.example"})
    broker.start()
    try:
        access = access_of(broker, broker.add(TILL, "till"))
        strange = make_authority("somebody", datetime(2026, 1, 1, tzinfo=UTC)).certificate.decode()
        for refused in (
            replace(access, authority=strange),
            replace(access, authority=""),  # asked for TLS, and never plain instead
            replace(access, hosts=(f"127.0.0.2:{broker.port}",)),  # a name it is not made for
        ):
            async with running_with(refused) as link:
                assert await why_it_never_comes_up(link)
        async with running_with(access) as link:
            assert await next_of(link, LinkUp)
    finally:
        broker.stop()


async def _heard(client: aiomqtt.Client) -> aiomqtt.Message:
    async with asyncio.timeout(WAIT_S):
        return await anext(aiter(client.messages))
