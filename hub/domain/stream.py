"""What the hub keeps about each chain of entries, and where it stands, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.entry import EMPTY_HEAD, Head, StreamKey
from shared.ids import SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRecord:
    """One chain here: its head, the cloud's mark, and what its sales add up to.

    `quarantine` says why nothing more is taken from it (empty: it is fine), `cloud_refusal` why the cloud does not.
    """

    key: StreamKey
    head: Head = EMPTY_HEAD
    cloud_seq: int = 0
    sales: int = 0
    total_minor: int = 0
    quarantine: str = ""
    cloud_refusal: str = ""

    @property
    def behind(self) -> int:
        """How many entries the cloud does not have yet."""
        return max(0, self.head.seq - self.cloud_seq)


def behind_of(source: SourceId, streams: Iterable[StreamRecord]) -> int:
    """Return how many entries of a source, over all the chains it began, the cloud does not have yet."""
    return sum(stream.behind for stream in streams if stream.key.source == source)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEntry:
    """One entry as it is stored: exact bytes, and whether this version understands it."""

    seq: int
    hash: str
    line: bytes
    kind: str
    at: str
    unreadable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableEntry:
    """An entry that stands in its chain and that this version, or an older one, did not understand."""

    key: StreamKey
    seq: int
    kind: str
    at: str
    reason: str
    line: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableGroup:
    """Entries of one chain and kind that are not understood: how many, from when to when by their own labels, and why."""

    key: StreamKey
    kind: str
    reason: str
    count: int
    first_at: str
    last_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A message that could not be taken, kept for people to see and for a later version to read.

    `times` says how often the same bytes came, last at `last_at`. `size` is that of the whole message; where `payload` is
    shorter, only its beginning was kept. `number` is given when it is kept.
    """

    at: datetime
    topic: str
    reason: str
    payload: bytes
    number: int = 0
    times: int = 1
    last_at: datetime | None = None
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """Evidence of a chain that contradicts what is held: the message that did, kept as it came."""

    at: datetime
    source: str
    epoch: str
    reason: str
    payload: bytes
    number: int = 0
