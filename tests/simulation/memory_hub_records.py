"""What else the hub keeps, in memory: devices, refusals, documents, credentials, notes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from hub.domain.device import Device, EnrolmentCode, TerminalKey
from hub.domain.held_document import DocumentMark, HeldDocument
from hub.domain.stream import Quarantined, Rejected
from shared.documents import EVERYONE, DocumentKind
from shared.ids import SourceId
from tests.simulation.memory_tables import MemoryTables, Repository

PAYLOAD_BYTES_MAX = 1024 * 1024
QUARANTINED_MAX = 1_000


class MemoryDevices(Repository):
    def find(self, device: SourceId) -> Device | None:
        return self._data.table("devices").get(device)

    def save(self, device: Device) -> None:
        self._data.put("devices", device.device, device)

    def all(self) -> list[Device]:
        return [device for _, device in sorted(self._data.table("devices").items())]

    def find_code(self, code_hash: str) -> EnrolmentCode | None:
        return self._data.table("codes").get(code_hash)

    def save_code(self, code: EnrolmentCode) -> None:
        self._data.put("codes", code.code_hash, code)

    def void_codes(self, device: SourceId) -> None:
        for code_hash, code in list(self._data.table("codes").items()):
            if code.device == device:
                self._data.drop("codes", code_hash)


class MemoryCredentials(Repository):
    def staff_password(self) -> str | None:
        return self._data.table("credentials").get("staff")

    def set_staff_password(self, kept: str) -> None:
        self._data.put("credentials", "staff", kept)

    def add_terminal_key(self, key_hash: str, at: datetime) -> None:
        self._data.put("terminal_keys", key_hash, TerminalKey(key_hash=key_hash, made_at=at))

    def knows_terminal_key(self, key_hash: str) -> bool:
        return key_hash in self._data.table("terminal_keys")

    def terminal_keys(self) -> list[TerminalKey]:
        return list(self._data.table("terminal_keys").values())

    def remove_terminal_key(self, key_hash: str) -> None:
        self._data.drop("terminal_keys", key_hash)


class MemoryRefusals(Repository):
    def __init__(self, data: MemoryTables, rejected_max: int) -> None:
        super().__init__(data)
        self._rejected_max = rejected_max

    def reject(self, rejected: Rejected) -> None:
        rows = self._data.table("rejected")
        key = (rejected.topic, rejected.payload)
        known = rows.get(key)
        if known is not None:
            again = replace(known, times=known.times + 1, last_at=rejected.at, reason=rejected.reason)
            self._data.put("rejected", key, again)
            return
        number = max((row.number for row in rows.values()), default=0) + 1
        short = rejected.payload[:PAYLOAD_BYTES_MAX]
        size = len(rejected.payload)
        kept = replace(rejected, payload=short, size=size, number=number, last_at=rejected.at)
        self._data.put("rejected", key, kept)
        if len(rows) > self._rejected_max:
            self._drop_one_of_the_loudest(rows)

    def set_aside(self, quarantined: Quarantined) -> None:
        rows = self._data.table("set_aside")
        number = max(rows, default=0) + 1
        short = quarantined.payload[:PAYLOAD_BYTES_MAX]
        self._data.put("set_aside", number, replace(quarantined, payload=short, number=number))
        while len(rows) > QUARANTINED_MAX:
            self._data.drop("set_aside", min(rows))

    def newest_rejected(self, limit: int) -> list[Rejected]:
        rows = self._data.table("rejected").values()
        return sorted(rows, key=lambda row: row.number, reverse=True)[:limit]

    def newest_set_aside(self, limit: int, *, with_dismissed: bool = False) -> list[Quarantined]:
        return list(self._data.table("set_aside").values())[::-1][:limit]

    def dropped(self) -> int:
        return int(self._data.table("tally").get("dropped", 0))

    def _drop_one_of_the_loudest(self, rows: Mapping[tuple[str, bytes], Rejected]) -> None:
        by_topic = Counter(topic for topic, _ in rows)
        loudest = min(by_topic, key=lambda topic: (-by_topic[topic], topic))
        oldest = min((key for key in rows if key[0] == loudest), key=lambda key: rows[key].number)
        self._data.drop("rejected", oldest)
        self._data.put("tally", "dropped", self.dropped() + 1)


class MemoryHubDocuments(Repository):
    def newest_for(self, source: SourceId) -> list[DocumentMark]:
        return [mark for mark in self.all() if mark.scope in (EVERYONE, source)]

    def all(self) -> list[DocumentMark]:
        return [held.mark for _, held in sorted(self._data.table("documents").items())]

    def find(self, kind: DocumentKind, scope: str) -> HeldDocument | None:
        return self._data.table("documents").get((kind.value, scope))

    def save(self, document: HeldDocument) -> bool:
        held = self.find(document.mark.kind, document.mark.scope)
        if held is not None and held.mark.version >= document.mark.version:
            return False
        self._data.put("documents", (document.mark.kind.value, document.mark.scope), document)
        return True

    def running(self, source: SourceId) -> Mapping[str, int]:
        return self._data.table("running").get(source, {})

    def all_running(self) -> Mapping[SourceId, Mapping[str, int]]:
        return dict(self._data.table("running"))

    def set_running(self, source: SourceId, versions: Mapping[str, int], at: datetime) -> None:
        self._data.put("running", source, dict(versions))


class MemoryNotes(Repository):
    def find(self, name: str) -> str:
        return self._data.table("notes").get(name, "")

    def keep(self, name: str, text: str) -> None:
        self._data.put("notes", name, text)
