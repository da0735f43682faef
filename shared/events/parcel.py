"""What hubs say: parcels, compartments, doors and pick-up codes."""

from dataclasses import dataclass
from enum import StrEnum

from shared.events.amounts import PickupNumber
from shared.ids import ParcelId, SourceId


class DoorPurpose(StrEnum):
    """Why the hub told a board to open a door."""

    DEPOSIT = "deposit"
    COLLECT = "collect"
    TAKE_BACK = "take-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupNumbersLeased:
    """The hub gave a till pick-up numbers to use without asking."""

    till: SourceId
    numbers: tuple[PickupNumber, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompartmentReserved:
    """A promised parcel got a compartment."""

    parcel_id: ParcelId
    till: SourceId
    number: PickupNumber
    board: SourceId
    compartment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelWaiting:
    """A promised parcel waits for a compartment; `reason` says why, in words."""

    parcel_id: ParcelId
    till: SourceId
    number: PickupNumber
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorCommanded:
    """The hub decided to open a door; written before the command leaves, so that it is never sent twice."""

    command_id: str
    board: SourceId
    compartment: int
    parcel_id: ParcelId
    purpose: DoorPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorAnswered:
    """What was seen at the door (one of the wire's outcomes)."""

    command_id: str
    board: SourceId
    compartment: int
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelDeposited:
    """A parcel lies in its compartment and its door was seen shut."""

    parcel_id: ParcelId
    board: SourceId
    compartment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelCollected:
    """The customer's door opened; the code is spent."""

    parcel_id: ParcelId
    board: SourceId
    compartment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelExpired:
    """The stall took a parcel back, or never brought it: its code is void; `reason` says why, in words."""

    parcel_id: ParcelId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupCodeMissed:
    """A wrong secret was typed for this parcel; after five, `locked` is true."""

    parcel_id: ParcelId
    misses: int
    locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupCodeRenewed:
    """Staff gave the customer a new secret; the old one is void."""

    parcel_id: ParcelId
