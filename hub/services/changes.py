"""Telling whoever watches that something changed: what, not how; they look for themselves."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum

WATCHERS_MAX = 200


class Changed(StrEnum):
    """What a watcher should look at again."""

    PARCELS = "parcels"
    BANK = "bank"
    SOURCES = "sources"


class Watcher:
    """What changed since one watcher looked last; never more than one of each, so it is bounded."""

    def __init__(self) -> None:
        self._changed: set[Changed] = set()
        self._wake = asyncio.Event()

    def tell(self, what: Changed) -> None:
        """Note a change."""
        self._changed.add(what)
        self._wake.set()

    async def changes(self) -> AsyncIterator[Changed]:
        """Yield changes as they come, for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            told, self._changed = sorted(self._changed), set()
            for what in told:
                yield what


class Changes:
    """The watchers; must be used on the event loop's thread."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()

    def announce(self, changed: Iterable[Changed]) -> None:
        """Tell every watcher."""
        for what in changed:
            for watcher in self._watchers:
                watcher.tell(what)

    @property
    def full(self) -> bool:
        """Whether as many watch as may."""
        return len(self._watchers) >= WATCHERS_MAX

    @contextmanager
    def watching(self) -> Iterator[Watcher]:
        """Watch for the length of a block."""
        watcher = Watcher()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)
