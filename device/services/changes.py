"""Tells everybody who waits that something on the till has changed."""

import asyncio
import contextlib


class Changes:
    """A counter that can be waited for; belongs to one event loop. Many changes at once wake a waiter once."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = asyncio.Event()

    def tell(self) -> None:
        """Something has changed."""
        self.count += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait(self, seen: int, timeout_s: float) -> int:
        """Wait until the counter has passed `seen`, or the time is over; return the counter."""
        if self.count == seen:
            changed = self._changed
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    await changed.wait()
        return self.count
