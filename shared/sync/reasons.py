"""Why a stream is behind at a receiver: a closed set of reasons, their names, and which of them a person should look at."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias


@dataclass(frozen=True, slots=True)
class NothingBehind:
    """The receiver has made everything durable."""

    code: ClassVar[str] = "nothing-behind"


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """Something is under way, and it has not taken unusually long."""

    code: ClassVar[str] = "on-the-way"


@dataclass(frozen=True, slots=True)
class NotConnected:
    """There is no way to the receiver; `words` says why, as the link put it."""

    code: ClassVar[str] = "not-connected"
    words: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The way is open, and the receiver itself has not answered yet."""

    code: ClassVar[str] = "unanswered"


@dataclass(frozen=True, slots=True)
class Stalled:
    """Connected, offered, and nothing has become durable over there for too long: an alarm."""

    code: ClassVar[str] = "stalled"


@dataclass(frozen=True, slots=True)
class Refused:
    """The receiver does not take the stream: an alarm."""

    code: ClassVar[str] = "refused"
    words: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """The receiver has set the stream aside, because it contradicts what is held there: an alarm."""

    code: ClassVar[str] = "quarantined"
    words: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class ReceiverFull:
    """The receiver's disk has no room: an alarm."""

    code: ClassVar[str] = "receiver-full"


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindHub:
    """The hub has it, the cloud does not. `hub_code` is the hub's own reason, one of CODES; empty if it did not say."""

    code: ClassVar[str] = "behind-hub"
    hub_code: str = ""
    for_s: int = 0
    words: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class WaitsForHub:
    """It has to be at the hub first; what is there may have gone on without a word of it."""

    code: ClassVar[str] = "waits-for-hub"


Reason: TypeAlias = (
    NothingBehind
    | OnTheWay
    | NotConnected
    | Unanswered
    | Stalled
    | Refused
    | Quarantined
    | ReceiverFull
    | BehindHub
    | WaitsForHub
)
Trouble: TypeAlias = Refused | Quarantined | ReceiverFull | BehindHub | WaitsForHub
"""What the receiver, or whoever looks further than the way to it, says of a stream."""

ALARMS = frozenset(kind.code for kind in (Stalled, Refused, Quarantined, ReceiverFull))
CODES = ALARMS | {
    kind.code for kind in (NothingBehind, OnTheWay, NotConnected, Unanswered, BehindHub, WaitsForHub)
}


def is_alarm(reason: Reason) -> bool:
    """Tell whether a person should look: being offline is normal, standing still while connected is not."""
    return (reason.hub_code if isinstance(reason, BehindHub) else reason.code) in ALARMS


def words_in(reason: Reason) -> str:
    """Return what the other side or the link said itself, or nothing."""
    return reason.words if isinstance(reason, NotConnected | Refused | Quarantined | BehindHub) else ""


def remedy_in(reason: Reason) -> str:
    """Return what to do, where somebody said so."""
    return reason.remedy if isinstance(reason, Refused | Quarantined | BehindHub) else ""
