"""The hub's Store port in memory: transactions that are undone as a whole, and snapshots to restore from.

The contract suite in tests/contract/test_hub_store.py runs over this and over the real one.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from hub.domain.compartment import Place
from hub.domain.device import Device, EnrolmentCode, TerminalKey
from hub.domain.door_command import DoorCommand
from hub.domain.parcel import Parcel
from hub.domain.stream import KeptEntry, Quarantined, Rejected, StreamRecord
from shared.entry import StreamKey
from shared.ids import Epoch, ParcelId, SourceId, TenantId

T = TypeVar("T")
Table = dict[Any, Any]
_MISSING = object()
PAYLOAD_BYTES_MAX = 1024 * 1024
QUARANTINED_MAX = 1_000
NUMBERS = 1_000


class MemoryTables:
    """Tables by name. What a transaction puts can be taken back."""

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self._before: list[tuple[Table, object, object]] = []

    def table(self, name: str) -> Table:
        return self.tables.setdefault(name, {})

    def put(self, name: str, key: object, value: object) -> None:
        table = self.tables.setdefault(name, {})
        self._before.append((table, key, table.get(key, _MISSING)))
        table[key] = value

    def drop(self, name: str, key: object) -> None:
        table = self.tables.setdefault(name, {})
        self._before.append((table, key, table.pop(key, _MISSING)))

    def commit(self) -> list[object]:
        """Keep what was put; returns the keys of the streams that changed."""
        streams = self.tables.get("streams")
        changed = [key for table, key, _ in self._before if table is streams]
        self._before.clear()
        return changed

    def undo(self) -> None:
        for table, key, value in reversed(self._before):
            if value is _MISSING:
                table.pop(key, None)
            else:
                table[key] = value
        self._before.clear()

    def snapshot(self) -> dict[str, Table]:
        return {name: dict(table) for name, table in self.tables.items()}

    def restore(self, snapshot: dict[str, Table]) -> None:
        self.tables = {name: dict(table) for name, table in snapshot.items()}
        self._before.clear()


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


class _Repository:
    def __init__(self, data: MemoryTables) -> None:
        self._data = data


class MemoryHubStreams(_Repository):
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


class MemoryParcels(_Repository):
    def find(self, parcel_id: ParcelId) -> Parcel | None:
        return self._data.table("parcels").get(parcel_id)

    def save(self, parcel: Parcel) -> None:
        self._data.put("parcels", parcel.parcel_id, parcel)
        if parcel.gone and parcel.parcel_id not in self._data.table("gone"):
            self._data.put("gone", parcel.parcel_id, None)

    def live(self) -> list[Parcel]:
        return [parcel for parcel in self._data.table("parcels").values() if not parcel.gone]

    def live_with_number(self, number: int) -> list[Parcel]:
        return [parcel for parcel in self.live() if parcel.number == number]

    def last_gone_with_number(self, number: int) -> Parcel | None:
        return next((parcel for parcel in self.newest_gone(10**6) if parcel.number == number), None)

    def newest_gone(self, limit: int) -> list[Parcel]:
        parcels = self._data.table("parcels")
        return [parcels[parcel_id] for parcel_id in reversed(self._data.table("gone"))][:limit]


class MemoryNumbers(_Repository):
    """Numbers that are not free, as (till, epoch, parcel); `used` says when one became free last."""

    def free(self, limit: int) -> list[int]:
        held, used = self._data.table("numbers"), self._data.table("used")
        if not used:
            return [number for number in range(min(NUMBERS, limit + len(held))) if number not in held][:limit]
        free = [number for number in range(NUMBERS) if number not in held]
        return sorted(free, key=lambda number: (used.get(number, 0), number))[:limit]

    def outstanding(self, till: SourceId) -> list[int]:
        held = self._data.table("numbers").items()
        return sorted(number for number, (holder, _, parcel) in held if holder == till and not parcel)

    def lease(self, till: SourceId, epoch: Epoch, numbers: Sequence[int], at: datetime) -> None:
        for number in numbers:
            self._data.put("numbers", number, (till, epoch, ""))

    def give_up_older(self, till: SourceId, epoch: Epoch) -> None:
        older = [
            number for number, (holder, of_epoch, parcel) in self._data.table("numbers").items()
            if holder == till and of_epoch != epoch and not parcel
        ]  # fmt: skip
        self._free(older)

    def promise(self, number: int, parcel_id: ParcelId) -> None:
        till, epoch, _ = self._data.table("numbers").get(number, ("", "", ""))
        self._data.put("numbers", number, (till, epoch, parcel_id))

    def release(self, number: int, parcel_id: ParcelId, at: datetime) -> None:
        if self._data.table("numbers").get(number, ("", "", ""))[2] == parcel_id:
            self._free([number])

    def _free(self, numbers: Sequence[int]) -> None:
        use = max(self._data.table("used").values(), default=0) + 1
        for number in numbers:
            self._data.drop("numbers", number)
            self._data.put("used", number, use)


class MemoryDoorCommands(_Repository):
    def find(self, command_id: str) -> DoorCommand | None:
        return self._data.table("door_commands").get(command_id)

    def save(self, command: DoorCommand) -> None:
        self._data.put("door_commands", command.command_id, command)

    def unanswered(self) -> list[DoorCommand]:
        return [command for command in self._data.table("door_commands").values() if not command.outcome]

    def last_at(self, place: Place) -> DoorCommand | None:
        at = [command for command in self._data.table("door_commands").values() if command.place == place]
        return at[-1] if at else None


class MemoryDevices(_Repository):
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


class MemoryRefusals(_Repository):
    def __init__(self, data: MemoryTables, rejected_max: int) -> None:
        super().__init__(data)
        self._rejected_max = rejected_max

    def reject(self, rejected: Rejected) -> None:
        rows = self._data.table("rejected")
        self._data.put("rejected", max(rows, default=0) + 1, _short(rejected))
        while len(rows) > self._rejected_max:
            self._data.drop("rejected", min(rows))
            self._data.put("tally", "dropped", self.dropped() + 1)

    def set_aside(self, quarantined: Quarantined) -> None:
        rows = self._data.table("set_aside")
        self._data.put("set_aside", max(rows, default=0) + 1, _short(quarantined))
        while len(rows) > QUARANTINED_MAX:
            self._data.drop("set_aside", min(rows))

    def newest_rejected(self, limit: int) -> list[Rejected]:
        return list(self._data.table("rejected").values())[::-1][:limit]

    def newest_set_aside(self, limit: int, *, with_dismissed: bool = False) -> list[Quarantined]:
        return list(self._data.table("set_aside").values())[::-1][:limit]

    def dropped(self) -> int:
        return int(self._data.table("tally").get("dropped", 0))


class MemoryCredentials(_Repository):
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


R = TypeVar("R", Rejected, Quarantined)


def _short(refused: R) -> R:
    return replace(refused, payload=refused.payload[:PAYLOAD_BYTES_MAX])
