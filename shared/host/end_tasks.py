"""End tasks for certain.

Before Python 3.12 `asyncio.wait_for`, in our code or in a library's, may lose a cancellation that
comes at the moment at which what it waits for is done; a task that goes on after that is cancelled again.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

CANCEL_AGAIN_AFTER_S = 1.0


async def end_tasks(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks until all have ended; what they raise is not looked at."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        done, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_AFTER_S)
        await asyncio.gather(
            *done, return_exceptions=True
        )  # so that nobody is told that an error was not looked at
