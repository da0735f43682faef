"""A card terminal without cards: speaks ZVT over TCP, and keeps what it booked.

Its faults can be switched while it runs: at each of its messages it can fall silent or hang up. Whether a payment whose
result nobody acknowledged stays booked differs between makes, so both can be had.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto

from device.domain.zvt.apdu import (
    ABORT_FROM_TILL,
    ABORTED,
    ACKNOWLEDGED,
    AUTHORISE,
    COMPLETED,
    INTERMEDIATE_STATUS,
    PRINT_TEXT_BLOCK,
    REFUND,
    REGISTER,
    REPEAT_RECEIPT,
    REVERSE,
    STATUS_INFORMATION,
    Apdu,
    is_acknowledgement,
    read_apdu,
)
from device.domain.zvt.fields import (
    AMOUNT,
    CARD_NAME,
    CURRENCY,
    DATE,
    RECEIPT,
    RESULT,
    TERMINAL_ID,
    TIME,
    TRACE,
    bcd,
    read_bcd,
    read_fields,
    write_counted,
    write_text_block,
)
from shared.host.end_tasks import end_tasks

READ_BYTES = 4096
HEARD_MAX = 16
PASSWORD_BYTES = 3
INSERT_CARD, ASKING_THE_BANK = 0x0A, 0x04
BROKEN_OFF, BUSY, NOT_POSSIBLE, ALREADY_UNDONE = 0x6C, 0xA0, 0xB5, 0xB4


class Point(Enum):
    """A message of the terminal's."""

    REGISTERING = auto()
    REGISTERED = auto()
    TAKEN = auto()
    PROGRESS = auto()
    RESULT = auto()
    RECEIPT = auto()
    COMPLETION = auto()


class Fault(Enum):
    """What happens in place of a message."""

    SILENT = auto()
    HANGS_UP = auto()


@dataclass(slots=True, kw_only=True)
class Booking:
    """A payment that the terminal has booked, or (below zero) a refund; `is_slip` is the undoing of another one."""

    amount_minor: int
    receipt_number: int
    trace: int
    at: datetime
    undone: bool = False
    is_slip: bool = False


class _HungUpError(Exception):
    """The terminal has closed the connection."""


@dataclass(slots=True, kw_only=True)
class SimulatedTerminal:
    """The terminal behind the wire.

    `decline` is the result code of the next payments, 0 to approve them. `fault` strikes once, at `fault_at`. `keeps` is
    whether a payment stays booked whose result was not acknowledged. `shows_last` is whether a repeated receipt says its
    numbers. `books_undoing` is whether undoing a payment is a booking of its own, with its own numbers. `card` is set when
    somebody holds a card to it. `refunds_asked` are the amounts that it was asked to give back, undone payments among them.
    """

    decline: int = 0
    fault: Fault | None = None
    fault_at: Point = Point.RESULT
    keeps: bool = True
    shows_last: bool = True
    books_undoing: bool = False
    busy: bool = False
    terminal_id: int = 28004869
    bookings: list[Booking] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    refunds_asked: list[int] = field(default_factory=list)
    card: asyncio.Event = field(default_factory=asyncio.Event)
    on_booked: Callable[[Booking], None] = lambda _: None
    now: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone()  # noqa: TID251 - the terminal's own clock

    @property
    def booked_minor(self) -> int:
        """What customers have paid and not got back."""
        return sum(booking.amount_minor for booking in self.bookings if not booking.undone)


