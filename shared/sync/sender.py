"""The sending end of one stream: a ledger is offered to a receiver until everything is durable there.

Theory of operation. The ledger is the outbox; the machine holds no entries, only three numbers: the ledger's head, the
receiver's mark (all up to it is durable there) and what has been sent beyond the mark.

    OFFLINE --connected--> GREETING --welcome--> STREAMING --refused--> REFUSED
       ^                       |  ^ tick, gap: hello again   |                |
       +------disconnected-----+--+-------------------------+----------------+

In STREAMING it keeps up to `window` entries under way, in batches. An `ack` raises the mark; a `gap` or a time-out sends
again from the mark, each silent time-out waiting longer, with jitter. Everything under way behind a gap asks for the same
again: it is sent once, and once more only when the time is out. Only a `welcome` may lower the mark: the
receiver was restored from a backup, and everything it lost is sent again. So a `gap` below the mark, which says just
that, is answered with a hello; and whoever drives the machine may `look_again` now and then while there is nothing to
send, because a receiver that lost something need not know it, and one that refused may have been put right. Redelivery is harmless at the receiver.
The machine never sleeps and opens nothing: time comes in, actions go out, and whoever drives it calls `tick` at
`wake_at_ms`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from shared.entry import EMPTY_HEAD, Head
from shared.ids import Epoch
from shared.sync.batch import Message
from shared.wire.messages import PROTOCOL_MINOR, make


class SenderState(Enum):
    """Where the sender stands."""

    OFFLINE = "offline"
    GREETING = "greeting"
    STREAMING = "streaming"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderLimits:
    """Bounds of a sender: entries under way, entries a batch, and the waits before sending again.

    The first wait is long enough for a receiver that 200 senders come back to at once: what is sent again meanwhile would only
    make it slower.
    """

    window_entries: int = 1_000
    batch_entries: int = 200
    resend_first_ms: int = 5_000
    resend_max_ms: int = 30_000


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Send a message that carries no entries."""

    message: Message


@dataclass(frozen=True, slots=True)
class SendEntries:
    """Read entries `first_seq` to `last_seq`, both included, from the ledger and send them as one batch."""

    first_seq: int
    last_seq: int


@dataclass(frozen=True, slots=True)
class MarksMoved:
    """What the receiver, and the side behind it, have made durable."""

    receiver_seq: int
    onward_seq: int


@dataclass(frozen=True, slots=True)
class StreamRefused:
    """The receiver will not take this chain; a person has to look. Nothing is lost: the ledger is untouched.

    `quarantined` says that it has set the chain aside, because it contradicts what is held there.
    """

    reason: str
    remedy: str
    quarantined: bool = False


Action: TypeAlias = SendMessage | SendEntries | MarksMoved | StreamRefused


