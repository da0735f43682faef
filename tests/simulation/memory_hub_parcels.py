"""Parcels, pick-up numbers and door commands of the hub, in memory."""

from collections.abc import Sequence
from datetime import datetime

from hub.domain.compartment import Place
from hub.domain.door_command import DoorCommand
from hub.domain.parcel import Parcel
from shared.ids import Epoch, ParcelId, SourceId
from tests.simulation.memory_tables import Repository

NUMBERS = 1_000


class MemoryParcels(Repository):
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

    def live_of_receipt(self, receipt_number: str) -> list[Parcel]:
        return [parcel for parcel in self.live() if parcel.receipt_number == receipt_number]

    def last_gone_with_number(self, number: int) -> Parcel | None:
        return next((parcel for parcel in self.newest_gone(10**6) if parcel.number == number), None)

    def newest_gone(self, limit: int) -> list[Parcel]:
        parcels = self._data.table("parcels")
        return [parcels[parcel_id] for parcel_id in reversed(self._data.table("gone"))][:limit]


class MemoryNumbers(Repository):
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


class MemoryDoorCommands(Repository):
    def find(self, command_id: str) -> DoorCommand | None:
        return self._data.table("door_commands").get(command_id)

    def save(self, command: DoorCommand) -> None:
        self._data.put("door_commands", command.command_id, command)

    def unanswered(self) -> list[DoorCommand]:
        return [command for command in self._data.table("door_commands").values() if not command.outcome]

    def last_at(self, place: Place) -> DoorCommand | None:
        at = [command for command in self._data.table("door_commands").values() if command.place == place]
        return at[-1] if at else None
