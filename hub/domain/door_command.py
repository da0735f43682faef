"""Commands to a locker board's doors: how one is made so that it can open a door at most once, and what answers mean.

A board has no clock to trust. A session begins with the hub's greeting; commands name it, count up within it, and
expire in the board's own milliseconds since that greeting. The hub estimates those ticks from what the board said when it
was ready, plus its own monotonic time since; the way of that message makes the estimate early, never late.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from hub.domain.compartment import Place
from shared.events.parcel import DoorPurpose
from shared.ids import ParcelId
from shared.wire import messages

TIME_TO_LIVE_MS = 5_000
OBSERVED_WITHIN_MS = 1_500
ANSWER_WITHIN_MS = TIME_TO_LIVE_MS + OBSERVED_WITHIN_MS + 500
"""After this long a command that was taken at the last moment would have been answered; the rest is the way back."""


class Meaning(Enum):
    """What an outcome says about the door."""

    OPENED = "opened"
    STAYED_SHUT = "stayed shut"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorCommand:
    """One decision to open a door, kept before it leaves. `outcome` is empty until there is one."""

    command_id: str
    place: Place
    parcel_id: ParcelId
    purpose: DoorPurpose
    at: datetime
    outcome: str = ""
    seen_open: bool = False

    @property
    def settled(self) -> bool:
        """Whether the door itself has answered: nothing that comes later changes it."""
        return self.outcome not in {"", messages.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSession:
    """A board that is ready: it said `ticks_ms` at the hub's `heard_ms`; `counter` is the last one given out."""

    session: str
    ticks_ms: int
    heard_ms: int
    counter: int = 0


def prepare_open(
    session: BoardSession, command: DoorCommand, now_ms: int
) -> tuple[BoardSession, dict[str, object]]:
    """Return the session after one more command, and the message that opens the door."""
    counter = session.counter + 1
    message = messages.make(
        "open",
        session=session.session,
        command=command.command_id,
        counter=counter,
        compartment=command.place.compartment,
        expires_ms=session.ticks_ms + (now_ms - session.heard_ms) + TIME_TO_LIVE_MS,
    )
    return replace(session, counter=counter), message


def meaning_of(outcome: str) -> Meaning:
    """Return what an outcome of the wire says; an outcome of a newer protocol says nothing."""
    match outcome:
        case messages.OPENED | messages.ALREADY_OPEN:
            return Meaning.OPENED
        case messages.JAMMED | messages.REFUSED:
            return Meaning.STAYED_SHUT
        case _:
            return Meaning.UNKNOWN
