"""A receipt printer without paper: speaks ESC/POS over TCP or a serial line, and keeps what it printed.

Its faults can be switched while it runs.
"""

import asyncio
import contextlib
import os
import pty
import termios
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from device.domain.paper.layout import CutRow, KickRow, Row
from device.sim.escpos_interpreter import Interpreter, questions_in

FIXED_BITS = 0x12  # what every answer to DLE EOT carries
READ_BYTES = 4096
WEDGED_LOOKS_S = 0.02


class Fault(Enum):
    """What is wrong with the printer."""

    PAPER_LOW = auto()
    PAPER_OUT = auto()
    COVER_OPEN = auto()
    CUTTER = auto()
    OFFLINE = auto()
    WEDGED = auto()  # takes connections, reads nothing
    STUCK = auto()  # answers questions, prints nothing
    GARBAGE = auto()  # answers questions with nonsense
    DROPS = auto()  # closes the connection in the middle of a job
    RUNS_OUT = auto()  # has no paper after the first bytes of a job


_ANSWERS = {
    Fault.PAPER_LOW: {4: 0x0C},
    Fault.PAPER_OUT: {1: 0x08, 2: 0x20, 4: 0x6C},
    Fault.COVER_OPEN: {1: 0x08, 2: 0x04},
    Fault.CUTTER: {1: 0x08, 2: 0x40, 3: 0x08},
    Fault.OFFLINE: {1: 0x08},
}
_PRINTS_NOTHING = {Fault.PAPER_OUT, Fault.COVER_OPEN, Fault.CUTTER, Fault.OFFLINE, Fault.STUCK}


@dataclass(slots=True)
class SimulatedPrinter:
    """The printer behind the wire: `papers` are the pieces that it cut off, `kicks` how often the drawer opened."""

    fault: Fault | None = None
    papers: list[tuple[Row, ...]] = field(default_factory=list)
    kicks: int = 0
    unknown: list[bytes] = field(default_factory=list)
    on_paper: Callable[[tuple[Row, ...]], None] = lambda _: None
    _seen: int = 0

    def answer(self, question: int) -> int:
        """Return the answer to `DLE EOT n`."""
        if self.fault is Fault.GARBAGE:
            return 0xFF
        bits = _ANSWERS[self.fault].get(question, 0) if self.fault in _ANSWERS else 0
        return FIXED_BITS | bits

    def take(self, data: bytes, head: Interpreter) -> bytes:
        """Take bytes from a wire; return what is answered."""
        answers = questions_in(data, self.answer)
        if self.fault is Fault.RUNS_OUT and len(data) > 3:
            self.fault = Fault.PAPER_OUT
        if self.fault in _PRINTS_NOTHING:
            return answers
        head.feed(data)
        asked, head.asked_in_turn = head.asked_in_turn, 0
        self._cut_off(head)
        return answers + b"\x00" * asked

    def _cut_off(self, head: Interpreter) -> None:
        self.unknown += head.unknown
        head.unknown.clear()
        while any(isinstance(row, CutRow) for row in head.rows):
            end = next(place for place, row in enumerate(head.rows) if isinstance(row, CutRow))
            paper, head.rows = tuple(head.rows[:end]), head.rows[end + 1 :]
            self.kicks += sum(isinstance(row, KickRow) for row in paper)
            self.papers.append(paper)
            self.on_paper(paper)
        self.kicks += sum(isinstance(row, KickRow) for row in head.rows)
        head.rows = [row for row in head.rows if not isinstance(row, KickRow)]


@contextlib.asynccontextmanager
async def printer_on_network(
    printer: SimulatedPrinter, port: int, host: str = "127.0.0.1"
) -> AsyncIterator[int]:
    """Let a printer listen on a TCP port (0: any); yields the port."""
    talking: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            talking.add(task)
        try:
            await _talk(printer, reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            talking.discard(task) if task else None

    server = await asyncio.start_server(talk, host, port, limit=READ_BYTES)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(talking):
            task.cancel()
        await server.wait_closed()


async def _talk(
    printer: SimulatedPrinter, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    head = Interpreter()
    while True:
        while printer.fault is Fault.WEDGED:
            await asyncio.sleep(WEDGED_LOOKS_S)
        data = await reader.read(READ_BYTES)
        if not data:
            return
        if printer.fault is Fault.DROPS and len(data) > 3:
            writer.transport.abort()
            return
        writer.write(printer.take(data, head))
        await writer.drain()


@contextlib.asynccontextmanager
async def printer_on_serial_line(printer: SimulatedPrinter) -> AsyncIterator[str]:
    """Put a printer at the far end of a pseudo-terminal; yields the path of the near end."""
    far, near = pty.openpty()
    attributes = termios.tcgetattr(near)
    attributes[0] = attributes[1] = attributes[3] = 0
    termios.tcsetattr(near, termios.TCSANOW, attributes)
    os.set_blocking(far, False)
    head, loop = Interpreter(), asyncio.get_running_loop()

    def talk() -> None:
        if printer.fault is not Fault.WEDGED:
            os.write(far, printer.take(os.read(far, READ_BYTES), head))
            return
        loop.remove_reader(far)
        loop.call_later(WEDGED_LOOKS_S, lambda: is_there and loop.add_reader(far, talk))

    is_there = True
    loop.add_reader(far, talk)
    try:
        yield os.ttyname(near)
    finally:
        is_there = False
        loop.remove_reader(far)
        os.close(far)
        os.close(near)
