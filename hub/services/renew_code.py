"""A customer lost the code, or somebody locked it: staff gives a new one, shown once."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from hub.domain.parcel import Parcel
from hub.domain.pickup_grant import PickupGrant, hash_secret
from hub.services.desk import Desk
from shared.events.parcel import PickupCodeRenewed
from shared.ids import ParcelId
from shared.wire.pickup_code import SECRETS, format_code


class RenewRefusal(Enum):
    """Why there is no new code."""

    UNKNOWN_PARCEL = "unknown-parcel"
    GONE = "already-collected"
    GIVEN_BACK = "given-back"
    NO_NUMBER = "no-pickup-number"


@dataclass(frozen=True, slots=True, repr=False)
class NewCode:
    """The code to tell the customer; it is in no file and no log."""

    code: str


Renewal: TypeAlias = NewCode | RenewRefusal


def renew_code(desk: Desk, parcel_id: ParcelId) -> Renewal:
    """Void a parcel's code and draw a new secret; a parcel that shares its number also gets one of its own."""
    parcel = desk.uow.parcels.find(parcel_id)
    if parcel is None:
        return RenewRefusal.UNKNOWN_PARCEL
    if parcel.gone:
        return RenewRefusal.GONE
    if parcel.is_given_back:
        return RenewRefusal.GIVEN_BACK
    number = _own_number(desk, parcel)
    if number is None:
        return RenewRefusal.NO_NUMBER
    secret = int.from_bytes(desk.randomness.draw(8), "big") % SECRETS
    grant = PickupGrant(secret_hash=hash_secret(desk.identity.pickup_key, parcel_id, secret))
    desk.uow.parcels.save(replace(parcel, number=number, grant=grant))
    desk.record(PickupCodeRenewed(parcel_id=parcel_id))
    return NewCode(format_code(number, secret))


def _own_number(desk: Desk, parcel: Parcel) -> int | None:
    sharing = desk.uow.parcels.live_with_number(parcel.number)
    first = bool(sharing) and sharing[0].parcel_id == parcel.parcel_id
    candidates = [parcel.number] if first else desk.uow.numbers.free(1)
    for number in candidates:
        desk.uow.numbers.promise(number, parcel.parcel_id)
        return number
    return None
