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
        self._boards = 0
        self._till_changes = till_changes

    def show(self, shown: Shown) -> None:
        """Show something else."""
        if shown != self.shown:
            self.shown = shown
            self.changes.tell()

    @property
    def is_full(self) -> bool:
        """Whether no further one may look."""
        return self.watchers + self._boards >= WATCHERS_MAX

    def enter(self, *, is_cart: bool = True) -> bool:
        """Let one more look, at the cart or at the pick-up board; False where there is no room."""
        if self.is_full:
            return False
        self._count(1, is_cart=is_cart)
        return True

    def leave(self, *, is_cart: bool = True) -> None:
        """One looks no longer."""
        self._count(-1, is_cart=is_cart)

    def _count(self, more: int, *, is_cart: bool) -> None:
        """Nobody has to tell what is in the cart for those who look at the board."""
        if not is_cart:
            self._boards += more
            return
        self.watchers += more
        self._till_changes.tell()
