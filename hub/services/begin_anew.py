"""This hub was restored from an older copy: the cloud holds more of its own chain than it does itself.

What happened after the copy is known to the cloud and to the tills, not here. The hub's own chain cannot go on where others
hold other entries under the same numbers, so it begins anew under another epoch. And a parcel that lay in its compartment
then may be gone by now, and another's parcel in its place: no code opens a door until staff has looked and renewed it.
"""

from dataclasses import replace

from hub.domain.parcel import Parcel, ParcelState
from hub.domain.pickup_grant import MISSES_MAX
from hub.domain.stream import Quarantined
from hub.services.desk import Desk, open_chain
from shared.entry import StreamKey, parse_entry
from shared.events import LedgerOpened, read_event

_REASON = (
    "this hub was restored from an older copy. Codes of parcels in their lockers are locked: look into each of these "
    "lockers, then give a new code"
)


def begin_anew(desk: Desk, old: StreamKey) -> bool:
    """Begin the hub's own chain anew if `old` is the one it writes; returns whether it did."""
    stream = desk.own_stream()
    if stream is None or stream.key != old:
        return False
    opened = read_event(parse_entry(desk.uow.streams.lines(old, 1, 1)[0]))
    if not isinstance(opened, LedgerOpened):
        return False
    open_chain(desk, opened)
    for parcel in desk.uow.parcels.live():
        if parcel.state is ParcelState.DEPOSITED:
            _lock(desk, parcel)
    aside = Quarantined(at=desk.at, source=old.source, epoch=old.epoch, reason=_REASON, payload=b"")
    desk.uow.refusals.set_aside(aside)
    return True


def _lock(desk: Desk, parcel: Parcel) -> None:
    desk.uow.parcels.save(replace(parcel, grant=replace(parcel.grant, misses=MISSES_MAX)))
