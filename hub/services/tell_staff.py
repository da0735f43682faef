"""What staff should look at about a chain of entries, told once however often it comes up again."""

from hub.domain.stream import Quarantined
from hub.services.desk import Desk
from shared.entry import StreamKey

_REMEMBERED = 100


def tell_staff(desk: Desk, stream: StreamKey, reason: str) -> None:
    """Note something about a chain for the staff page, unless it stands among the newest notes already."""
    newest = desk.uow.refusals.newest_set_aside(_REMEMBERED, with_dismissed=True)
    if any((known.source, known.reason) == (stream.source, reason) for known in newest):
        return
    note = Quarantined(at=desk.at, source=stream.source, epoch=stream.epoch, reason=reason, payload=b"")
    desk.uow.refusals.set_aside(note)
