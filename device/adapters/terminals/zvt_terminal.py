"""A card terminal that speaks ZVT over TCP. Each command has a connection of its own; every wait is bounded.

What a command came to is worked out in `device.domain.zvt`; here are the wire, the time-outs, and the acknowledgements.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from device.domain.card_terminal import Booked, CannotTell, CardTerminal, Last, TerminalAnswer
from device.domain.zvt.apdu import (
    ABORT_FROM_TILL,
    ACKNOWLEDGED,
    Apdu,
    ZvtError,
    is_acknowledgement,
    read_apdu,
    refusal_code,
)
from device.domain.zvt.commands import authorise, refund, register, repeat_receipt, reverse
from device.domain.zvt.conversation import Conversation, Meaning, Stage
from device.domain.zvt.reference import receipt_number_of, reference_of
from device.domain.zvt.words import AWAY, NO_LAST_WORD, NO_NUMBER, NOT_ZVT, is_busy, say_progress, why_word
from shared.events.card import CardOutcome

READ_BYTES = 4096
MESSAGES_MAX = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the till waits, in seconds: to connect, for an acknowledgement (T3), for the next message (T4), in all."""

    connect_s: float = 5.0
    acknowledge_s: float = 5.0
    message_s: float = 180.0
    command_s: float = 300.0


class ZvtTerminal:
    """The `PaymentTerminal` that some settings describe."""

    def __init__(self, terminal: CardTerminal, currency: str, patience: Patience | None = None) -> None:
        self._terminal = terminal
        self._currency = currency
        self._patience = patience or Patience()
        self._wire: _Wire | None = None

    async def take(self, amount_minor: int, tell: Callable[[str], None]) -> TerminalAnswer:
        """Ask for an amount."""
        told = await self._command(authorise(amount_minor, self._currency), tell)
        return self._answer(told, done=CardOutcome.APPROVED)

    async def refund(self, amount_minor: int, tell: Callable[[str], None]) -> TerminalAnswer:
        """Have an amount given to the card that is held to it."""
        told = await self._command(refund(self._terminal.password, amount_minor, self._currency), tell)
        return self._answer(told, done=CardOutcome.APPROVED)

    async def reverse(self, reference: str) -> TerminalAnswer:
        """Undo a booking by the receipt number in its reference."""
        receipt_number = receipt_number_of(reference)
        if receipt_number is None:
            return TerminalAnswer(outcome=CardOutcome.DECLINED, why=NO_NUMBER)
        told = await self._command(reverse(self._terminal.password, receipt_number), lambda _: None)
        return self._answer(told, done=CardOutcome.REVERSED)

    async def last(self) -> Last:
        """Ask what was booked last."""
        told = await self._command(repeat_receipt(self._terminal.password), lambda _: None)
        if isinstance(told, str):
            return CannotTell(told)
        if told.meaning is Meaning.DONE and told.status is not None:
            return Booked(
                reference=reference_of(told.status), amount_minor=told.status.amount_minor, at=told.status.at
            )
        return CannotTell(why_word(told.code) if is_busy(told.code) else NO_LAST_WORD)

    async def check(self) -> str:
        """Register, as before each command, and nothing else."""
        try:
            async with asyncio.timeout(self._patience.command_s), self._connected():
                return ""
        except (OSError, TimeoutError, ZvtError) as error:
            return _words_of(error)

    def abort(self) -> None:
        """Send an abort (06 B0) on the connection of the command that is under way."""
        if self._wire is not None:
            self._wire.send(Apdu(ABORT_FROM_TILL))

    async def _command(self, command: Apdu, tell: Callable[[str], None]) -> Conversation | str:
        """Have a conversation; return it as far as it came, or why it was never begun."""
        wire: _Wire | None = None
        try:
            async with asyncio.timeout(self._patience.command_s), self._connected() as wire:
                await wire.converse(command, tell)
        except (OSError, TimeoutError, ZvtError) as error:
            if wire is None:
                return _words_of(error)
        return wire.conversation

    @asynccontextmanager
    async def _connected(self) -> "AsyncIterator[_Wire]":
        """Connect and register; raises OSError, TimeoutError or ZvtError while nothing was asked yet."""
        async with asyncio.timeout(self._patience.connect_s):
            reader, writer = await asyncio.open_connection(self._terminal.host, self._terminal.port)
        wire = _Wire(reader, writer, self._patience)
        try:
            await wire.converse(register(self._terminal.password, self._currency), lambda _: None)
            if wire.conversation.stage is not Stage.COMPLETED:
                raise _RefusedError(why_word(wire.conversation.code))
            self._wire = wire
            yield wire
        finally:
            self._wire = None
            await wire.close()

    def _answer(self, told: Conversation | str, *, done: CardOutcome) -> TerminalAnswer:
        if isinstance(told, str):
            return TerminalAnswer(outcome=CardOutcome.DECLINED, why=told)
        reference = reference_of(told.status) if told.status else ""
        match told.meaning:
            case Meaning.DONE:
                return TerminalAnswer(outcome=done, reference=reference, receipt_lines=told.lines)
            case Meaning.NOT_DONE:
                return TerminalAnswer(
                    outcome=CardOutcome.DECLINED, why=why_word(told.code), receipt_lines=told.lines
                )
            case Meaning.UNSURE:
                return TerminalAnswer(
                    outcome=CardOutcome.UNKNOWN,
                    reference=reference,
                    why=NO_LAST_WORD,
                    receipt_lines=told.lines,
                )


class _RefusedError(ZvtError):
    """The terminal did not take the registration; the message is the word for why."""


class _Wire:
    """A connection to a terminal."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: Patience
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._patience = patience
        self._buffer = b""
        self.conversation = Conversation()

    def send(self, apdu: Apdu) -> None:
        """Hand a message to the system."""
        self._writer.write(bytes(apdu))

    async def converse(self, command: Apdu, tell: Callable[[str], None]) -> None:
        """Send a command and hear the terminal out, acknowledging each message; `conversation` is as far as that came."""
        self.conversation = Conversation()
        self.send(command)
        for _ in range(MESSAGES_MAX):
            is_asked = self.conversation.stage is Stage.ASKED
            apdu = await self._receive(self._patience.acknowledge_s if is_asked else self._patience.message_s)
            self.conversation = self.conversation.hear(apdu)
            if not is_acknowledgement(apdu) and refusal_code(apdu) is None:
                self.send(ACKNOWLEDGED)
                await self._writer.drain()
            if self.conversation.progress is not None:
                tell(say_progress(self.conversation.progress))
            if self.conversation.is_over:
                return
        raise ZvtError("it says more than any terminal does")

    async def _receive(self, within_s: float) -> Apdu:
        async with asyncio.timeout(within_s):
            while (found := read_apdu(self._buffer)) is None:
                more = await self._reader.read(READ_BYTES)
                if not more:
                    raise ConnectionResetError("the terminal hung up")
                self._buffer += more
        apdu, self._buffer = found
        return apdu

    async def close(self) -> None:
        """Close, without waiting long for the other side."""
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(1.0):
                await self._writer.wait_closed()


def _words_of(error: Exception) -> str:
    if isinstance(error, _RefusedError):
        return str(error)
    return NOT_ZVT if isinstance(error, ZvtError) else AWAY
