"""One door: its debounced sensor, and what a command made of it. Pure: time comes as milliseconds that only grow."""

from shared.wire.messages import DOOR_OPEN, DOOR_SHUT, JAMMED, OPENED

DEBOUNCE_MS = 30
WINDOW_MS = 1500  # a door that has not opened this long after the pulse is jammed


class Door:
    """What the sensor has said long enough to be believed."""

    def __init__(self, *, is_open: bool) -> None:
        self.is_open = is_open
        self._differs_since_ms = -1

    @property
    def word(self) -> str:
        """The door's state as the wire says it."""
        return DOOR_OPEN if self.is_open else DOOR_SHUT

    def sample(self, now_ms: int, *, is_open: bool) -> bool:
        """Take one reading; True when the door's believed state changes by it."""
        if is_open == self.is_open:
            self._differs_since_ms = -1
            return False
        if self._differs_since_ms < 0:
            self._differs_since_ms = now_ms
        if now_ms - self._differs_since_ms < DEBOUNCE_MS:
            return False
        self.is_open = is_open
        self._differs_since_ms = -1
        return True


def outcome_of(door: Door, pulsed_ms: int, now_ms: int) -> str:
    """Return what became of a pulse: opened, jammed, or nothing yet (an empty text)."""
    if door.is_open:
        return OPENED
    return JAMMED if now_ms - pulsed_ms >= WINDOW_MS else ""
