"""Hand-written stand-ins for the ports, simple enough to be obviously right."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from device.domain import documents as held
from device.domain.identity import BrokerAccess, HubMembership, Identity
from device.domain.settings import Settings
from device.ports.hub import LinkEvent, LinkLost, LinkPayload, LinkUp
from shared.entry import EMPTY_HEAD, Head, StreamKey
from shared.ids import SourceId, TenantId, make_uuid7
from shared.sync.batch import Message, pack, unpack
from shared.sync.receiver import (
    Accepted,
    Forked,
    Missing,
    acknowledge,
    ask_again,
    judge_entries,
    judge_hello,
    refuse,
    welcome,
)

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


class FakeClock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, now: datetime = NOON) -> None:
        self.wall = now
        self.ms = 0

    def now(self) -> datetime:
        return self.wall

    def monotonic_ms(self) -> int:
        return self.ms

    def advance(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.ms += int(seconds * 1000)


class FakeRandomness:
    """Chance that repeats itself from its seed."""

    def __init__(self, seed: int = 1) -> None:
        self._random = Random(seed)
        self._ids = 0

    def bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def new_id(self) -> str:
        self._ids += 1
        return make_uuid7(self._ids, self._random.randbytes(10))

    def jitter(self) -> float:
        return 1.0


class MemorySettings:
    """Settings that live as long as the test."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._current = settings or Settings()

    @property
    def current(self) -> Settings:
        return self._current

    def change(self, decide: Callable[[Settings], Settings]) -> Settings:
        self._current = decide(self._current)
        return self._current


class MemoryDocuments:
    """Accepted documents that live as long as the test."""

    def __init__(self, documents: held.Documents | None = None) -> None:
        self._current = documents or held.Documents()
        self.signed: dict[tuple[str, str], bytes] = {}

    @property
    def current(self) -> held.Documents:
        return self._current

    def keep(self, signed: bytes, accepted: held.Accepted) -> held.Documents:
        self._current = self._current.with_accepted(accepted)
        self.signed[accepted.address] = signed
        return self._current


class PlainHasher:
    """Hashing that takes no time and keeps no secret; counts how often it was asked."""

    def __init__(self) -> None:
        self.tried = 0

    def hash(self, pin: str) -> str:
        return "plain:" + pin

    def matches(self, pin_hash: str, pin: str) -> bool:
        self.tried += 1
        return pin_hash == "plain:" + pin


class PlainSealer:
    """A box that says to whom it is sealed; tests may look inside."""

    def seal(self, public_key: str, plaintext: bytes, *, info: bytes) -> str:
        return f"{public_key}|{info.decode()}|{plaintext.decode()}"


@dataclass
class MemoryIdentityStore:
    """An identity that lives as long as the test."""

    identity: Identity | None = None
    key: str = ""

    def load(self) -> Identity | None:
        return self.identity

    def save(self, identity: Identity) -> None:
        self.identity, self.key = identity, ""

    def key_to_enrol(self, make_key: Callable[[], str]) -> str:
        self.key = self.key or make_key()
        return self.key


class FixedDisk:
    """A disk with a set amount of room."""

    def free_bytes(self) -> int:
        return 10**9


MEMBERSHIP = HubMembership(
    hub=SourceId("hub-dock"),
    certificate="{}",
    hub_certificate="{}",
    root_public_key="root",
    sealing_public_key="hub-key",
    broker=BrokerAccess(host="127.0.0.1", port=1, username="till-x", password="secret", client_id="id"),
)
IDENTITY = Identity(
    tenant=TenantId("demo"), device=SourceId("till-x"), signing_key="key", membership=MEMBERSHIP
)


@dataclass
class Mailbox:
    """The receiving end of one stream as hub and cloud have it: judges, commits, then answers."""

    stream: StreamKey
    lines: list[bytes] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    onward_seq: int = 0
    forked: bool = False

    @property
    def held(self) -> Head:
        return Head(len(self.lines), self.hashes[-1]) if self.lines else EMPTY_HEAD

    def hash_at(self, seq: int) -> str | None:
        return self.hashes[seq - 1] if 1 <= seq <= len(self.hashes) else None

    def hear(self, payload: bytes) -> Message | None:
        heard = unpack(payload)
        match heard.message["type"]:
            case "hello":
                return self._hear_hello(heard.message)
            case "entries":
                return self._hear_entries(heard.message, heard.lines)
            case _:
                return None

    def restore(self, seq: int) -> None:
        """Forget everything after an entry, as a receiver restored from a backup."""
        del self.lines[seq:], self.hashes[seq:]

    def _hear_hello(self, message: Message) -> Message:
        forked = judge_hello(message, self.held, self.hash_at)
        if forked is not None:
            return refuse(self.stream, forked)
        return welcome(str(message["session"]), self.stream, self.held, self.onward_seq)

    def _hear_entries(self, message: Message, lines: Sequence[bytes]) -> Message:
        match judge_entries(self.stream, message, lines, self.held, self.hash_at):
            case Accepted(lines=fresh):
                self.lines += [item.line for item in fresh]
                self.hashes += [item.hash for item in fresh]
                return acknowledge(self.stream, self.held, self.onward_seq)
            case Missing() as missing:
                return ask_again(self.stream, missing)
            case Forked() as forked:
                self.forked = True
                return refuse(self.stream, forked)


class FakeHubLink:
    """A link to a hub in memory that loses, doubles and breaks as a seed says; `lossless` makes it good."""

    def __init__(self, mailbox: Mailbox, seed: int = 0, *, lossless: bool = False) -> None:
        self.mailbox = mailbox
        self.lossless = lossless
        self.sent: list[Message] = []
        self.is_up = False
        self._random = Random(seed)
        self._events: asyncio.Queue[LinkEvent] = asyncio.Queue()
        self._sessions = 0

    def go_up(self) -> None:
        self._sessions += 1
        self.is_up = True
        self._events.put_nowait(LinkUp(f"session-{self._sessions}"))

    def go_down(self) -> None:
        self.is_up = False
        self._events.put_nowait(LinkLost("the cable was pulled"))

    def say(self, message: Message) -> None:
        self._events.put_nowait(LinkPayload(pack(message)))

    def say_bytes(self, payload: bytes) -> None:
        self._events.put_nowait(LinkPayload(payload))

    async def next_event(self) -> LinkEvent:
        return await self._events.get()

    def send(self, payload: bytes) -> bool:
        self.sent.append(unpack(payload).message)
        if not self.is_up:
            return False
        for _ in range(self._copies()):
            answer = self.mailbox.hear(payload)
            for _ in range(self._copies() if answer else 0):
                assert answer is not None
                self.say(answer)
        return True

    def _copies(self) -> int:
        return 1 if self.lossless else self._random.choice((0, 1, 1, 2))
