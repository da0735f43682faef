"""Who is there: each source's birth, death and last word, in memory; brokers keep births, so a restart learns it again.

A broker may deliver the will of an earlier connection after the birth of the next one, and then keeps the wrong one of the
two. So whatever else a source says counts as its being there, too: each message that names its session is held to the last
session that is known to have ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.domain.stream import StreamRecord, behind_of
from hub.ports.store import UnitOfWork
from shared.entry import Json
from shared.ids import SourceId
from shared.sync.batch import Message
from shared.wire.messages import optional

SOURCES_MAX = 10_000
NAME_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """When a source was heard, and whether it is connected now.

    `birth` is the session it is connected under, as far as it said so, `ended` the last one that is known to be over.
    """

    last_seen: datetime
    since: datetime
    online: bool = False
    birth: str = ""
    ended: str = ""
    name: str = ""


class Presence:
    """What was heard of each source; must be used on the event loop's thread."""

    def __init__(self) -> None:
        self._seen: dict[SourceId, Seen] = {}

    def of(self, source: SourceId) -> Seen | None:
        """Return what is known of a source since this hub started."""
        return self._seen.get(source)

    def hear(self, source: SourceId, message: Message, at: datetime) -> bool:
        """Take a message of a source; returns whether it came or went."""
        before = self._seen.get(source) or Seen(last_seen=at, since=at)
        after = _died(before, message) if message["type"] == "death" else _spoke(before, message, at)
        if after.online != before.online:
            after = replace(after, since=at)
        if source in self._seen or len(self._seen) < SOURCES_MAX:
            self._seen[source] = after
        return after.online != before.online


def _died(before: Seen, message: Message) -> Seen:
    """A will speaks of its own session only; where none is known, that of the source may well be meant."""
    session = str(message["session"])
    if before.birth not in ("", session):
        return before  # the will of an earlier connection
    return replace(before, online=False, ended=session)


def _spoke(before: Seen, message: Message, at: datetime) -> Seen:
    after = replace(before, last_seen=at)
    session = str(optional(message, "session", ""))
    if session and session == before.ended:
        return after  # of a connection that is over, come late
    match message["type"]:
        case "birth":
            name = _plain(str(optional(message, "name", "")))
            return replace(after, online=True, birth=session, name=name)
        case "hello":
            return replace(after, online=True, birth=session)
        case "alive" | "entries" | "lease-wanted" | "documents-held" if not before.online and session:
            return replace(after, online=True, birth=session)
        case "entries" | "lease-wanted" | "documents-held" if not before.online and not before.ended:
            return replace(after, online=True)  # of an older version, which does not name its session here
        case _:
            return after


def _plain(name: str) -> str:
    """What somebody wrote, so that every page and report takes it: JSON may hold halves of characters."""
    return name[:NAME_MAX].encode(errors="replace").decode()


def report(uow: UnitOfWork, presence: Presence, hub: SourceId, at: datetime) -> list[Mapping[str, Json]]:
    """Return what the cloud is told about every source of this hub, itself included."""
    streams, running = uow.streams.all(), uow.documents.all_running()
    own = _row(hub, "hub", Seen(last_seen=at, since=at, online=True), streams)
    others: list[Mapping[str, Json]] = [
        {
            **_row(device.device, device.role.value, presence.of(device.device), streams),
            "documents": dict(running.get(device.device, {})),
        }
        for device in uow.devices.all()
    ]
    return [own, *others]


def _row(
    source: SourceId, role: str, seen: Seen | None, streams: Sequence[StreamRecord]
) -> Mapping[str, Json]:
    newest = next((stream for stream in reversed(streams) if stream.key.source == source), None)
    return {
        "source": source,
        "role": role,
        "name": seen.name if seen else "",
        "online": seen is not None and seen.online,
        "last_seen": seen.last_seen.isoformat() if seen else None,
        "seq": newest.head.seq if newest else 0,
        "cloud_seq": newest.cloud_seq if newest else 0,
        "behind": behind_of(source, streams),
    }
