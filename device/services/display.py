"""The customer display: one value that sellers' pages set and displays follow. It lives in memory; a sale does not need it."""

from typing import Final

from device.domain.display import Shown
from device.services.changes import Changes

WATCHERS_MAX: Final = 8


class Display:
    """What the display shows, and who looks at it."""

    def __init__(self, till_changes: Changes) -> None:
        self.shown = Shown()
        self.changes = Changes()
        self.watchers = 0
        self._till_changes = till_changes

    def show(self, shown: Shown) -> None:
        """Show something else."""
        if shown != self.shown:
            self.shown = shown
            self.changes.tell()

    @property
    def is_full(self) -> bool:
        """Whether no further one may look."""
        return self.watchers >= WATCHERS_MAX

    def enter(self) -> bool:
        """Let one more look; False where there is no room."""
        if self.is_full:
            return False
        self.watchers += 1
        self._till_changes.tell()
        return True

    def leave(self) -> None:
        """One looks no longer."""
        self.watchers -= 1
        self._till_changes.tell()
