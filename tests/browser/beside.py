"""Something asynchronous in a thread of its own: Playwright's tests have no event loop to give it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager


@contextmanager
def running_beside(
    open_it: Callable[[], AbstractAsyncContextManager[object]],
) -> Iterator[asyncio.AbstractEventLoop]:
    """Run it for as long as the context lasts; yield its loop, whose `call_soon_threadsafe` reaches it."""
    loop = asyncio.new_event_loop()
    ready, done = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with open_it():
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        assert ready.wait(10)
        yield loop
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()
