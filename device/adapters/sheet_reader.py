"""The `TableReader` port: CSV by the standard library; XLSX, a zip of XML, by zipfile and defusedxml.

A reader of whole workbooks would be a dependency more; here text and numbers of the first sheet are enough (ECMA-376, part 1,
sections 18.3 and 18.4). Every part is read up to a limit, whatever the archive says of its size, and rows are let go as they
are read, so that no file fills the memory.
"""

import csv
import io
import math
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final, TypeAlias
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from device.domain.purchasing.price_list import ROWS_MAX, Table
from device.ports.purchase import NotATable
from shared.csv_table import decode_text

PART_BYTES_MAX: Final = 16 * 1024 * 1024
PARTS_MAX: Final = 1_000
STRINGS_MAX: Final = 50_000
COLUMNS_MAX: Final = 40
CELL_MAX: Final = 500
_ROWS: Final = ROWS_MAX + 2
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK\x03\x04"
_Xml: TypeAlias = Iterator[Element]


class _TooMuchError(Exception):
    pass


class SheetReader:
    """Reads what spreadsheets write."""

    def read(self, content: bytes) -> Table | NotATable:
        """Return a file's first sheet as text."""
        if content.startswith(_OLD_OFFICE):
            return NotATable(
                "this is an old or locked Excel file: save it as .xlsx without a password, or as CSV"
            )
        return _xlsx(content) if content.startswith(_ZIP) else _csv(content)


def _csv(content: bytes) -> Table | NotATable:
    text = decode_text(content)
    if text is None:
        return NotATable("the file is no text that can be read: save it as CSV in UTF-8")
    heading = text.lstrip().splitlines()[:1]
    if not heading:
        return NotATable("the file is empty")
    separator = max(";,\t", key=heading[0].count)
    try:
        rows = csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=separator)
        return [cells for _, cells in zip(range(_ROWS), rows, strict=False)]
    except csv.Error as error:
        return NotATable(f"the file cannot be read as a table ({error})")


def _xlsx(content: bytes) -> Table | NotATable:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if len(archive.infolist()) > PARTS_MAX:
                return NotATable("the file has too many parts to be a price list")
            strings = _strings(archive)
            return _rows(archive, _first_sheet(archive), strings)
    except _TooMuchError:
        return NotATable("the file is far too large for a price list: keep only the sheet with the prices")
    except (DefusedXmlException, ParseError, KeyError, IndexError, ValueError, RuntimeError, NotImplementedError,
            EOFError, zipfile.BadZipFile, zlib.error):  # fmt: skip
        return NotATable("the Excel file is damaged or locked: open it and save it again as .xlsx")


def _part(archive: zipfile.ZipFile, name: str) -> io.BytesIO:
    with archive.open(name) as packed:
        content = packed.read(PART_BYTES_MAX + 1)
    if len(content) > PART_BYTES_MAX:
        raise _TooMuchError
    return io.BytesIO(content)


def _elements(archive: zipfile.ZipFile, name: str, wanted: str) -> _Xml:
    """Yield each element of a name as it is complete, and let it go."""
    parents: list[Element] = []
    for event, element in iterparse(_part(archive, name), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            parents.append(element)
            continue
        parents.pop()
        if _tag(element) == wanted:
            yield element
            element.clear()
            if parents:
                parents[-1].remove(element)


def _first_sheet(archive: zipfile.ZipFile) -> str:
    sheet = next(_elements(archive, "xl/workbook.xml", "sheet"), None)
    wanted = (
        None if sheet is None else next((text for key, text in sheet.items() if key.endswith("}id")), None)
    )
    for relation in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship"):
        if relation.get("Id") == wanted:
            target = relation.get("Target", "")
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(wanted)


def _strings(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    found: list[str] = []
    for item in _elements(archive, "xl/sharedStrings.xml", "si"):
        if len(found) >= STRINGS_MAX:
            raise _TooMuchError
        found.append(_text(item))
    return found


def _rows(archive: zipfile.ZipFile, sheet: str, strings: list[str]) -> Table:
    table: list[list[str]] = []
    for row in _elements(archive, sheet, "row"):
        number = int(row.get("r") or len(table) + 1)
        if number <= len(table):
            raise ValueError(number)
        if number > _ROWS:
            break
        table += [[] for _ in range(number - len(table) - 1)]
        table.append(_cells(row, strings))
    return table


def _cells(row: Element, strings: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row:
        column = _column(cell.get("r", "")) if cell.get("r") else len(cells)
        if column >= COLUMNS_MAX:
            break
        cells += [""] * (column + 1 - len(cells))
        cells[column] = _value(cell, strings)
    return cells


def _column(reference: str) -> int:
    """Return the place of a column by its letters, A being 0."""
    place = 0
    for letter in reference.rstrip("0123456789")[:4]:
        place = 26 * place + (ord(letter.upper()) - ord("A") + 1)
    return max(0, place - 1)


def _value(cell: Element, strings: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    said = next((one.text or "" for one in cell if _tag(one) == "v"), "")
    if kind == "s":
        return strings[int(said)] if said else ""
    if kind == "n" and said:
        return _number(said)
    return said[:CELL_MAX]


def _number(text: str) -> str:
    """Spreadsheets keep binary fractions: 12.3 stands there as 12.300000000000001."""
    number = float(text)
    if not math.isfinite(number) or abs(number) >= 1e15:
        return text[:CELL_MAX]
    return f"{number:.10f}".rstrip("0").rstrip(".")


def _text(element: Element) -> str:
    """The text of all its runs; phonetic hints are no part of it."""
    runs = (one for child in element for one in ([child] if _tag(child) == "t" else child.iter()))
    hints = {id(one) for hint in element.iter() if _tag(hint) == "rPh" for one in hint.iter()}
    return "".join(one.text or "" for one in runs if _tag(one) == "t" and id(one) not in hints)[:CELL_MAX]


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
