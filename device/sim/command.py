"""`stallholder till sim-printer` and `sim-terminal`: papers on the screen, and as pictures where they are wanted; card payments."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path

from device.adapters.paper_pages.raster import png_of
from device.domain.paper.document import Align, Size
from device.domain.paper.layout import PictureRow, QrRow, Row, TextRow
from device.sim.escpos_printer import SimulatedPrinter, printer_on_network
from device.sim.zvt_terminal import SimulatedTerminal, terminal_on_network

NEVER_S = 3600.0


async def run_printer(port: int, folder: Path | None, columns: int, tell: Callable[[str], None]) -> None:
    """Print until somebody ends it."""
    numbers = itertools.count(1)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)

    def show(paper: tuple[Row, ...]) -> None:
        tell(
            "\n".join(
                (
                    "┌" + "─" * columns + "┐",
                    *(_line(row, columns) for row in paper),
                    "└" + "─" * columns + "┘",
                )
            )
        )
        if folder:
            file = folder / f"paper-{next(numbers):04d}.png"
            file.write_bytes(png_of(paper, columns))
            tell(f"kept as {file}")

    async with printer_on_network(SimulatedPrinter(on_paper=show), port) as listening:
        tell(f"A printer listens on 127.0.0.1:{listening}. Set it up at the till: Menu, Printers, Network.")
        while True:
            await asyncio.sleep(NEVER_S)


async def run_terminal(port: int, decline: int, tell: Callable[[str], None]) -> None:
    """Take payments until somebody ends it; a card is always held to it."""
    terminal = SimulatedTerminal(
        decline=decline,
        on_booked=lambda booking: tell(
            f"Booked {booking.amount_minor / 100:.2f} under number {booking.receipt_number:04d}."
        ),
    )
    terminal.card.set()
    async with terminal_on_network(terminal, port) as listening:
        tell(f"A card terminal listens on 127.0.0.1:{listening}. Set it up at the till: Menu, Card payments.")
        while True:
            await asyncio.sleep(NEVER_S)


def _line(row: Row, columns: int) -> str:
    """Return a row in letters; large ones stand apart."""
    match row:
        case TextRow(text=text, size=Size.DOUBLE):
            return _line(TextRow("".join(f"{letter} " for letter in text), row.align), columns)
        case TextRow(text=text, align=Align.CENTRE):
            shown = text.center(columns)
        case TextRow(text=text, align=Align.RIGHT):
            shown = text.rjust(columns)
        case TextRow(text=text):
            shown = text.ljust(columns)
        case PictureRow():
            shown = "[picture]".center(columns)
        case QrRow(text=text):
            shown = f"[QR {text}]"[:columns].center(columns)
        case _:
            shown = "".center(columns)
    return f"│{shown}│"
