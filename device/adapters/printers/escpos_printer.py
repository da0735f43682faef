"""A receipt printer over any wire: asks how it is, sends, and waits until it says that it has printed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from device.domain.paper.escpos import ASK_IN_TURN, ask_now
from device.domain.paper.printers import Delivered, NotSent, Outcome, Unsure
from device.domain.paper.profiles import Profile
from device.domain.paper.status import PRINTS, QUESTIONS, Condition, is_answer, is_confirmation, read_status

CHUNK_BYTES = 1024
STRAY_BYTES_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long each step may take, in seconds. A long receipt with pictures prints in 5 s; a serial line needs 10."""

    connect_s: float = 3.0
    answer_s: float = 1.5
    write_s: float = 20.0
    confirm_s: float = 20.0


class Wire(Protocol):
    """A way to a printer and back. Reading and writing may wait for ever: whoever calls sets the limit."""

    async def write(self, data: bytes) -> None:
        """Hand over bytes; returns when the system has taken them."""

    async def read(self) -> bytes:
        """Wait for some bytes; none at all means that the other side has closed."""

    def close(self) -> None:
        """Close at once; what the system has not yet sent is thrown away."""


class EscPosPrinter:
    """The `ReceiptPrinter` port. One job or question at a time."""

    def __init__(
        self, open_wire: Callable[[], Awaitable[Wire]], profile: Profile, patience: Patience | None = None
    ) -> None:
        self._open_wire = open_wire
        self._profile = profile
        self._patience = patience or Patience()
        self._turn = asyncio.Lock()

    async def print(self, data: bytes) -> Outcome:
        """Print one job; nothing is sent while the printer says that it cannot print."""
        async with self._turn:
            wire = await self._connect()
            if isinstance(wire, Condition):
                return NotSent(wire)
            try:
                condition = await self._ask(wire)
                return await self._send(wire, data) if condition in PRINTS else NotSent(condition)
            finally:
                wire.close()

    async def status(self) -> Condition:
        """Ask it how it is."""
        async with self._turn:
            wire = await self._connect()
            if isinstance(wire, Condition):
                return wire
            try:
                return await self._ask(wire)
            finally:
                wire.close()

    async def _connect(self) -> Wire | Condition:
        try:
            return await asyncio.wait_for(self._open_wire(), self._patience.connect_s)
        except FileNotFoundError:
            return Condition.MISSING
        except PermissionError:
            return Condition.FORBIDDEN
        except (OSError, TimeoutError):
            return Condition.UNREACHABLE

    async def _ask(self, wire: Wire) -> Condition:
        """Ask the four questions one by one: some printers drop questions that come in a row."""
        if not self._profile.tells_status:
            return Condition.READY
        answers = b""
        try:
            for question in QUESTIONS:
                await asyncio.wait_for(wire.write(ask_now(question)), self._patience.answer_s)
                answer = await self._hear(wire, is_answer, self._patience.answer_s)
                if answer is None:
                    return Condition.GARBLED
                answers += answer
        except TimeoutError:
            return read_status(answers)
        except OSError:
            return Condition.UNREACHABLE
        return read_status(answers)

    async def _send(self, wire: Wire, data: bytes) -> Outcome:
        try:
            async with asyncio.timeout(self._patience.write_s):
                for at in range(0, len(data), CHUNK_BYTES):
                    await wire.write(data[at : at + CHUNK_BYTES])
                if self._profile.confirms:
                    await wire.write(ASK_IN_TURN)
            if not self._profile.confirms:
                return await self._look_again(wire)
            confirmed = await self._hear(wire, is_confirmation, self._patience.confirm_s)
            return Delivered() if confirmed else await self._why_not(wire)
        except TimeoutError:
            return await self._why_not(wire)
        except OSError:
            return Unsure(Condition.UNREACHABLE)

    async def _look_again(self, wire: Wire) -> Outcome:
        condition = await self._ask(wire)
        return Delivered() if condition in PRINTS else Unsure(condition)

    async def _why_not(self, wire: Wire) -> Unsure:
        """The printer took the job and says nothing of it: perhaps it says what keeps it."""
        condition = await self._ask(wire)
        return Unsure(Condition.SILENT if condition in PRINTS else condition)

    @staticmethod
    async def _hear(wire: Wire, wanted: Callable[[int], bool], within_s: float) -> bytes | None:
        """Return the first byte that can be the answer; others are strays of questions in pictures. None: only strays.

        Raises:
            TimeoutError: nothing was said in time.
        """
        strays = 0
        try:
            async with asyncio.timeout(within_s):
                while strays < STRAY_BYTES_MAX:
                    heard = await wire.read()
                    if not heard:
                        raise ConnectionResetError("the printer closed the connection")
                    found = next((byte for byte in heard if wanted(byte)), None)
                    if found is not None:
                        return bytes((found,))
                    strays += len(heard)
        except TimeoutError:
            if not strays:
                raise
        return None
