"""The till's HubLink port over the simulated broker: as the real one, it connects for ever and may lose all it is given."""

import asyncio

from device.ports.hub import LinkEvent, LinkLost, LinkPayload, LinkUp
from shared.ids import SourceId
from shared.wire import codec, topics
from shared.wire.messages import make
from tests.simulation.network import CONNECT_TIMEOUT_S, Broker, Connection, Way, death_of, holds_entries
from tests.simulation.world import HUB, TENANT, SeededRandomness, World

QUEUE_MAX = 128
BACK_OFF_FIRST_S = 0.5
BACK_OFF_MAX_S = 15.0


class TillLink:
    """One life's link."""

    def __init__(
        self, world: World, broker: Broker, way: Way, till: SourceId, randomness: SeededRandomness
    ) -> None:
        self.world = world
        self.entries_sent = 0
        self._broker = broker
        self._way = way
        self._till = till
        self._randomness = randomness
        self._events: asyncio.Queue[LinkEvent] = asyncio.Queue(maxsize=QUEUE_MAX)
        self._connection: Connection | None = None
        self._entries, self._state = (
            topics.topic(TENANT, HUB, till, channel) for channel in (topics.ENTRIES, topics.STATE)
        )

    async def next_event(self) -> LinkEvent:
        return await self._events.get()

    def send(self, payload: bytes) -> bool:
        if self._connection is None or not self._connection.is_open:
            return False
        self.world.note(self._way.name, "says ", payload)
        self.entries_sent += holds_entries(payload)
        self._connection.publish(self._entries, payload)
        return True

    async def run(self) -> None:
        """Keep the way open: after each failure wait a little longer."""
        wait_s = BACK_OFF_FIRST_S
        while True:
            session = self._randomness.new_id()
            connection = self._broker.connect(self._till, self._way, (self._state, death_of(session)))
            if connection is None:
                await asyncio.sleep(CONNECT_TIMEOUT_S if self._way.cut else 0.1)
            else:
                lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
                self._greet(connection, session, lost)
                reason = await lost
                wait_s = BACK_OFF_FIRST_S if "another client" not in reason else BACK_OFF_MAX_S
                await self._events.put(LinkLost(reason))
            await asyncio.sleep(min(wait_s * self._randomness.jitter(), BACK_OFF_MAX_S))
            wait_s = min(2 * wait_s, BACK_OFF_MAX_S)

    def gone(self) -> None:
        """The machine is off; the broker notices."""
        if self._connection is not None:
            self._connection.on_lost = lambda reason: None
            self._connection.lose("the till is off")

    @property
    def connection(self) -> Connection | None:
        """The present connection, if there is one."""
        return self._connection if self._connection is not None and self._connection.is_open else None

    def _greet(self, connection: Connection, session: str, lost: "asyncio.Future[str]") -> None:
        connection.on_message = self._heard
        connection.on_lost = lambda reason: None if lost.done() else lost.set_result(reason)
        self._connection = connection
        connection.publish(self._state, codec.encode(make("birth", session=session, software="test")))
        self._events.put_nowait(LinkUp(session))
        self._broker.start_delivering(connection)

    def _heard(self, number: int, topic: str, payload: bytes) -> None:
        self._broker.acknowledge(self._till, number)
        if self._events.full():
            return
        self.world.note(self._way.name, "hears ", payload)
        self._events.put_nowait(LinkPayload(payload))
