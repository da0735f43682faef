"""Running the HTTP interface: says when it is ready, ends when told."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn
from fastapi import FastAPI

GRACE_S = 1


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again at the end, before the hub has closed its database."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def listen(app: FastAPI, *, bind: str, port: int, on_ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; `on_ready` is called once requests are answered.

    Raises:
        OSError: the address or port cannot be had.
    """
    config = uvicorn.Config(
        app, host=bind, port=port, lifespan="off", log_config=None, access_log=False,
        timeout_graceful_shutdown=GRACE_S,
    )  # fmt: skip
    server = _Server(config)
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.create_server((bind, port), family=family, backlog=config.backlog) as listener:
        await _serve(server, listener, on_ready)


async def _serve(server: _Server, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.handle_exit, number, None)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        if server.started:
            on_ready()
        await serving
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
