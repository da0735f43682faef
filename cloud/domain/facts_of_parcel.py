"""What a hub's entry says of a parcel."""

from typing import TypeAlias, assert_never

from cloud.domain.facts import DoorSaid, Fact, ParcelMoved, ParcelState
from cloud.domain.plain_text import TEXT_MAX, plain_text
from shared.entry import Entry
from shared.events.parcel import (
    CompartmentReserved,
    DoorAnswered,
    DoorCommanded,
    DoorPurpose,
    ParcelCollected,
    ParcelDeposited,
    ParcelExpired,
    ParcelWaiting,
)
from shared.wire.messages import JAMMED, REFUSED, UNKNOWN

_BEHIND_THE_DOOR = {
    JAMMED: ParcelState.DEPOSITED, REFUSED: ParcelState.DEPOSITED, UNKNOWN: ParcelState.OPENING,
}  # fmt: skip

ParcelEvent: TypeAlias = (
    CompartmentReserved | ParcelWaiting | DoorCommanded | DoorAnswered | ParcelDeposited | ParcelCollected
    | ParcelExpired
)  # fmt: skip


def facts_of_parcel(entry: Entry, event: ParcelEvent) -> tuple[Fact, ...]:
    """Where the parcel stands after this, if the entry says."""
    hub, at = entry.stream.source, entry.at.isoformat(timespec="seconds")
    if isinstance(event, DoorAnswered):
        state = _BEHIND_THE_DOOR.get(event.outcome)
        return (DoorSaid(hub=hub, command_id=_id(event.command_id), at=at, state=state),) if state else ()
    parcel_id = _id(event.parcel_id)
    match event:
        case CompartmentReserved():
            state, till, number = ParcelState.RESERVED, _id(event.till), event.number
            moved = ParcelMoved(parcel_id=parcel_id, hub=hub, at=at, state=state, till=till, number=number,
                                compartment=_door_number(event.compartment))  # fmt: skip
        case ParcelWaiting():
            state, till, number = ParcelState.WAITING, _id(event.till), event.number
            moved = ParcelMoved(parcel_id=parcel_id, hub=hub, at=at, state=state, till=till, number=number)
        case DoorCommanded():
            if event.purpose is DoorPurpose.DEPOSIT:
                return ()
            moved = ParcelMoved(parcel_id=parcel_id, hub=hub, at=at, state=ParcelState.OPENING,
                                command_id=_id(event.command_id))  # fmt: skip
        case ParcelDeposited():
            moved = ParcelMoved(parcel_id=parcel_id, hub=hub, at=at, state=ParcelState.DEPOSITED,
                                compartment=_door_number(event.compartment))  # fmt: skip
        case ParcelCollected():
            moved = ParcelMoved(parcel_id=parcel_id, hub=hub, at=at, state=ParcelState.COLLECTED)
        case ParcelExpired():
            moved = ParcelMoved(parcel_id=parcel_id, hub=hub, at=at, state=ParcelState.EXPIRED)
        case _:
            assert_never(event)
    return (moved,)


def _id(text: str) -> str:
    return plain_text(text, TEXT_MAX)


def _door_number(compartment: int) -> int | None:
    return compartment if 0 < compartment < 10_000 else None
