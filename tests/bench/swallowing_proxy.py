"""A way to a broker that can be cut as a network is: what is sent into a partition is swallowed, and nobody is told.

A connection that lived through a partition stays dead afterwards, on both sides half open: the harshest that can happen to
it. A new one is accepted at any time, as a proxy on the way would, and answered only after the partition.
"""

import asyncio
import threading
from types import TracebackType

_CHUNK_BYTES = 64 * 1024


class SwallowingProxy:
    """Use as a context manager; runs in a thread of its own."""

    def __init__(self, target_port: int) -> None:
        self.port = 0
        self._target_port = target_port
        self._is_cut = False
        self._dead: set[asyncio.StreamWriter] = set()
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "SwallowingProxy":
        """Listen on a free port."""
        self._thread.start()
        self.port = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop; what is open is dropped."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def cut(self) -> None:
        """Begin a partition."""
        self._loop.call_soon_threadsafe(self._cut)

    def heal(self) -> None:
        """End it: connections made from now on work."""
        self._loop.call_soon_threadsafe(self._heal)

    def _cut(self) -> None:
        self._is_cut = True
        self._dead |= self._open

    def _heal(self) -> None:
        self._is_cut = False

    async def _listen(self) -> int:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        if self._is_cut:
            self._dead.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
            await asyncio.gather(
                self._carry(reader, far_writer, writer), self._carry(far_reader, writer, writer)
            )
        except OSError:
            pass
        finally:
            self._open.discard(writer)
            self._dead.discard(writer)
            writer.close()

    async def _carry(
        self, source: asyncio.StreamReader, to: asyncio.StreamWriter, who: asyncio.StreamWriter
    ) -> None:
        """Carry bytes until the source ends; those of a dead connection go nowhere, and its end is not told either."""
        while chunk := await source.read(_CHUNK_BYTES):
            if who not in self._dead:
                to.write(chunk)
                await to.drain()
        if who not in self._dead:
            to.close()
