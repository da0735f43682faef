"""Tells live pages of changes, from any thread into the server's event loop."""

import asyncio
import contextlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from cloud.ports.dashboards import Changed

LISTENERS_MAX: Final = 500


class AsyncioSubscription:
    """Bears the port Subscription; holds each kind of change at most once."""

    def __init__(self, tenant: str, loop: asyncio.AbstractEventLoop) -> None:
        self.tenant = tenant
        self._loop = loop
        self._pending: dict[Changed, None] = {}
        self._something = asyncio.Event()

    def tell(self, what: Changed) -> None:
        """Add a change, from any thread; a loop that has ended has nobody left to tell."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._add, what)

    async def next(self) -> Changed:
        """Wait until something has changed; the longest unheard first."""
        await self._something.wait()
        what = next(iter(self._pending))
        del self._pending[what]
        if not self._pending:
            self._something.clear()
        return what

    def _add(self, what: Changed) -> None:
        self._pending[what] = None
        self._something.set()


class AsyncioChangeFeed:
    """Bears the port ChangeFeed."""

    def __init__(self) -> None:
        self._listeners: frozenset[AsyncioSubscription] = frozenset()

    def announce(self, tenant: str, what: Changed) -> None:
        """Say that something has changed; never waits."""
        for listener in self._listeners:
            if listener.tenant == tenant:
                listener.tell(what)

    def subscribe(self, tenant: str) -> AbstractContextManager[AsyncioSubscription] | None:
        """Begin to listen, within the event loop; None if too many listen already."""
        return None if len(self._listeners) >= LISTENERS_MAX else self._listen(tenant)

    @contextmanager
    def _listen(self, tenant: str) -> Iterator[AsyncioSubscription]:
        listener = AsyncioSubscription(tenant, asyncio.get_running_loop())
        self._listeners |= {listener}
        try:
            yield listener
        finally:
            self._listeners -= {listener}
