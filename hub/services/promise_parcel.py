"""A sale promised a parcel at this hub: give it a place, now or when one becomes free."""

from dataclasses import replace

from hub.domain.compartment import Place, choose_compartment, free_by_size, size_asked
from hub.domain.parcel import Parcel, ParcelState, ParcelStep, count_pieces, items_in_words, step
from hub.domain.pickup_grant import PickupGrant, hash_secret
from hub.services.desk import Desk
from shared.entry import Entry
from shared.events.parcel import CompartmentReserved, ParcelWaiting
from shared.events.sale import PickupPromise, SaleRecorded
from shared.ids import format_receipt_number
from shared.trust import TrustError, open_sealed
from shared.wire.pickup_code import SECRET_DIGITS

_SEAL_INFO = b"stallholder pickup 1 "
_FULL = "Every compartment that is large enough is taken."


def promise_here(desk: Desk, entry: Entry, sale: SaleRecorded) -> None:
    """Take over what a sale promises, if it promises anything at this hub."""
    if sale.pickup is not None and sale.pickup.hub == desk.identity.hub:
        promise_parcel(desk, entry, sale, sale.pickup)


def promise_parcel(desk: Desk, entry: Entry, sale: SaleRecorded, pickup: PickupPromise) -> None:
    """Take a promise over from a sale's entry; the same parcel promised again changes nothing."""
    if desk.uow.parcels.find(pickup.parcel_id) is not None:
        return
    taken = bool(desk.uow.parcels.live_with_number(pickup.number))
    parcel = Parcel(
        parcel_id=pickup.parcel_id, till=entry.stream.source, number=pickup.number,
        receipt_number=format_receipt_number(entry.stream.epoch, sale.receipt_number),
        items=items_in_words(sale.lines), pieces=count_pieces(sale.lines),
        total_minor=sale.total_minor, currency=sale.currency, state=ParcelState.WAITING,
        since=desk.at, promised_at=desk.at, size=pickup.size,
        # A number that another parcel has opens nothing: staff renews the code, and then it gets a number of its own.
        grant=PickupGrant(secret_hash=b"" if taken else _secret_hash(desk, pickup)),
    )  # fmt: skip
    if not taken:
        desk.uow.numbers.promise(pickup.number, pickup.parcel_id)
    if not _seat(desk, parcel):
        desk.uow.parcels.save(parcel)
        waiting = ParcelWaiting(
            parcel_id=parcel.parcel_id, till=parcel.till, number=parcel.number, reason=_FULL
        )
        desk.record(waiting)


def seat_waiting(desk: Desk) -> int:
    """Give free compartments to the parcels that wait, the longest promised first; returns how many got one."""
    waiting = [parcel for parcel in desk.uow.parcels.live() if parcel.state is ParcelState.WAITING]
    return sum(_seat(desk, parcel) for parcel in waiting)


def _seat(desk: Desk, parcel: Parcel) -> bool:
    place = choose_compartment(desk.bank, _taken(desk), size_asked(parcel.size, parcel.pieces))
    if place is None:
        return False
    desk.uow.parcels.save(replace(step(parcel, ParcelStep.RESERVE, desk.at), place=place))
    reserved = CompartmentReserved(
        parcel_id=parcel.parcel_id, till=parcel.till, number=parcel.number,
        board=place.board, compartment=place.compartment,
    )  # fmt: skip
    desk.record(reserved)
    return True


def free_compartments(desk: Desk) -> dict[str, int]:
    """Return how many compartments of each size no parcel has."""
    return free_by_size(desk.bank, _taken(desk))


def _taken(desk: Desk) -> set[Place]:
    return {parcel.place for parcel in desk.uow.parcels.live() if parcel.place is not None}


def _secret_hash(desk: Desk, pickup: PickupPromise) -> bytes:
    """Return the keyed hash of the sealed secret; empty if the box cannot be opened, and staff renews the code."""
    try:
        digits = open_sealed(
            desk.identity.sealing_key, pickup.sealed, info=_SEAL_INFO + pickup.parcel_id.encode()
        )
    except TrustError:
        return b""
    if len(digits) != SECRET_DIGITS or not digits.isdigit():
        return b""
    return hash_secret(desk.identity.pickup_key, pickup.parcel_id, int(digits))
