"""A test stand: the real broker, the board's program on its VM, simulated doors, and a plain hub."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiomqtt

from hub.broker.users import BrokerCredentials
from hub.sim.doors import Door, Size
from hub.sim.settings_file import BoardIdentity, MqttAccess, pins, write_settings
from hub.sim.simulator import Simulator, Wiring
from hub.sim.vm import Interpreter, Machine
from shared.wire import codec, topics
from shared.wire.messages import make
from tests.firmware.broker_process import BrokerProcess

TENANT, HUB, BOARD = "demo", "hub-dock", "board-dock-1"
TIMEOUT_S = 30
_TRIES = 100
_PAUSE_S = 0.05
_NODELAY = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]

Message = dict[str, object]


@dataclass
class PlainHub:
    """Speaks to one board as a hub does, and keeps what it hears."""

    client: aiomqtt.Client
    heard: list[Message] = field(default_factory=list)
    session: str = ""
    counter: int = 0
    birth: Message = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        async for message in self.client.messages:
            assert isinstance(message.payload, bytes)
            self.heard.append(codec.decode(message.payload) | {"retained": bool(message.retain)})
            self._news.set()

    async def wait(self, kind: str, **fields: object) -> Message:
        """Return the first message not yet taken that has this type and these fields."""
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                for message in self.heard:
                    if message["type"] == kind and all(
                        message[key] == value for key, value in fields.items()
                    ):
                        self.heard.remove(message)
                        return message
                self._news.clear()
                await self._news.wait()

    async def send(self, message: Message, *, retain: bool = False, qos: int = 1) -> None:
        topic = topics.topic(TENANT, HUB, BOARD, topics.CMD)
        await self.client.publish(topic, codec.encode(message), qos=qos, retain=retain)

    async def greet(self, session: str) -> Message:
        """Greet the board once it is born; returns its answer."""
        self.birth = await self.wait("birth")
        await self.send(make("greet", session=session))
        self.session, self.counter = session, 0
        return await self.wait("ready", session=session)

    def order(self, command: str, compartment: int, **other: object) -> Message:
        self.counter += 1
        fields: Message = {
            "session": self.session,
            "command": command,
            "counter": self.counter,
            "compartment": compartment,
            "expires_ms": 600_000,
        }
        return make("open", **(fields | other))

    async def open(self, command: str, compartment: int, **other: object) -> Message:
        """Send an order and return its outcome."""
        await self.send(self.order(command, compartment, **other))
        return await self.wait("outcome", command=command)


@dataclass
class Stand:
    """What a test holds in its hands."""

    broker: BrokerProcess
    simulator: Simulator
    machine: Machine

    def door(self, compartment: int) -> Door:
        return self.simulator.doors()[compartment - 1]

    @asynccontextmanager
    async def hub(self, lasting_id: str = "") -> AsyncIterator[PlainHub]:
        """Be the hub; under a lasting id the broker keeps what it missed."""
        who = self.broker.hub()
        if lasting_id:
            who = replace(who, client_id=lasting_id)
        authority = self.broker.authority()
        async with signed_in(self.broker.port, who, clean=not lasting_id, authority=authority) as client:
            hub = PlainHub(client)
            for channel in (topics.STATE, topics.OUTCOME):
                await client.subscribe(topics.filter_all_sources(TENANT, HUB, channel), qos=1)
            listening = asyncio.create_task(hub.listen())
            try:
                yield hub
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)


@asynccontextmanager
async def signed_in(
    port: int, who: BrokerCredentials, *, clean: bool = True, authority: str = ""
) -> AsyncIterator[aiomqtt.Client]:
    """Sign in at the broker, trying again for a while: a user just added is known a moment later.

    With an `authority` over TLS, by a context that is not the one our own clients make.
    """
    client = aiomqtt.Client(
        "127.0.0.1",
        port,
        username=who.username,
        password=who.password,
        identifier=who.client_id,
        clean_session=clean,
        socket_options=_NODELAY,
        tls_context=ssl.create_default_context(cadata=authority) if authority else None,
    )
    for attempt in range(_TRIES):
        try:
            await client.__aenter__()
            break
        except aiomqtt.MqttError:
            if attempt == _TRIES - 1:
                raise
            await asyncio.sleep(_PAUSE_S)
    try:
        yield client
    finally:
        with suppress(aiomqtt.MqttError):  # the broker was killed: there is nothing to say goodbye to
            await client.__aexit__(None, None, None)


@asynccontextmanager
async def stand(directory: Path, broker: BrokerProcess, interpreter: Interpreter) -> AsyncIterator[Stand]:
    """Build a board beside a running broker, and take it down again."""
    made = broker.add(BOARD, "board")
    mqtt = MqttAccess(
        hosts=(f"127.0.0.1:{broker.port}",),
        username=made.username,
        password=made.password,
        client_id=made.client_id,
        tls=bool(broker.authority()),
        authority=broker.authority(),
    )
    identity = BoardIdentity(tenant=TENANT, hub=HUB, board=BOARD, mqtt=mqtt)
    settings = write_settings(directory, identity, 8)
    coil_pins, sensor_pins = pins(8)
    wiring = Wiring(coil_pins=coil_pins, sensor_pins=sensor_pins)
    simulator = Simulator([Size(letter) for letter in "SSLSMMSL"], wiring)
    async with simulator.wires() as port:
        machine = Machine(interpreter, settings, port)
        simulator.on_hang = machine.reset
        running = asyncio.create_task(machine.run())
        try:
            yield Stand(broker, simulator, machine)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
