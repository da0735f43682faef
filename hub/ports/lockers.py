"""Where the hub keeps parcels, their numbers, and what was told to doors."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.compartment import Place
from hub.domain.door_command import DoorCommand
from hub.domain.parcel import Parcel
from shared.ids import Epoch, ParcelId, SourceId


class Parcels(Protocol):
    """Parcels promised at this hub."""

    def find(self, parcel_id: ParcelId) -> Parcel | None:
        """Return one parcel."""
        ...

    def save(self, parcel: Parcel) -> None:
        """Keep a parcel, new or changed."""
        ...

    def live(self) -> list[Parcel]:
        """Return those still to be collected, longest promised first."""
        ...

    def live_with_number(self, number: int) -> list[Parcel]:
        """Return the live ones of a pick-up number, longest promised first; more than one only after a mishap."""
        ...

    def live_of_receipt(self, receipt_number: str) -> list[Parcel]:
        """Return the live ones of a receipt's number, as it is printed, longest promised first."""
        ...

    def last_gone_with_number(self, number: int) -> Parcel | None:
        """Return the one of this number that was collected or expired last."""
        ...

    def newest_gone(self, limit: int) -> list[Parcel]:
        """Return those that were collected or expired last, newest first."""
        ...


class PickupNumbers(Protocol):
    """The thousand numbers, each free, leased to a till, or on a live parcel."""

    def free(self, limit: int) -> list[int]:
        """Return free numbers, the longest unused first."""
        ...

    def outstanding(self, till: SourceId) -> list[int]:
        """Return the numbers that a till holds and that no parcel has yet."""
        ...

    def lease(self, till: SourceId, epoch: Epoch, numbers: Sequence[int], at: datetime) -> None:
        """Give numbers to a till."""
        ...

    def give_up_older(self, till: SourceId, epoch: Epoch) -> None:
        """Free what a till's earlier ledgers held and promised to nobody."""
        ...

    def promise(self, number: int, parcel_id: ParcelId) -> None:
        """Put a number on a parcel."""
        ...

    def release(self, number: int, parcel_id: ParcelId, at: datetime) -> None:
        """Free the number of a parcel that is gone; nothing if another parcel has it."""
        ...


class DoorCommands(Protocol):
    """Decisions to open doors."""

    def find(self, command_id: str) -> DoorCommand | None:
        """Return one command."""
        ...

    def save(self, command: DoorCommand) -> None:
        """Keep a command, new or changed."""
        ...

    def unanswered(self) -> list[DoorCommand]:
        """Return those without any outcome."""
        ...

    def last_at(self, place: Place) -> DoorCommand | None:
        """Return the last command to one door."""
        ...
