"""A TCP proxy whose lines can be spoilt: an event loop in a thread of its own, one listening port a line.

What a line does to bytes is decided in `line_fault`; here are the sockets. Memory is bounded: each connection holds one
piece each way, beyond the stream's own buffer, and reads no more before that is gone; a line takes CONNECTIONS_MAX.
"""

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import TypeVar

from tests.chaos.line_fault import PASSING, Fate, Fault, Way, arrival_ms, fate_of, is_reset

T = TypeVar("T")

PIECE_BYTES = 16 * 1024
CONNECTIONS_MAX = 64
HOST = "127.0.0.1"
_CALL_TIMEOUT_S = 10.0
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class FaultProxy:
    """The thread with all lines; use it as a context manager."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy", daemon=True)
        self._lines: list[Line] = []

    def __enter__(self) -> "FaultProxy":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for line in self._lines:
            self.call(line.close())
        self.call(self._end_tasks())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CALL_TIMEOUT_S)
        self._loop.close()

    def line(self, name: str, port: int) -> "Line":
        """Open a line to a port of this machine; connect to its own `port` instead."""
        line = Line(self, name, port)
        self.call(line.open())
        self._lines.append(line)
        return line

    def call(self, work: Coroutine[object, object, T]) -> T:
        """Run something in the proxy's loop and wait for it; for `Line`."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_CALL_TIMEOUT_S)

    async def _end_tasks(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


class Line:
    """One way into a server. `set_fault` and `cut` may be called from any thread."""

    def __init__(self, proxy: FaultProxy, name: str, target_port: int) -> None:
        self.name = name
        self.fault = PASSING
        self.delivered = dict.fromkeys(Way, 0)
        self.swallowed = dict.fromkeys(Way, 0)
        self.changed = asyncio.Event()
        self.target_port = target_port
        self._proxy = proxy
        self._connections: set[_Connection] = set()
        # Bound and never listening: while the line refuses, nobody else can take its port.
        self._reserved = _reusable_socket(0)
        self.port = int(self._reserved.getsockname()[1])
        self._server: asyncio.Server | None = None

    def set_fault(self, fault: Fault) -> None:
        """Spoil the line, or heal it with PASSING; returns when it has taken effect."""
        self._proxy.call(self._take(fault))

    def cut(self) -> None:
        """Reset every connection; new ones are taken as before."""
        self._proxy.call(self._cut())

    async def open(self) -> None:
        """Listen."""
        listening = _reusable_socket(self.port)
        self._server = await asyncio.start_server(self._accept, sock=listening, limit=PIECE_BYTES)

    async def close(self) -> None:
        """Stop for good."""
        await self._refuse()
        self._reserved.close()

    async def _take(self, fault: Fault) -> None:
        before, self.fault = self.fault, fault
        for connection in list(self._connections):
            if is_reset(before, fault, holed=connection.holed):
                connection.reset()
        self.changed.set()  # whoever waits looks again, and later waits for the next event
        self.changed = asyncio.Event()
        if fault.refused:
            await self._refuse()
        elif self._server is None:
            await self.open()

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._cut()

    async def _cut(self) -> None:
        for connection in list(self._connections):
            connection.reset()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(self, reader, writer)
        if len(self._connections) >= CONNECTIONS_MAX:
            connection.reset()
            return
        self._connections.add(connection)
        try:
            await connection.run()
        except* OSError:
            connection.reset()  # one end is gone: the other hears of it
        finally:
            self._connections.discard(connection)
            connection.reset()


class Strand:
    """The lines of one part to all nodes of a broker, one line to anything else: they are spoilt and healed together."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = tuple(lines)

    @property
    def ports(self) -> tuple[int, ...]:
        """Where to connect, one port a node."""
        return tuple(line.port for line in self.lines)

    def delivered(self, way: Way) -> int:
        """Return how many bytes went through, over all lines."""
        return sum(line.delivered[way] for line in self.lines)

    def set_fault(self, fault: Fault) -> None:
        """Spoil or heal all lines."""
        for line in self.lines:
            line.set_fault(fault)

    def cut(self) -> None:
        """Reset every connection."""
        for line in self.lines:
            line.cut()


class _Connection:
    """One connection through a line: two pumps."""

    def __init__(self, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.holed = False
        self._line = line
        self._below = (reader, writer)
        self._writers = [writer]

    async def run(self) -> None:
        """Pass bytes both ways until both ends are through."""
        if Way.UP in self._line.fault.swallowed:  # what would open the connection is swallowed too
            self.holed = True
            await self._discard(self._below[0])
            return
        while Way.UP in self._line.fault.held:
            await self._line.changed.wait()
        above = await asyncio.open_connection(HOST, self._line.target_port, limit=PIECE_BYTES)
        self._writers.append(above[1])
        for writer in self._writers:
            _send_at_once(writer)
        async with asyncio.TaskGroup() as pumps:
            pumps.create_task(self._pump(Way.UP, self._below[0], above[1]))
            pumps.create_task(self._pump(Way.DOWN, above[0], self._below[1]))

    def reset(self) -> None:
        """End both sides at once, with a TCP reset."""
        for writer in self._writers:
            with suppress(OSError):
                _socket_of(writer).setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            writer.transport.abort()

    async def _pump(self, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, line_free_ms = self._line, 0
        while True:
            piece = await _read(reader)
            while (fate := fate_of(line.fault, way, holed=self.holed)) is Fate.HOLD:
                await line.changed.wait()
            if fate is Fate.SWALLOW:
                self.holed = True
                line.swallowed[way] += len(piece)
                if not piece:
                    return  # the other end does not hear of the end either
                continue
            if not piece:
                writer.close()
                return
            now_ms = _now_ms()
            due_ms, line_free_ms = arrival_ms(
                line.fault, len(piece), now_ms=now_ms, line_free_ms=line_free_ms
            )
            await asyncio.sleep((due_ms - now_ms) / 1_000)
            writer.write(piece)
            await writer.drain()
            line.delivered[way] += len(piece)

    async def _discard(self, reader: asyncio.StreamReader) -> None:
        while piece := await _read(reader):
            self._line.swallowed[Way.UP] += len(piece)


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(PIECE_BYTES)
    except ConnectionError:
        return b""


def _reusable_socket(port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((HOST, port))
    return made


def _socket_of(writer: asyncio.StreamWriter) -> socket.socket:
    return writer.get_extra_info("socket")


def _send_at_once(writer: asyncio.StreamWriter) -> None:
    _socket_of(writer).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
