"""Who is there: each source's birth, death and last word, in memory; brokers keep births, so a restart learns it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.domain.stream import StreamRecord, behind_of
from hub.ports import UnitOfWork
from shared.entry import Json
from shared.ids import SourceId
from shared.sync.batch import Message

SOURCES_MAX = 10_000
NAME_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """When a source was heard, and whether it is connected now."""

    last_seen: datetime
    since: datetime
    online: bool = False
    birth: str = ""
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
        after = replace(before, last_seen=at)
        session = str(message.get("session", ""))
        match message["type"]:
            case "birth":
                after = replace(after, online=True, birth=session, name=_name_in(message))
            case "alive" if not before.online:
                # Its birth was missed: an older connection's will came after it.
                after = replace(after, online=True, birth=session)
            case "death" if session == before.birth:
                after = replace(before, online=False)
            case "death":
                after = before  # the will of an earlier birth
            case _:
                pass
        if after.online != before.online:
            after = replace(after, since=at)
        if source in self._seen or len(self._seen) < SOURCES_MAX:
            self._seen[source] = after
        return after.online != before.online


def report(uow: UnitOfWork, presence: Presence, hub: SourceId, at: datetime) -> list[Mapping[str, Json]]:
    """Return what the cloud is told about every source of this hub, itself included."""
    streams = uow.streams.all()
    own = _row(hub, "hub", Seen(last_seen=at, since=at, online=True), streams)
    others: list[Mapping[str, Json]] = [
        {
            **_row(device.device, device.role.value, presence.of(device.device), streams),
            "documents": dict(uow.documents.running(device.device)),
        }
        for device in uow.devices.all()
    ]
    return [own, *others]


def _name_in(message: Message) -> str:
    """What people call the source, if it says so: a field that older ones do not send."""
    name = message.get("name")
    return name[:NAME_MAX] if isinstance(name, str) else ""


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
