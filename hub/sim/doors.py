"""How a door with a spring and a solenoid bolt behaves. Pure: time comes as milliseconds that only grow."""

from dataclasses import dataclass, replace
from enum import StrEnum

RELEASE_MS = 60  # a shorter pulse does not draw the bolt
SPRING_MS = 90  # from the bolt's release until the reed contact sees the door open


class Size(StrEnum):
    """What fits behind a door."""

    SMALL = "S"
    MEDIUM = "M"
    LARGE = "L"


class Bolt(StrEnum):
    """Whether the bolt holds."""

    LOCKED = "locked"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One door. It locks by itself when pushed shut; a jammed one stays as it is, whatever the coil does."""

    compartment: int
    size: Size
    is_open: bool = False
    is_jammed: bool = False
    bolt: Bolt = Bolt.LOCKED
    energised_ms: float | None = None  # since when the coil is on
    released_ms: float | None = None  # since when the spring pushes

    @property
    def state(self) -> str:
        """What somebody standing before it sees: open, shut or jammed."""
        if self.is_open:
            return "open"
        return "jammed" if self.is_jammed else "shut"

    @property
    def next_change_ms(self) -> float | None:
        """When the door next changes by itself; None if it rests."""
        if self.released_ms is not None:
            return self.released_ms + SPRING_MS
        if self.energised_ms is not None and self._can_release:
            return self.energised_ms + RELEASE_MS
        return None

    @property
    def _can_release(self) -> bool:
        return not self.is_open and not self.is_jammed and self.bolt is Bolt.LOCKED


def energise(door: Door, now_ms: float) -> Door:
    """Put the coil on; a coil that is on stays on since when it was."""
    return door if door.energised_ms is not None else replace(door, energised_ms=now_ms)


def rest(door: Door, now_ms: float) -> Door:
    """Put the coil off."""
    return replace(advance(door, now_ms), energised_ms=None)


def advance(door: Door, now_ms: float) -> Door:
    """Let time pass until now: the bolt is drawn by a pulse long enough, then the spring opens the door."""
    while (due_ms := door.next_change_ms) is not None and due_ms <= now_ms:
        if door.released_ms is None:
            door = replace(door, bolt=Bolt.RELEASED, released_ms=due_ms)
        else:
            door = replace(door, is_open=True, released_ms=None)
    return door


def push(door: Door) -> Door:
    """Push the door shut, so that the bolt snaps in."""
    return replace(door, is_open=False, bolt=Bolt.LOCKED, released_ms=None)


def jam(door: Door, *, is_jammed: bool) -> Door:
    """Let the door jam, or free it."""
    return replace(door, is_jammed=is_jammed, released_ms=None if is_jammed else door.released_ms)
