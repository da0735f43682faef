"""A table as people write it in a spreadsheet and save it as CSV: a heading, and lines that each say something or are refused.

The separator may be a comma, a semicolon or a tab, whichever the heading has most of. A cell ends with its line, so that a
quote that is never closed spoils one row and not the file, and a refusal can name the line.
"""

import codecs
import contextlib
import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

WHOLE_FILE: Final = 0
ROW_TEXT_MAX: Final = 400
REASON_MAX: Final = 600

Row: TypeAlias = Mapping[str, str]
"""A line's cells by their columns; what the line ends before is not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that was not taken: its line in the file (the heading is 1, `WHOLE_FILE` is all of it), its text, and why.

    `field` is the one that is wrong, where it is a single one.
    """

    row: int
    text: str
    reason: str
    field: str = ""


class RowError(ValueError):
    """Why one row is refused, and the field that is wrong, if it is one."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that says anything: its number in the file, its text, and its cells; None where they cannot be told apart."""

    number: int
    text: str
    cells: tuple[str, ...] | None

    def named(self, columns: Sequence[str]) -> Row:
        """Return the cells by their columns. Raises RowError."""
        if self.cells is None:
            raise RowError("its cells cannot be told apart: look for a text that is far too long")
        if len(self.cells) > len(columns):
            said, known = len(self.cells), len(columns)
            raise RowError(f"it has {said} cells, the heading has {known}: quote a text with commas")
        return dict(zip(columns, (cell.strip() for cell in self.cells), strict=False))

    def refused(self, reason: str, field: str = "") -> RefusedRow:
        """Return the refusal of this line."""
        half = REASON_MAX // 2  # a reason that says a whole cell: its end is the remedy
        told = reason if len(reason) <= REASON_MAX else f"{reason[:half]} … {reason[-half:]}"
        return RefusedRow(row=self.number, text=self.text[:ROW_TEXT_MAX], reason=told, field=field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A heading's columns as they are meant, its own line, and the lines below it."""

    columns: tuple[str, ...]
    heading: Line
    lines: tuple[Line, ...]

    def lacks(self, required: Iterable[str]) -> list[str]:
        """Return the columns that are required and not there."""
        return [name for name in required if name not in self.columns]


def decode_text(content: bytes) -> str | None:
    """Return a file's text: UTF-8, UTF-16 with its mark, or what Windows wrote before (cp1252); None if it is none of them."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return None


def read_table(text: str, column: Callable[[str], str]) -> Table:
    """Read a file; `column` says which column a heading's word means."""
    heading, *lines = _lines(text) or (Line(number=1, text="", cells=()),)
    return Table(columns=tuple(map(column, heading.cells or ())), heading=heading, lines=tuple(lines))


def write_table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as a file that `read_table` reads back, the heading first; no cell may hold the end of a line."""
    sheet = _Sheet()
    csv.writer(sheet, lineterminator="\n").writerows(rows)
    return "".join(sheet.lines)


class _Sheet:
    """What a csv.writer writes to, in memory."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> None:
        self.lines.append(line)


def _lines(text: str) -> tuple[Line, ...]:
    filled = [
        (number, line)
        for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1)
        if line.strip()
    ]
    separator = max(",;\t", key=filled[0][1].count) if filled else ","
    return tuple(Line(number=number, text=line, cells=_cells(line, separator)) for number, line in filled)


def _cells(line: str, separator: str) -> tuple[str, ...] | None:
    try:
        cells: Iterator[list[str]] = csv.reader([line], delimiter=separator)
        return tuple(next(cells))
    except csv.Error:
        return None