class Sender:
    """One stream's sending end; see the module for how it works. `jitter` returns a factor, about 0.5 to 1.5."""

    def __init__(self, *, epoch: Epoch, head: Head = EMPTY_HEAD, limits: SenderLimits | None = None,
                 jitter: Callable[[], float] = lambda: 1.0) -> None:  # fmt: skip
        self.state = SenderState.OFFLINE
        self.head = head
        self.receiver_seq = 0
        self.onward_seq = 0
        self.wake_at_ms: int | None = None
        self._epoch = epoch
        self._limits = limits or SenderLimits()
        self._jitter = jitter
        self._session = ""
        self._next_seq = 1
        self._repaired_seq = 0
        self._silences = 0

    @property
    def session(self) -> str:
        """The session of the last greeting; empty before the first."""
        return self._session

    def connected(self, session: str, now_ms: int) -> tuple[Action, ...]:
        """The way to the receiver is open: greet it under a new session."""
        self.state = SenderState.GREETING
        self._session = session
        self._silences = 0
        return self._hello(now_ms)

    def disconnected(self) -> tuple[Action, ...]:
        """The way is closed; whatever was under way may or may not have arrived."""
        self.state = SenderState.OFFLINE
        self.wake_at_ms = None
        return ()

    def appended(self, head: Head, now_ms: int) -> tuple[Action, ...]:
        """The ledger has grown to `head`."""
        self.head = head
        return self._fill(now_ms)

    def received(self, message: Message, now_ms: int) -> tuple[Action, ...]:
        """The receiver said something; messages of another epoch or session are ignored."""
        if message.get("epoch") != self._epoch:
            return ()
        match message["type"]:
            case "welcome" if message["session"] == self._session:
                return self._welcomed(message, now_ms)
            case "ack" if self.state is SenderState.STREAMING:
                return self._acknowledged(message, now_ms)
            case "gap" if self.state is SenderState.STREAMING:
                return self._missing(_int(message, "next_seq"), now_ms)
            case "refused":
                quarantined = message.get("quarantined") is True
                return self._refused(str(message["reason"]), str(message["remedy"]), quarantined=quarantined)
            case _:
                return ()

    def tick(self, now_ms: int) -> tuple[Action, ...]:
        """Time has passed: greet or send again what has had no answer for too long."""
        if self.wake_at_ms is None or now_ms < self.wake_at_ms:
            return ()
        self._silences += 1
        self._repaired_seq = 0
        if self.state is SenderState.GREETING:
            return self._hello(now_ms)
        return self._send_again(self.receiver_seq + 1, now_ms)

    def look_again(self) -> tuple[Action, ...]:
        """Ask for the receiver's marks anew while nothing is under way; its welcome is taken like the first one.

        A receiver that refused is greeted again, too: it may have been updated, or a person may have put it right.
        """
        is_idle = self.state is SenderState.STREAMING and self._next_seq == self.receiver_seq + 1
        return (self._greeting(),) if is_idle or self.state is SenderState.REFUSED else ()

    def _missing(self, next_seq: int, now_ms: int) -> tuple[Action, ...]:
        if next_seq <= self.receiver_seq:
            self.state = SenderState.GREETING
            return self._hello(now_ms)
        if next_seq == self._repaired_seq:
            return ()  # whatever was under way behind the gap asks for the same; it is on its way
        self._repaired_seq = next_seq
        return self._send_again(min(next_seq, self._next_seq), now_ms)

    def _send_again(self, first_seq: int, now_ms: int) -> tuple[Action, ...]:
        self._next_seq = first_seq
        self.wake_at_ms = None
        return self._fill(now_ms)

    def _hello(self, now_ms: int) -> tuple[Action, ...]:
        self._wait_for_answer(now_ms)
        return (self._greeting(),)

    def _greeting(self) -> SendMessage:
        hello = make(
            "hello",
            session=self._session,
            epoch=self._epoch,
            head_seq=self.head.seq,
            head_hash=self.head.hash,
            minor=PROTOCOL_MINOR,
        )
        return SendMessage(hello)

    def _welcomed(self, message: Message, now_ms: int) -> tuple[Action, ...]:
        receiver_seq = _int(message, "receiver_seq")
        if receiver_seq > self.head.seq:
            return self._refused(
                f"the other side holds entry {receiver_seq}, this ledger ends at {self.head.seq}",
                "This ledger is an older copy. Stop selling on it and repair it from the hub's copy.",
            )
        self.state = SenderState.STREAMING
        self.receiver_seq, self.onward_seq = receiver_seq, _int(message, "onward_seq")
        self._silences = 0
        self._repaired_seq = 0
        return (MarksMoved(self.receiver_seq, self.onward_seq), *self._send_again(receiver_seq + 1, now_ms))

    def _acknowledged(self, message: Message, now_ms: int) -> tuple[Action, ...]:
        receiver_seq = min(_int(message, "receiver_seq"), self.head.seq)
        onward_seq = min(_int(message, "onward_seq"), self.head.seq)
        if receiver_seq <= self.receiver_seq and onward_seq <= self.onward_seq:
            return ()
        if receiver_seq > self.receiver_seq:
            self._silences = 0
            self.wake_at_ms = None
        self.receiver_seq = max(receiver_seq, self.receiver_seq)
        self.onward_seq = max(onward_seq, self.onward_seq)
        self._next_seq = max(self._next_seq, self.receiver_seq + 1)
        return (MarksMoved(self.receiver_seq, self.onward_seq), *self._fill(now_ms))

    def _refused(self, reason: str, remedy: str, *, quarantined: bool = False) -> tuple[Action, ...]:
        self.state = SenderState.REFUSED
        self.wake_at_ms = None
        return (StreamRefused(reason, remedy, quarantined),)

    def _fill(self, now_ms: int) -> tuple[Action, ...]:
        if self.state is not SenderState.STREAMING:
            return ()
        actions: list[Action] = []
        last_allowed = min(self.head.seq, self.receiver_seq + self._limits.window_entries)
        while self._next_seq <= last_allowed:
            last_seq = min(self._next_seq + self._limits.batch_entries - 1, last_allowed)
            actions.append(SendEntries(self._next_seq, last_seq))
            self._next_seq = last_seq + 1
        if self._next_seq == self.receiver_seq + 1:
            self.wake_at_ms = None
        elif self.wake_at_ms is None:  # it runs for the oldest under way: new entries must not put it off
            self._wait_for_answer(now_ms)
        return tuple(actions)

    def _wait_for_answer(self, now_ms: int) -> None:
        wait_ms = min(self._limits.resend_first_ms * 2 ** min(self._silences, 16), self._limits.resend_max_ms)
        self.wake_at_ms = now_ms + int(wait_ms * self._jitter())


def _int(message: Message, field: str) -> int:
    value = message[field]
    if not isinstance(value, int):
        raise TypeError(f"{field} was checked to be an integer when the message was read")
    return value
