"""What everybody in one schedule shares: chance, time, the trace of what happened, and what was claimed and was true."""

import builtins
import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from shared.entry import StreamKey
from shared.ids import SourceId, TenantId, make_uuid7
from shared.sync.batch import Message, unpack
from shared.wire.messages import WireError
from tests.simulation.kinds import Kind
from tests.simulation.virtual_loop import VirtualLoop

TENANT, HUB = TenantId("demo"), SourceId("hub-dock")
NOON = datetime(2026, 5, 2, 12, 0, tzinfo=UTC)


class BrokenPromiseError(AssertionError):
    """Something was lost, doubled, claimed too early, or does not end."""


class World:
    """One schedule's chance, time and memory of what happened; all of it follows from the seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.loop = VirtualLoop(self.random)
        self.fired: Counter[Kind] = Counter()
        self.broken = ""
        self.calm = False
        self._trace: list[tuple[float, str, str, bytes]] = []
        self._kept: dict[tuple[str, StreamKey], int] = {}

    def note(self, who: str, what: str, payload: bytes = b"") -> None:
        """Add a line to the trace; a payload is put into words when somebody reads it."""
        self._trace.append((self.loop.time(), who, what, payload))

    def fire(self, kind: Kind, who: str, what: str = "") -> None:
        """Count a fault that has just had an effect."""
        self.fired[kind] += 1
        self._trace.append((self.loop.time(), who, f"!! {kind.value} {what}", b""))

    def broke(self, words: str) -> None:
        """Remember the first promise that was broken; the schedule ends at once."""
        if not self.broken:
            self.broken = words
            self.note("PROMISE BROKEN", words)

    def lines(self) -> list[str]:
        """The trace, one readable line for each thing that happened."""
        return [
            f"{at:10.4f} {who:<12} {what}{words_of(payload) if payload else ''}"
            for at, who, what, payload in self._trace
        ]

    def trace_hash(self) -> str:
        """The fingerprint of everything that happened, in its order and at its time."""
        return hashlib.sha256(repr(self._trace).encode()).hexdigest()

    # -- what was durable once, so that no mark can claim what never was

    def keeps(self, place: str, stream: StreamKey, seq: int) -> None:
        """A place has made a stream durable up to an entry."""
        if seq > self._kept.get((place, stream), 0):
            self._kept[place, stream] = seq

    def require_kept(self, place: str, stream: StreamKey, seq: int, who: str) -> None:
        """Somebody claims that a place holds a stream up to an entry."""
        has = self._kept.get((place, stream), 0)
        if seq > has:
            self.broke(
                f"{who} says that the {place} holds {stream.source}/{stream.epoch} up to {seq}; it never had "
                f"more than {has}"
            )


@dataclass(slots=True)
class SimulatedClock:
    """A machine's clocks: the monotonic one is right, the wall clock shows what it was set to."""

    world: World
    wrong_by: timedelta = timedelta()
    _last: tuple[float, timedelta, datetime] = (-1.0, timedelta(), NOON)

    def now(self) -> datetime:
        at_s, wrong_by, now = self._last
        if at_s != self.world.loop.time() or wrong_by is not self.wrong_by:
            at_s, wrong_by = self.world.loop.time(), self.wrong_by
            now = NOON + wrong_by + timedelta(milliseconds=int(at_s * 1000))
            self._last = (at_s, wrong_by, now)
        return now

    def now_ms(self) -> int:
        return int(self.now().timestamp() * 1000)

    def monotonic_ms(self) -> int:
        return int(self.world.loop.time() * 1000)

    def monotonic_s(self) -> float:
        return self.world.loop.time()


class SeededRandomness:
    """The randomness of tills and hubs, drawn from the schedule's."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._ids = 0

    def bytes(self, count: int) -> "builtins.bytes":
        return self._random.randbytes(count)

    def draw(self, count: int) -> "builtins.bytes":
        return self._random.randbytes(count)

    def new_id(self) -> str:
        self._ids += 1
        return make_uuid7(self._ids, self._random.randbytes(10))

    def jitter(self) -> float:
        return 0.5 + self._random.random()

    factor = jitter


def words_of(payload: bytes) -> str:
    """What a payload of the protocol says, in a few words."""
    try:
        return words_of_message(unpack(payload).message)
    except WireError:
        return f"nonsense: {payload[:20]!r}"


def words_of_message(message: Message) -> str:
    """What a message says, in a few words."""
    kind = str(message["type"])
    match kind:
        case "hello":
            said = f"{message['epoch']} head {message['head_seq']}"
        case "entries":
            first, count = int(str(message["first_seq"])), int(str(message["count"]))
            said = f"{message['epoch']} {first} to {first + count - 1}"
        case "welcome" | "ack":
            said = f"{message['epoch']} {message['receiver_seq']} {message['onward_seq']}"
        case "gap":
            said = f"{message['epoch']} from {message['next_seq']}"
        case _:
            said = str(message.get("reason", ""))
    return f"{kind} {said}"
