"""A document becomes rows of so many columns: every letter has its cell, as printers, pictures and plain text need it."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from device.domain.paper.bitmap import Bitmap
from device.domain.paper.document import (
    Align,
    Block,
    Cut,
    Document,
    KickDrawer,
    Logo,
    Pair,
    QrCode,
    Rule,
    Size,
    Text,
)

COLUMNS: Final = (32, 42, 48)
CELL_DOTS: Final = 12  # how wide a letter of the usual size is, in dots of a printer
TEXT_MAX: Final = 2_000


@dataclass(frozen=True, slots=True)
class TextRow:
    """One line; its letters, times its size, fit into the columns."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    size: Size = Size.NORMAL


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A picture in the middle."""

    picture: Bitmap


@dataclass(frozen=True, slots=True)
class QrRow:
    """A QR code in the middle."""

    text: str


@dataclass(frozen=True, slots=True)
class CutRow:
    """The end of a piece of paper."""


@dataclass(frozen=True, slots=True)
class KickRow:
    """The drawer opens."""


Row: TypeAlias = TextRow | PictureRow | QrRow | CutRow | KickRow


def lay_out(document: Document, columns: int) -> tuple[Row, ...]:
    """Return the rows of a document on paper of so many columns."""
    return tuple(row for block in document for row in _rows(block, columns))


def _rows(block: Block, columns: int) -> Iterator[Row]:
    match block:
        case Text(text=text, align=align, bold=bold, size=size):
            for line in wrap(one_cell_each(text), columns // size.value):
                yield TextRow(line, align, bold, size)
        case Pair():
            yield from _pair_rows(block, columns)
        case Rule():
            yield TextRow("-" * columns)
        case QrCode(text=text):
            yield QrRow(text)
        case Logo(picture=picture):
            if picture.width <= columns * CELL_DOTS:
                yield PictureRow(picture)
        case Cut():
            yield CutRow()
        case KickDrawer():
            yield KickRow()
        case other:
            assert_never(other)


def _pair_rows(pair: Pair, columns: int) -> Iterator[TextRow]:
    """The figure keeps its place at the right; words that do not fit beside it take lines of their own above."""
    cells = columns // pair.size.value
    left, right = one_cell_each(pair.left), one_cell_each(pair.right)
    if len(right) > cells - 2:
        lines = [*wrap(left, cells), *(line.rjust(cells) for line in wrap(right, cells))]
    else:
        lines = wrap(left, cells)
        if len(lines[-1]) + 1 + len(right) > cells:
            lines = wrap(left, cells - len(right) - 1)
        lines[-1] = lines[-1] + right.rjust(cells - len(lines[-1]))
    for line in lines:
        yield TextRow(line, bold=pair.bold, size=pair.size)


def wrap(text: str, cells: int) -> list[str]:
    """Break a text into at least one line of so many cells at most, between words; each begins as far in as the first."""
    indent = " " * min(len(text) - len(text.lstrip(" ")), cells // 4)
    return [indent + line for line in _wrap(text, cells - len(indent))]


def _wrap(text: str, cells: int) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > cells:
            lines.append(line)
            line = ""
        line = f"{line} {word}" if line else word
        while len(line) > cells:
            lines.append(line[:cells])
            line = line[cells:]
    return [*lines, line] if line or not lines else lines


def one_cell_each(text: str) -> str:
    """Return a text each letter of which takes one cell: composed, without control signs, tabs and line ends as spaces.

    What cannot stand in one cell (East Asian wide letters, emoji) becomes a question mark.
    """
    composed = unicodedata.normalize("NFC", text[:TEXT_MAX])
    return "".join(_cell(letter) for letter in composed)


def _cell(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == "Zs" or letter in "\t\n\r":
        return " "
    if kind in {"Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Cs"}:
        return ""
    return "?" if unicodedata.east_asian_width(letter) in "WF" else letter
