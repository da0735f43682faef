"""The receiving end of one stream: pure decisions about what a hello or a batch means for what is already held.

Nothing is stored here. The caller commits what is `Accepted` first and only then sends `answer`, so an acknowledgement
always speaks of what is durable. The chain goes over bytes, so an entry that cannot be understood (a newer
version's) is still accepted, kept and counted; only a break in the chain stops a stream.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from shared.entry import Entry, EntryError, Head, StreamKey, hash_line, parse_entry
from shared.events.event import read_body
from shared.sync.batch import Message
from shared.wire.messages import PROTOCOL_MINOR, PROTOCOL_VERSION, VersionError, WireError, make

HashAt: TypeAlias = Callable[[int], str | None]
"""The hash held of entry `seq` of the stream, or None if it is not held."""

_FORK_REMEDY = (
    "Two ledgers claim the same numbers: a copied card, perhaps. Call whoever looks after the stalls."
)


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """One fresh entry: its number, hash, exact bytes, and either what it says or why it cannot be read."""

    seq: int
    hash: str
    line: bytes
    entry: Entry | None
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Fresh entries to commit, and the head that the stream has then. Empty if all were held before."""

    lines: tuple[ReceivedLine, ...]
    head: Head


@dataclass(frozen=True, slots=True)
class Missing:
    """Entries before this batch are missing: ask from `next_seq`."""

    next_seq: int


@dataclass(frozen=True, slots=True)
class Forked:
    """Entry `seq` contradicts what is held: the stream is put under quarantine."""

    seq: int
    reason: str


Verdict: TypeAlias = Accepted | Missing | Forked


def judge_hello(message: Message, held: Head, hash_at: HashAt) -> Forked | None:
    """Return Forked if the sender's head contradicts an entry that is held, else None."""
    seq, their_hash = message["head_seq"], message["head_hash"]
    if not isinstance(seq, int) or not 0 < seq <= held.seq:
        return None
    ours = hash_at(seq)
    return Forked(seq, f"entry {seq} has another hash here") if ours not in (None, their_hash) else None


def judge_entries(
    stream: StreamKey, message: Message, lines: Sequence[bytes], held: Head, hash_at: HashAt
) -> Verdict:
    """Decide about a batch.

    Raises:
        WireError: the batch contradicts itself (a line of another stream or number, or damaged on its way).
    """
    first_seq = message["first_seq"]
    if not isinstance(first_seq, int) or first_seq < 1:
        raise WireError(f"first_seq {first_seq!r} must be 1 or more")
    if lines and hash_line(lines[-1]) != message["last_hash"]:
        raise WireError(
            "the last entry does not have the hash that the batch states: it was damaged on its way"
        )
    if first_seq > held.seq + 1:
        return Missing(held.seq + 1)
    received = [_read(stream, first_seq + index, line) for index, line in enumerate(lines)]
    _require_whole(received)
    for known in (item for item in received if item.seq <= held.seq):
        if hash_at(known.seq) not in (None, known.hash):
            return Forked(known.seq, f"entry {known.seq} has another hash here")
    return _extend(held, tuple(item for item in received if item.seq > held.seq))


def _read(stream: StreamKey, seq: int, line: bytes) -> ReceivedLine:
    try:
        entry = parse_entry(line, read_body)
    except EntryError as error:
        return ReceivedLine(seq, hash_line(line), line, None, error.reason)
    if (entry.stream, entry.seq) != (stream, seq):
        raise WireError(
            f"entry {entry.seq} of {entry.stream.source} stands in the place of {seq} of {stream.source}"
        )
    return ReceivedLine(seq, entry.hash, line, entry)


def _require_whole(received: Sequence[ReceivedLine]) -> None:
    """A batch that does not hang together in itself was damaged; a fork does, and only leaves what is held."""
    for before, after in pairwise(received):
        if after.entry is not None and after.entry.prev != before.hash:
            raise WireError(f"entry {after.seq} does not follow the one before it: it was damaged on its way")


def _extend(held: Head, fresh: tuple[ReceivedLine, ...]) -> Accepted | Forked:
    head = held
    for item in fresh:
        if item.entry is not None and item.entry.prev != head.hash:
            return Forked(item.seq, f"entry {item.seq} does not follow entry {head.seq} as it is held here")
        head = Head(item.seq, item.hash)
    return Accepted(fresh, head)


def welcome(session: str, stream: StreamKey, held: Head, onward_seq: int) -> Message:
    """Return the answer to a hello: what is durable here, even if it is less than before."""
    return make(
        "welcome", session=session, epoch=stream.epoch, receiver_seq=held.seq, onward_seq=onward_seq,
        minor=PROTOCOL_MINOR,
    )  # fmt: skip


def acknowledge(stream: StreamKey, held: Head, onward_seq: int) -> Message:
    """Return the cumulative acknowledgement of everything up to `held`; send it after the commit only."""
    return make("ack", epoch=stream.epoch, receiver_seq=held.seq, onward_seq=onward_seq)


def ask_again(stream: StreamKey, missing: Missing) -> Message:
    """Return the request to send again from the first missing entry."""
    return make("gap", epoch=stream.epoch, next_seq=missing.next_seq)


def refuse_version(epoch: str, error: VersionError, *, here: str, there: str) -> Message:
    """Return the refusal of whoever speaks another major version; `here` and `there` name the two sides to people."""
    who = here if error.newer else there
    reason = f"it speaks protocol version {error.theirs}, here version {PROTOCOL_VERSION} is spoken"
    return make("refused", epoch=epoch, reason=reason, remedy=f"Update {who}. Nothing is lost.")


def refuse(stream: StreamKey, forked: Forked) -> Message:
    """Return the refusal of a forked stream, with what to do."""
    return make("refused", epoch=stream.epoch, reason=forked.reason, remedy=_FORK_REMEDY, quarantined=True)
