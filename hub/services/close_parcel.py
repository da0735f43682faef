"""A parcel's life at this hub ends: its number and its compartment become free, and who waits is seated."""

from hub.domain.compartment import Place
from hub.domain.parcel import Parcel, ParcelStep, step
from hub.services.desk import Desk
from hub.services.promise_parcel import seat_waiting
from shared.events.parcel import ParcelCollected, ParcelExpired


def collect_parcel(desk: Desk, parcel: Parcel, place: Place) -> None:
    """The parcel is with its customer; its code is spent."""
    _close(desk, step(parcel, ParcelStep.COLLECT, desk.at))
    collected = ParcelCollected(parcel_id=parcel.parcel_id, board=place.board, compartment=place.compartment)
    desk.record(collected)
    seat_waiting(desk)


def expire_parcel(desk: Desk, parcel: Parcel, reason: str) -> None:
    """The parcel is with its stall; its code is void."""
    _close(desk, step(parcel, ParcelStep.EXPIRE, desk.at))
    desk.record(ParcelExpired(parcel_id=parcel.parcel_id, reason=reason))
    seat_waiting(desk)


def _close(desk: Desk, gone: Parcel) -> None:
    desk.uow.parcels.save(gone)
    desk.uow.numbers.release(gone.number, gone.parcel_id, desk.at)
