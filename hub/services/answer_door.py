"""What was seen at a door, or that nothing was: decided and kept in one transaction, whenever it arrives.

An outcome counts once. `unknown` is the hub's own word for silence; a real outcome that comes after it still tells the truth,
so it is taken. But a door that was seen open did not jam, whichever of the two is heard first: what happened there is
unknown, and staff looks. Nothing in here ever sends a command.
"""

from dataclasses import replace

from hub.domain.compartment import Place
from hub.domain.door_command import DoorCommand, Meaning, meaning_of
from hub.domain.parcel import Parcel, ParcelState, ParcelStep, may, step
from hub.services.close_parcel import collect_parcel, expire_parcel
from hub.services.desk import Desk
from hub.services.take_back import OUT_OF_ITS_LOCKER
from shared.events.parcel import DoorAnswered, DoorPurpose, ParcelDeposited
from shared.wire import messages

_NO_ANSWER = "No answer from the board."
_OPENED_AFTER_ALL = "The board said that the door jammed, and the door was seen open."
_RESTARTED = "The hub started anew before an answer came."


def answer_door(desk: Desk, command_id: str, outcome: str, reason: str) -> DoorCommand | None:
    """Take an outcome and return the command as it stands then; None if no such command was ever given."""
    command = desk.uow.door_commands.find(command_id)
    if command is None:
        return None
    if outcome == messages.JAMMED and command.seen_open:
        outcome, reason = messages.UNKNOWN, _OPENED_AFTER_ALL
    if command.settled or command.outcome == outcome:
        return command
    meaning = meaning_of(outcome)
    answered = replace(command, outcome=outcome, seen_open=command.seen_open or meaning is Meaning.OPENED)
    desk.uow.door_commands.save(answered)
    record_answer(desk, command, outcome, reason)
    if command.purpose is not DoorPurpose.DEPOSIT:
        _collect_or_give_back(desk, command, meaning)
    return answered


def silence(desk: Desk, command_id: str) -> DoorCommand | None:
    """No outcome came in time: the command becomes `unknown`, unless one came at the last moment."""
    return answer_door(desk, command_id, messages.UNKNOWN, _NO_ANSWER)


def settle_after_restart(desk: Desk) -> int:
    """Commands that had no answer when the hub ended become `unknown`; returns how many."""
    unanswered = desk.uow.door_commands.unanswered()
    for command in unanswered:
        answer_door(desk, command.command_id, messages.UNKNOWN, _RESTARTED)
    return len(unanswered)


def door_moved(desk: Desk, place: Place, door: str) -> bool:
    """A door was seen open or shut; returns whether that moved a parcel.

    What staff lays in, or takes back, is done when its door was open and then shut.
    """
    command = desk.uow.door_commands.last_at(place)
    if command is None:
        return False
    if door == messages.DOOR_OPEN:
        return not command.seen_open and _seen_open(desk, replace(command, seen_open=True))
    parcel = desk.uow.parcels.find(command.parcel_id)
    return command.seen_open and parcel is not None and _shut_again(desk, command, parcel)


def _seen_open(desk: Desk, command: DoorCommand) -> bool:
    """Keep that the door was seen open; a parcel whose code works again, because the door had jammed, is unclear now."""
    desk.uow.door_commands.save(command)
    parcel = desk.uow.parcels.find(command.parcel_id)
    if command.outcome != messages.JAMMED or parcel is None or parcel.command_id != command.command_id:
        return False
    if not may(parcel, ParcelStep.BURN):
        return False
    desk.uow.parcels.save(step(parcel, ParcelStep.BURN, desk.at))
    desk.uow.door_commands.save(replace(command, outcome=messages.UNKNOWN))
    record_answer(desk, command, messages.UNKNOWN, _OPENED_AFTER_ALL)
    return True


def record_answer(desk: Desk, command: DoorCommand, outcome: str, reason: str) -> None:
    """Write what a command came to into the hub's own chain."""
    answered = DoorAnswered(
        command_id=command.command_id, board=command.place.board,
        compartment=command.place.compartment, outcome=outcome, reason=reason,
    )  # fmt: skip
    desk.record(answered)


def _shut_again(desk: Desk, command: DoorCommand, parcel: Parcel) -> bool:
    match command.purpose:
        case DoorPurpose.DEPOSIT if may(parcel, ParcelStep.DEPOSIT):
            desk.uow.parcels.save(step(parcel, ParcelStep.DEPOSIT, desk.at))
            place = command.place
            deposited = ParcelDeposited(
                parcel_id=parcel.parcel_id, board=place.board, compartment=place.compartment
            )
            desk.record(deposited)
            return True
        case DoorPurpose.TAKE_BACK if _awaits(parcel, command):
            expire_parcel(desk, parcel, OUT_OF_ITS_LOCKER)
            return True
        case _:
            return False


def _awaits(parcel: Parcel, command: DoorCommand) -> bool:
    """Whether this command is what the parcel's door was told last, and staff has not decided meanwhile."""
    return parcel.state is ParcelState.OPENING and parcel.command_id == command.command_id


def _collect_or_give_back(desk: Desk, command: DoorCommand, meaning: Meaning) -> None:
    parcel = desk.uow.parcels.find(command.parcel_id)
    if parcel is None or not _awaits(parcel, command):
        return
    match meaning:
        case Meaning.OPENED if command.purpose is DoorPurpose.TAKE_BACK:
            pass  # it is out when the door is shut again
        case Meaning.OPENED:
            collect_parcel(desk, parcel, command.place)
        case Meaning.STAYED_SHUT:
            desk.uow.parcels.save(step(parcel, ParcelStep.STAY_SHUT, desk.at))
        case Meaning.UNKNOWN:
            pass
