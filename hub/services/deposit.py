"""Staff brings a parcel: open the door that is reserved for it."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from hub.domain.door_command import DoorCommand
from hub.domain.parcel import ParcelState
from hub.services.desk import Desk
from shared.events.parcel import DoorCommanded, DoorPurpose
from shared.ids import ParcelId


class DepositRefusal(Enum):
    """Why no door opens."""

    UNKNOWN_PARCEL = "unknown-parcel"
    STILL_WAITING = "still-waiting"
    ALREADY_DEPOSITED = "already-deposited"
    GONE = "already-collected"


@dataclass(frozen=True, slots=True)
class DepositAllowed:
    """The command that opens the door, durable once the transaction is."""

    command: DoorCommand


DepositDecision: TypeAlias = DepositAllowed | DepositRefusal


def begin_deposit(desk: Desk, parcel_id: ParcelId) -> DepositDecision:
    """Decide whether the parcel's door opens, and keep the command before it leaves."""
    parcel = desk.uow.parcels.find(parcel_id)
    if parcel is None:
        return DepositRefusal.UNKNOWN_PARCEL
    match parcel.state:
        case ParcelState.RESERVED if parcel.place is not None:
            command = DoorCommand(
                command_id=desk.new_id(), place=parcel.place, parcel_id=parcel_id,
                purpose=DoorPurpose.DEPOSIT, at=desk.at,
            )  # fmt: skip
            desk.uow.parcels.save(replace(parcel, command_id=command.command_id))
            keep_command(desk, command)
            return DepositAllowed(command)
        case ParcelState.WAITING | ParcelState.RESERVED:
            return DepositRefusal.STILL_WAITING
        case ParcelState.DEPOSITED | ParcelState.OPENING:
            return DepositRefusal.ALREADY_DEPOSITED
        case ParcelState.COLLECTED | ParcelState.EXPIRED:
            return DepositRefusal.GONE


def keep_command(desk: Desk, command: DoorCommand) -> None:
    """Keep a command and write it into the hub's own chain: both durable before it can leave."""
    desk.uow.door_commands.save(command)
    commanded = DoorCommanded(
        command_id=command.command_id, board=command.place.board,
        compartment=command.place.compartment, parcel_id=command.parcel_id, purpose=command.purpose,
    )  # fmt: skip
    desk.record(commanded)
