"""A customer types a code: decide, burn the code durably, and only then let the door be opened."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from hub.domain.door_command import DoorCommand
from hub.domain.parcel import Parcel, ParcelState, ParcelStep, step
from hub.domain.pickup_grant import SecretCheck, check_secret, hash_secret, matches
from hub.services.deposit import keep_command
from hub.services.desk import Desk
from shared.events.parcel import DoorPurpose, PickupCodeMissed
from shared.ids import ParcelId, SourceId

BoardReady: TypeAlias = Callable[[SourceId], bool]


class CollectRefusal(Enum):
    """Why no door opens. An unknown number is a wrong code, word for word."""

    WRONG_CODE = "wrong-code"
    LOCKED = "code-locked"
    NOT_HERE_YET = "not-here-yet"
    ALREADY_COLLECTED = "already-collected"
    TAKEN_BACK = "taken-back"
    GIVEN_BACK = "given-back"
    UNCLEAR = "door-unclear"
    BOARD_OFFLINE = "board-offline"


@dataclass(frozen=True, slots=True)
class CollectAllowed:
    """The command that opens the door; its code is spent once the transaction is durable."""

    command: DoorCommand


CollectDecision: TypeAlias = CollectAllowed | CollectRefusal


def begin_collect(desk: Desk, number: int, secret: int, board_ready: BoardReady) -> CollectDecision:
    """Decide about a typed code, and keep what it changes: a miss, or the code burned and the command."""
    live = desk.uow.parcels.live_with_number(number)
    if not live:
        return _of_parcels_gone(desk, number, secret)
    parcel = live[0]
    check, grant = check_secret(parcel.grant, desk.identity.pickup_key, parcel.parcel_id, secret)
    match check:
        case SecretCheck.LOCKED:
            return CollectRefusal.LOCKED
        case SecretCheck.RIGHT:
            return _open(desk, parcel, board_ready)
        case SecretCheck.WRONG:
            earlier = _of_parcels_gone(desk, number, secret)
            if earlier is not CollectRefusal.WRONG_CODE:
                return earlier  # an earlier customer's code: no miss for this one
            missed = replace(parcel, grant=grant)
            desk.uow.parcels.save(missed)
            event = PickupCodeMissed(parcel_id=parcel.parcel_id, misses=grant.misses, locked=grant.locked)
            desk.record(event)
            return CollectRefusal.LOCKED if grant.locked else CollectRefusal.WRONG_CODE


def _open(desk: Desk, parcel: Parcel, board_ready: BoardReady) -> CollectDecision:
    if parcel.is_given_back:
        return CollectRefusal.GIVEN_BACK
    match parcel.state:
        case ParcelState.WAITING | ParcelState.RESERVED:
            return CollectRefusal.NOT_HERE_YET
        case ParcelState.DEPOSITED if parcel.place is not None:
            if not board_ready(parcel.place.board):
                return CollectRefusal.BOARD_OFFLINE
            command = DoorCommand(
                command_id=desk.new_id(), place=parcel.place, parcel_id=parcel.parcel_id,
                purpose=DoorPurpose.COLLECT, at=desk.at,
            )  # fmt: skip
            burned = step(parcel, ParcelStep.BURN, desk.at)
            desk.uow.parcels.save(replace(burned, command_id=command.command_id))
            keep_command(desk, command)
            return CollectAllowed(command)
        case ParcelState.COLLECTED | ParcelState.EXPIRED:
            return _of_gone(parcel)
        case ParcelState.DEPOSITED | ParcelState.OPENING:
            return CollectRefusal.UNCLEAR


def _of_parcels_gone(desk: Desk, number: int, secret: int) -> CollectRefusal:
    gone = desk.uow.parcels.last_gone_with_number(number)
    if gone is None:
        hash_secret(desk.identity.pickup_key, ParcelId("nobody"), secret)  # as long as for a known number
        return CollectRefusal.WRONG_CODE
    right = matches(gone.grant, desk.identity.pickup_key, gone.parcel_id, secret)
    return _of_gone(gone) if right else CollectRefusal.WRONG_CODE


def _of_gone(parcel: Parcel) -> CollectRefusal:
    if parcel.is_given_back:
        return CollectRefusal.GIVEN_BACK
    expired = parcel.state is ParcelState.EXPIRED
    return CollectRefusal.TAKEN_BACK if expired else CollectRefusal.ALREADY_COLLECTED
