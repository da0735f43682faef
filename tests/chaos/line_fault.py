"""What can be wrong with a line, and what then becomes of bytes on it. Pure: no socket, no clock.

A line joins whoever connects (below) with whoever listens (above). Bytes that were swallowed are gone for good: what
follows them on the same connection is never delivered, because TCP would not either. When the fault is over, such a
connection is reset, or it stays mute until one of its ends gives it up, as behind a router that lost its memory.
"""

from dataclasses import dataclass, replace
from enum import Enum, StrEnum


class Way(StrEnum):
    """Which way bytes go."""

    UP = "up"  # from whoever connects to whoever listens
    DOWN = "down"


class Ending(StrEnum):
    """What becomes of a connection that lost bytes once the fault is over."""

    RESET = "reset"
    MUTE = "mute"


class Fate(Enum):
    """What becomes of a piece that has just been read."""

    DELIVER = "deliver"
    HOLD = "hold"
    SWALLOW = "swallow"


BOTH = frozenset(Way)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The state of a line; the default passes everything at once.

    Attributes:
        swallowed: ways on which bytes vanish while both ends see a connection.
        held: ways on which bytes wait, and arrive when the fault is over: what TCP makes of a short outage.
        refused: nobody is connected, and a new connection is refused.
        delay_ms: how much later each piece arrives.
        bytes_per_s: how many bytes pass each way in a second; None: as many as come.
        ending: what becomes of connections that lost bytes.
    """

    swallowed: frozenset[Way] = frozenset()
    held: frozenset[Way] = frozenset()
    refused: bool = False
    delay_ms: int = 0
    bytes_per_s: int | None = None
    ending: Ending = Ending.RESET

    def slowed(self, *, delay_ms: int = 0, bytes_per_s: int | None = None) -> "Fault":
        """Return the same fault on a slow line."""
        return replace(self, delay_ms=delay_ms, bytes_per_s=bytes_per_s)


PASSING = Fault()
REFUSED = Fault(refused=True)
HELD = Fault(held=BOTH)


def partition(ending: Ending = Ending.RESET) -> Fault:
    """Nothing arrives either way, and connections stay."""
    return Fault(swallowed=BOTH, ending=ending)


def half_open(way: Way, ending: Ending = Ending.RESET) -> Fault:
    """Nothing arrives one way; the other works."""
    return Fault(swallowed=frozenset({way}), ending=ending)


def fate_of(fault: Fault, way: Way, *, holed: bool) -> Fate:
    """Decide about a piece; `holed` says that its connection has lost bytes before, this way or the other."""
    if way in fault.swallowed:
        return Fate.SWALLOW
    if way in fault.held:
        return Fate.HOLD
    # Half-open: the good way goes on for as long as the fault lasts. After it, nothing of a holed connection arrives.
    return Fate.SWALLOW if holed and not fault.swallowed else Fate.DELIVER


def arrival_ms(fault: Fault, size: int, *, now_ms: int, line_free_ms: int) -> tuple[int, int]:
    """Return when a piece of `size` bytes arrives, and when the line is free for the next one."""
    sent_ms = max(now_ms, line_free_ms)
    if fault.bytes_per_s is not None:
        sent_ms += size * 1_000 // fault.bytes_per_s
    return sent_ms + fault.delay_ms, sent_ms


def is_reset(before: Fault, after: Fault, *, holed: bool) -> bool:
    """Tell whether a connection ends when `after` takes the place of `before`."""
    healed = bool(before.swallowed) and not after.swallowed
    return after.refused or (healed and holed and before.ending is Ending.RESET)
