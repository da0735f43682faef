"""The stall takes a parcel back: one that lies in its locker through its door, any other at once.

The code is burned and the command durable before the bolt moves, as for a customer. The parcel is expired when its door
was seen open and then shut; a door that stayed shut gives the code back.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from hub.domain.door_command import DoorCommand
from hub.domain.parcel import ParcelState, ParcelStep, step
from hub.services.close_parcel import expire_parcel
from hub.services.deposit import keep_command
from hub.services.desk import Desk
from shared.events.parcel import DoorPurpose
from shared.ids import ParcelId

OUT_OF_ITS_LOCKER = "The stall took it back out of its locker."
_NEVER_BROUGHT = "The stall took it back before it lay in a locker."


class TakeBackRefusal(Enum):
    """Why nothing changes."""

    UNKNOWN_PARCEL = "unknown-parcel"
    UNDER_WAY = "door-told-already"
    GONE = "already-collected"


@dataclass(frozen=True, slots=True)
class TakeBackAllowed:
    """The command that opens the door, durable once the transaction is."""

    command: DoorCommand


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The parcel was in no locker, so no door opens: it is expired."""


TakeBackDecision: TypeAlias = TakeBackAllowed | TakenBack | TakeBackRefusal


def begin_take_back(desk: Desk, parcel_id: ParcelId) -> TakeBackDecision:
    """Decide about a parcel that its stall wants back, and keep what that changes."""
    parcel = desk.uow.parcels.find(parcel_id)
    if parcel is None:
        return TakeBackRefusal.UNKNOWN_PARCEL
    match parcel.state:
        case ParcelState.WAITING | ParcelState.RESERVED:
            expire_parcel(desk, parcel, _NEVER_BROUGHT)
            return TakenBack()
        case ParcelState.DEPOSITED if parcel.place is not None:
            command = DoorCommand(
                command_id=desk.new_id(), place=parcel.place, parcel_id=parcel_id,
                purpose=DoorPurpose.TAKE_BACK, at=desk.at,
            )  # fmt: skip
            burned = step(parcel, ParcelStep.BURN, desk.at)
            desk.uow.parcels.save(replace(burned, command_id=command.command_id))
            keep_command(desk, command)
            return TakeBackAllowed(command)
        case ParcelState.DEPOSITED | ParcelState.OPENING:
            return TakeBackRefusal.UNDER_WAY
        case ParcelState.COLLECTED | ParcelState.EXPIRED:
            return TakeBackRefusal.GONE
