"""Ways between machines, and a broker that confirms everything, promises nothing and may forget, repeat and be late."""

from collections import deque
from collections.abc import Callable

from shared.wire import codec, topics
from shared.wire.messages import make
from tests.simulation.kinds import Kind
from tests.simulation.world import World

TRAVEL_S = 0.02
PING_AFTER_S = 12.0
CONNECT_TIMEOUT_S = 10.0
HELD_BACK_S = 25.0
WAITING_MAX = 60


class Way:
    """The way between one machine and the broker, and its weather: how likely what happens to a message on it."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.cut = False
        self.likely: dict[Kind, float] = {}
        self._free_at_s = [0.0, 0.0]

    def carry(self, direction: int, payload: bytes, deliver: Callable[[bytes], None]) -> None:
        """Take a message along; it comes never, once or twice, whole or damaged, in its turn or not."""
        if self.cut:
            return
        if not self.likely:
            self._deliver_in_turn(direction, payload, deliver)
            return
        if self._happens(Kind.MESSAGE_LOST):
            return
        if holds_entries(payload) and self._happens(Kind.MESSAGE_DAMAGED):
            payload = damaged(self.world, payload)
        for _ in range(2 if self._happens(Kind.MESSAGE_DOUBLED) else 1):
            if self._happens(Kind.MESSAGE_REORDERED):
                self.world.loop.later(self.world.random.random() * 3.0, deliver, payload)
            elif self._happens(Kind.MESSAGE_DELAYED):
                self.world.loop.later(self.world.random.random() * HELD_BACK_S, deliver, payload)
            else:
                self._deliver_in_turn(direction, payload, deliver)

    def _deliver_in_turn(self, direction: int, payload: bytes, deliver: Callable[[bytes], None]) -> None:
        now_s = self.world.loop.time()
        arrives_s = max(self._free_at_s[direction], now_s + self.world.random.random() * TRAVEL_S)
        self._free_at_s[direction] = arrives_s
        self.world.loop.later(arrives_s - now_s, deliver, payload)

    def _happens(self, kind: Kind) -> bool:
        likely = self.likely.get(kind, 0.0)
        if not likely or self.world.random.random() >= likely:
            return False
        self.world.fire(kind, self.name)
        return True


class Connection:
    """One machine's connection to the broker, until it is lost."""

    def __init__(self, broker: "Broker", client: str, way: Way, will: tuple[str, bytes] | None) -> None:
        self.client = client
        self.way = way
        self.will = will
        self.is_open = True
        self.deaf = False
        self.mute = False
        self.on_message: Callable[[int, str, bytes], None] = lambda number, topic, payload: None
        self.on_lost: Callable[[str], None] = lambda reason: None
        self._broker = broker

    def publish(self, topic: str, payload: bytes) -> None:
        """Send; whether it arrives nobody knows."""
        if self.is_open:
            self.way.carry(0, payload, lambda arrived: self._broker.arrived(self, topic, arrived))

    def deliver(self, number: int, topic: str, payload: bytes) -> None:
        """Bring a message to the machine."""
        self.way.carry(1, payload, lambda arrived: self._heard(number, topic, arrived))

    def lose(self, reason: str) -> None:
        """Both ends notice."""
        if self.is_open:
            self.is_open = False
            self._broker.lost(self)
            self.on_lost(reason)

    def half_open(self, *, deaf: bool) -> None:
        """One direction dies; it is noticed when a ping has no answer."""
        self.deaf, self.mute = self.deaf or deaf, self.mute or not deaf
        delay_s = PING_AFTER_S * (0.5 + self._broker.world.random.random())
        self._broker.world.loop.later(delay_s, self.lose, "no answer to a ping")

    def _heard(self, number: int, topic: str, payload: bytes) -> None:
        if not self.is_open:
            return
        if self.deaf:
            self._broker.world.fire(Kind.DEAF, self.client)
            return
        self.on_message(number, topic, payload)


