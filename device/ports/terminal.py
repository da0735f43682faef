"""Card terminals."""

from collections.abc import Callable
from typing import Protocol

from device.domain.card_terminal import Last, TerminalAnswer


class PaymentTerminal(Protocol):
    """One terminal. Every call ends within a bounded time, whatever the terminal does, and none raises for what it does."""

    async def take(self, amount_minor: int, tell: Callable[[str], None]) -> TerminalAnswer:
        """Ask for an amount; `tell` hears how far it is (`say_progress`)."""

    async def refund(self, amount_minor: int, tell: Callable[[str], None]) -> TerminalAnswer:
        """Have an amount given back to the card that is held to it: APPROVED if that was done."""

    async def reverse(self, reference: str) -> TerminalAnswer:
        """Undo a booking: REVERSED if that was done, DECLINED if it stands, UNKNOWN if nobody knows."""

    async def last(self) -> Last:
        """Ask what was booked last."""

    async def check(self) -> str:
        """Say hello; return the word for why it cannot be spoken with, or "" if it can."""

    def abort(self) -> None:
        """Ask it to break off what it is at, if it is at something; what became of it is answered there."""