class _Talk:
    """One till's connection."""

    def __init__(
        self, terminal: SimulatedTerminal, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._terminal = terminal
        self._reader = reader
        self._writer = writer
        self._heard: asyncio.Queue[Apdu | None] = asyncio.Queue(HEARD_MAX)

    async def run(self) -> None:
        """Answer commands until the till hangs up."""
        hearing = asyncio.create_task(self._hear())
        try:
            with contextlib.suppress(_HungUpError, ConnectionError):
                while True:
                    await self._answer(await self._receive())
        finally:
            await end_tasks([hearing])

    async def _hear(self) -> None:
        """Put what arrives into the queue, and None when the till has hung up."""
        buffer = b""
        with contextlib.suppress(ConnectionError):
            while more := await self._reader.read(READ_BYTES):
                buffer += more
                while (found := read_apdu(buffer)) is not None:
                    apdu, buffer = found
                    await self._heard.put(apdu)
        await self._heard.put(None)

    async def _answer(self, command: Apdu) -> None:
        match command.control:
            case control if control == REGISTER:
                await self._say(Point.REGISTERING, ACKNOWLEDGED)
                await self._say(Point.REGISTERED, Apdu(COMPLETED))
            case _ if self._terminal.busy:
                await self._say(Point.TAKEN, Apdu(0x8400 | BUSY))
            case control if control == AUTHORISE:
                await self._pay(read_bcd(read_fields(command.data)[AMOUNT]))
            case control if control == REFUND:
                await self._give_back(read_bcd(read_fields(command.data[PASSWORD_BYTES:])[AMOUNT]))
            case control if control == REVERSE:
                await self._undo(read_bcd(read_fields(command.data[PASSWORD_BYTES:])[RECEIPT]))
            case control if control == REPEAT_RECEIPT:
                await self._repeat()
            case control if control == ABORT_FROM_TILL:
                await self._say(None, ACKNOWLEDGED)
            case _:
                await self._say(Point.TAKEN, Apdu(0x8483))

    async def _pay(self, amount_minor: int) -> None:
        self._terminal.asked.append(amount_minor)
        await self._with_card(amount_minor)

    async def _give_back(self, amount_minor: int) -> None:
        self._terminal.refunds_asked.append(amount_minor)
        await self._with_card(-amount_minor)

    async def _with_card(self, amount_minor: int) -> None:
        terminal = self._terminal
        await self._say(Point.TAKEN, ACKNOWLEDGED)
        await self._say(Point.PROGRESS, Apdu(INTERMEDIATE_STATUS, bytes([INSERT_CARD])))
        result = BROKEN_OFF if await self._is_broken_off() else terminal.decline
        if result:
            await self._say(Point.RESULT, Apdu(STATUS_INFORMATION, bytes([RESULT, result])))
            return await self._say(Point.COMPLETION, Apdu(ABORTED, bytes([result])))
        await self._say(None, Apdu(INTERMEDIATE_STATUS, bytes([ASKING_THE_BANK])))
        booking = self._book(amount_minor)
        try:
            await self._say(Point.RESULT, Apdu(STATUS_INFORMATION, self._status(booking)))
        except (_HungUpError, ConnectionError):
            booking.undone = not terminal.keeps
            raise
        await self._say(Point.RECEIPT, Apdu(PRINT_TEXT_BLOCK, self._receipt(booking)))
        return await self._say(Point.COMPLETION, Apdu(COMPLETED))

    async def _is_broken_off(self) -> bool:
        """Wait for a card, or for the till to break off; tell whether it did."""
        card = asyncio.ensure_future(self._terminal.card.wait())
        word = asyncio.ensure_future(self._receive())
        try:
            await asyncio.wait({card, word}, return_when=asyncio.FIRST_COMPLETED)
            if not word.done():
                return False
            is_abort = word.result().control == ABORT_FROM_TILL
            if is_abort:
                await self._say(None, ACKNOWLEDGED)
            return is_abort
        finally:
            for waiting in (card, word):
                waiting.cancel()

    async def _undo(self, receipt_number: int) -> None:
        found = next((one for one in self._terminal.bookings if one.receipt_number == receipt_number), None)
        await self._say(Point.TAKEN, ACKNOWLEDGED)
        if found is None or found.undone:
            return await self._say(
                Point.COMPLETION, Apdu(ABORTED, bytes([ALREADY_UNDONE if found else NOT_POSSIBLE]))
            )
        found.undone = True
        self._terminal.refunds_asked.append(found.amount_minor)
        slip = self._book(found.amount_minor, is_slip=True) if self._terminal.books_undoing else found
        await self._say(Point.RESULT, Apdu(STATUS_INFORMATION, self._status(slip)))
        return await self._say(Point.COMPLETION, Apdu(COMPLETED))

    async def _repeat(self) -> None:
        standing = [one for one in self._terminal.bookings if one.is_slip or not one.undone]
        await self._say(Point.TAKEN, ACKNOWLEDGED)
        if not standing:
            return await self._say(Point.COMPLETION, Apdu(ABORTED, bytes([NOT_POSSIBLE])))
        if self._terminal.shows_last:
            await self._say(Point.RESULT, Apdu(STATUS_INFORMATION, self._status(standing[-1])))
        await self._say(Point.RECEIPT, Apdu(PRINT_TEXT_BLOCK, self._receipt(standing[-1])))
        return await self._say(Point.COMPLETION, Apdu(COMPLETED))

    def _book(self, amount_minor: int, *, is_slip: bool = False) -> Booking:
        number = len(self._terminal.bookings) + 1
        booking = Booking(
            amount_minor=amount_minor,
            receipt_number=number,
            trace=600 + number,
            at=self._terminal.now(),
            is_slip=is_slip,
            undone=is_slip,
        )
        self._terminal.bookings.append(booking)
        self._terminal.on_booked(booking)
        return booking

    def _status(self, booking: Booking) -> bytes:
        return b"".join((
            bytes([RESULT, 0]), bytes([AMOUNT]) + bcd(abs(booking.amount_minor), 6), bytes([CURRENCY]) + bcd(978, 2),
            bytes([TERMINAL_ID]) + bcd(self._terminal.terminal_id, 4), bytes([RECEIPT]) + bcd(booking.receipt_number, 2),
            bytes([TRACE]) + bcd(booking.trace, 3), *_moment(booking.at), write_counted(CARD_NAME, b"girocard", 2),
        ))  # fmt: skip

    def _receipt(self, booking: Booking) -> bytes:
        minor = abs(booking.amount_minor)
        amount = f"{minor // 100},{minor % 100:02d}"
        word = "Gutschrift" if booking.amount_minor < 0 else "Storno" if booking.is_slip else "Zahlung"
        return write_text_block(
            ("K-U-N-D-E-N-B-E-L-E-G", f"Terminal-ID: {self._terminal.terminal_id}", f"Beleg-Nr. {booking.receipt_number:04d}",
             "girocard", f"Betrag EUR {amount}", f"{word} erfolgt")
        )  # fmt: skip

    async def _say(self, point: Point | None, apdu: Apdu) -> None:
        """Send a message, and wait until it is acknowledged where that is asked for; a fault may be in its place."""
        terminal = self._terminal
        if terminal.fault is not None and point is terminal.fault_at:
            fault, terminal.fault = terminal.fault, None
            if fault is Fault.SILENT:
                while True:  # until the till hangs up
                    await self._receive()
            raise _HungUpError
        self._writer.write(bytes(apdu))
        await self._writer.drain()
        if not is_acknowledgement(apdu) and apdu.control >> 8 != 0x84:
            while not is_acknowledgement(await self._receive()):
                pass

    async def _receive(self) -> Apdu:
        apdu = await self._heard.get()
        if apdu is None:
            raise _HungUpError
        return apdu


def _moment(at: datetime) -> tuple[bytes, bytes]:
    clock = bcd(at.hour, 1) + bcd(at.minute, 1) + bcd(at.second, 1)
    return bytes([TIME]) + clock, bytes([DATE]) + bcd(at.month, 1) + bcd(at.day, 1)


@asynccontextmanager
async def terminal_on_network(terminal: SimulatedTerminal, port: int = 0) -> AsyncIterator[int]:
    """Listen on this machine alone; yield the port."""
    talks: set[asyncio.Task[None]] = set()

    def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_Talk(terminal, reader, writer).run())
        talks.add(task)
        task.add_done_callback(talks.discard)
        task.add_done_callback(lambda _: writer.close())

    server = await asyncio.start_server(talk, "127.0.0.1", port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await end_tasks(talks)
