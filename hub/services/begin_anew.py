"""This hub was restored from an older copy: the cloud, or the witness beside the database, knows more of its own chain.

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
from shared.events.event import read_event
from shared.events.sale import LedgerOpened
from shared.ids import Epoch

_REASON = (
    "this hub was restored from an older copy. Codes of parcels in their lockers are locked: look into each of these "
    "lockers, then give a new code"
)


def begin_anew_if_older(desk: Desk, witnessed: tuple[Epoch, int] | None) -> bool:
    """Begin anew if the witness knows an own entry that is not held here; returns whether it did.

    To be asked at each start, before any code is taken: the cloud may be out of reach, and a code that was spent after the
    copy was made must open nothing.
    """
    own = desk.own_stream()
    if witnessed is None or own is None:
        return False
    epoch, seq = witnessed
    known = desk.uow.streams.find(replace(own.key, epoch=epoch))
    return (known is None or known.head.seq < seq) and begin_anew(desk, own.key)


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
