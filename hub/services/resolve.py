"""Staff looked behind a door whose answer never came, and says what is there."""

from enum import Enum, StrEnum

from hub.domain.parcel import ParcelState, ParcelStep, step
from hub.services.answer_door import record_answer
from hub.services.close_parcel import collect_parcel, expire_parcel
from hub.services.desk import Desk
from hub.services.take_back import OUT_OF_ITS_LOCKER
from shared.events.parcel import DoorPurpose
from shared.ids import ParcelId
from shared.wire import messages

_STILL_INSIDE = "Staff looked: the parcel is still inside."


class Decision(StrEnum):
    """What staff found."""

    COLLECTED = "collected"
    STILL_INSIDE = "still-inside"


class Resolved(Enum):
    """What came of it."""

    DONE = "done"
    UNKNOWN_PARCEL = "unknown-parcel"
    NOT_UNCLEAR = "not-unclear"


def resolve(desk: Desk, parcel_id: ParcelId, decision: Decision) -> Resolved:
    """Settle an unclear parcel; one whose command is still under way is not unclear yet."""
    parcel = desk.uow.parcels.find(parcel_id)
    if parcel is None:
        return Resolved.UNKNOWN_PARCEL
    command = desk.uow.door_commands.find(parcel.command_id)
    if parcel.state is not ParcelState.OPENING or command is None or not command.outcome:
        return Resolved.NOT_UNCLEAR
    match decision:
        case Decision.COLLECTED if command.purpose is DoorPurpose.TAKE_BACK:
            expire_parcel(desk, parcel, OUT_OF_ITS_LOCKER)
        case Decision.COLLECTED:
            collect_parcel(desk, parcel, command.place)
        case Decision.STILL_INSIDE:
            desk.uow.parcels.save(step(parcel, ParcelStep.STAY_SHUT, desk.at))
            record_answer(desk, command, messages.REFUSED, _STILL_INSIDE)
    return Resolved.DONE
