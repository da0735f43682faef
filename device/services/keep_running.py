"""Keep a task running: whatever happens on the way to the hub, selling goes on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

AGAIN_AFTER_S = 5.0


async def keep_running(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run until cancelled; what fails is told in the log and starts again after a pause."""
    while True:
        try:
            await run()
        except Exception:
            log.exception("%s has failed; it starts again", name)
        await asyncio.sleep(AGAIN_AFTER_S)
