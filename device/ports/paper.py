"""Receipt printers and the cash drawer at one of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from device.domain.labels import PlacedLabel, Sheet
from device.domain.paper.bitmap import Bitmap
from device.domain.paper.document import Document
from device.domain.paper.printers import Outcome
from device.domain.paper.receipt import Letterhead
from device.domain.paper.status import Condition


class ReceiptPrinter(Protocol):
    """One printer. Every call ends within a bounded time, whatever the printer does, and none raises for what it does."""

    async def print(self, data: bytes) -> Outcome:
        """Print the bytes of one job."""

    async def status(self) -> Condition:
        """Ask it how it is."""


class PaperFiles(Protocol):
    """Papers as files, for stalls without a printer. Every call works for some hundredths of a second: call it in a thread."""

    def png(self, document: Document) -> bytes:
        """Return the picture of what a receipt printer would print."""

    def pdf(self, document: Document, title: str, at: datetime, head: Letterhead) -> bytes:
        """Return a receipt as a PDF."""

    def labels(
        self, sheet: Sheet, placed: Sequence[PlacedLabel], title: str, at: datetime, head: Letterhead
    ) -> bytes:
        """Return sheets of labels as a PDF."""

    def logo(self, file: bytes) -> Bitmap | None:
        """Return a PNG or JPEG as a printer's dots, or None if it is no picture."""
