"""The hub's Store port in memory, as far as sync asks it: transactions undone as a whole, snapshots to restore from.

The contract suite in tests/contract/test_hub_store.py runs over this and over the real one.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from hub.domain.stream import KeptEntry, StreamRecord
from shared.entry import StreamKey
from shared.ids import SourceId, TenantId
from tests.simulation.memory_hub_parcels import MemoryDoorCommands, MemoryNumbers, MemoryParcels
from tests.simulation.memory_hub_records import (
    MemoryCredentials,
    MemoryDevices,
    MemoryHubDocuments,
    MemoryNotes,
    MemoryRefusals,
)
from tests.simulation.memory_tables import MemoryTables, Repository

T = TypeVar("T")


class MemoryHubStore:
    """The Store port. `on_committed` is told of each chain that a transaction changed."""

    def __init__(self, *, rejected_max: int = 10_000) -> None:
        self.data = MemoryTables()
        self.uow = MemoryUnitOfWork(self.data, rejected_max)
        self.on_committed: Callable[[StreamRecord], None] = lambda record: None

    async def write(self, work: Callable[["MemoryUnitOfWork"], T]) -> T:
        return self.write_now(work)

    async def read(self, work: Callable[["MemoryUnitOfWork"], T]) -> T:
        return work(self.uow)

    def write_now(self, work: Callable[["MemoryUnitOfWork"], T]) -> T:
        try:
            result = work(self.uow)
        except BaseException:
            self.data.undo()
            raise
        for key in self.data.commit():
            self.on_committed(self.data.tables["streams"][key])
        return result

    def close(self) -> None:
        """Nothing is open."""


class MemoryUnitOfWork:
    """All repositories over the same tables."""

    def __init__(self, data: MemoryTables, rejected_max: int = 10_000) -> None:
        self.streams = MemoryHubStreams(data)
        self.parcels = MemoryParcels(data)
        self.numbers = MemoryNumbers(data)
        self.door_commands = MemoryDoorCommands(data)
        self.devices = MemoryDevices(data)
        self.refusals = MemoryRefusals(data, rejected_max)
        self.credentials = MemoryCredentials(data)
        self.documents = MemoryHubDocuments(data)
        self.notes = MemoryNotes(data)


class MemoryHubStreams(Repository):
    def find(self, key: StreamKey) -> StreamRecord | None:
        return self._data.table("streams").get(key)

    def newest_of(self, tenant: TenantId, source: SourceId) -> StreamRecord | None:
        of_source = [
            record for record in self.all() if (record.key.tenant, record.key.source) == (tenant, source)
        ]
        return of_source[-1] if of_source else None

    def count_of(self, tenant: TenantId, source: SourceId) -> int:
        return sum((record.key.tenant, record.key.source) == (tenant, source) for record in self.all())

    def all(self) -> list[StreamRecord]:
        return list(self._data.table("streams").values())

    def save(self, record: StreamRecord) -> None:
        self._data.put("streams", record.key, record)

    def add_entries(self, key: StreamKey, entries: Sequence[KeptEntry]) -> None:
        for entry in entries:
            if (key, entry.seq) in self._data.table("entries"):
                raise ValueError(f"UNIQUE: entry {entry.seq} of {key.source} is held already")
            self._data.put("entries", (key, entry.seq), entry)

    def hash_at(self, key: StreamKey, seq: int) -> str | None:
        entry = self._data.table("entries").get((key, seq))
        return entry.hash if entry else None

    def lines(self, key: StreamKey, first_seq: int, last_seq: int) -> list[bytes]:
        entries, lines = self._data.table("entries"), []
        for seq in range(first_seq, last_seq + 1):
            if (key, seq) not in entries:
                break
            lines.append(entries[key, seq].line)
        return lines