class Broker:
    """Takes messages and brings them to who listens: tills hear their own answers, the hub all else."""

    def __init__(self, world: World, tenant: str, hub: str) -> None:
        self.world = world
        self.hub = hub
        self.up = True
        self.forgets = 0.0
        self.redelivers = 0.0
        self.late_wills = False
        self._tenant = tenant
        self._connections: dict[str, Connection] = {}
        self._waiting: dict[str, dict[int, tuple[str, bytes]]] = {}
        self._old: deque[tuple[str, str, bytes]] = deque(maxlen=40)
        self._snapshot: dict[str, dict[int, tuple[str, bytes]]] = {}
        self._numbers = 0

    def connect(self, client: str, way: Way, will: tuple[str, bytes] | None = None) -> Connection | None:
        """Open a connection, ending an older one of the same name; None if there is no way."""
        if not self.up or way.cut:
            return None
        older = self._connections.get(client)
        connection = Connection(self, client, way, will)
        self._connections[client] = connection
        if older is not None:
            older.lose("another client with this name has come")
        return connection

    def start_delivering(self, connection: Connection) -> None:
        """Bring what waited for this machine; called when it listens."""
        for number, (topic, payload) in list(self._waiting.get(connection.client, {}).items()):
            connection.deliver(number, topic, payload)

    def acknowledge(self, client: str, number: int) -> None:
        """A machine has taken a message for good."""
        self._waiting.get(client, {}).pop(number, None)

    def connection_of(self, client: str) -> Connection | None:
        """The connection of a machine, if it has one."""
        return self._connections.get(client)

    def arrived(self, connection: Connection, topic: str, payload: bytes) -> None:
        """A machine's message has arrived; it is confirmed, whatever becomes of it."""
        if not connection.is_open or not self.up:
            return
        if connection.mute:
            self.world.fire(Kind.MUTE, connection.client)
            return
        if self.forgets and self.world.random.random() < self.forgets:
            self.world.fire(Kind.BROKER_FORGETS, connection.client, topic)
            return
        self.take(topic, payload)

    def take(self, topic: str, payload: bytes) -> None:
        """Keep a message for whom it is meant, and bring it if they are there."""
        _, _, source, channel = topics.split_topic(topic)
        to = source if channel == topics.ACK else self.hub
        self._bring(to, topic, payload)
        if self._old and self.redelivers and self.world.random.random() < self.redelivers:
            again = self._old[self.world.random.randrange(len(self._old))]
            self.world.fire(Kind.BROKER_REDELIVERS, again[0], again[1])
            self._bring(*again)
        self._old.append((to, topic, payload))

    def lost(self, connection: Connection) -> None:
        """A connection has ended: the machine's will is published, perhaps late."""
        if self._connections.get(connection.client) is connection:
            del self._connections[connection.client]
        if connection.will is None or not self.up:
            return
        if self.late_wills:
            self.world.loop.later(5 + self.world.random.random() * 30, self._say_will_late, connection.will)
        else:
            self.take(*connection.will)

    def keep_snapshot(self) -> None:
        """Remember what is on the broker's disk now."""
        self._snapshot = {client: dict(waiting) for client, waiting in self._waiting.items()}

    def restart(self, kind: Kind) -> None:
        """End all connections and begin again with nothing, or with what an old snapshot holds."""
        self.world.fire(kind, "broker")
        self.up = False
        for connection in list(self._connections.values()):
            connection.lose("the broker has ended")
        old = self._snapshot if kind is Kind.BROKER_RESTORED else {}
        self._waiting = {client: dict(waiting) for client, waiting in old.items()}
        self.world.loop.later(self.world.random.random() * 8, self.come_back)

    def come_back(self) -> None:
        self.up = True

    def _say_will_late(self, will: tuple[str, bytes]) -> None:
        self.world.fire(Kind.LATE_WILL, "broker")
        self.take(*will)

    def _bring(self, to: str, topic: str, payload: bytes) -> None:
        waiting = self._waiting.setdefault(to, {})
        self._numbers += 1
        waiting[self._numbers] = (topic, payload)
        if len(waiting) > WAITING_MAX:
            del waiting[next(iter(waiting))]
        connection = self._connections.get(to)
        if connection is not None:
            connection.deliver(self._numbers, topic, payload)


def death_of(session: str) -> bytes:
    """What a machine's will says."""
    return codec.encode(make("death", session=session))


def holds_entries(payload: bytes) -> bool:
    """Whether the protocol itself can see damage in it: the other messages are as whole as the transport keeps them."""
    return payload.startswith((b"\x28\xb5\x2f\xfd", b'{"type":"entries"'))


def damaged(world: World, payload: bytes) -> bytes:
    """A payload with one bit changed."""
    changed = bytearray(payload)
    changed[world.random.randrange(len(changed))] ^= 1 << world.random.randrange(8)
    return bytes(changed)
