"""Receipt printers and the cash drawer at one of them."""

from typing import Protocol

from device.domain.paper.printers import Outcome
from device.domain.paper.status import Condition


class ReceiptPrinter(Protocol):
    """One printer. Every call ends within a bounded time, whatever the printer does, and none raises for what it does."""

    async def print(self, data: bytes) -> Outcome:
        """Print the bytes of one job."""

    async def status(self) -> Condition:
        """Ask it how it is."""
