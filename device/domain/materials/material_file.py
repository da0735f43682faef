"""Materials as people keep them in a spreadsheet: every row becomes a material, or a refusal that says why.

Columns in any order: name and unit, and if wanted stock, cost, pack, minimum, keep, lead_days, material_id and stock_before,
in English or German. Without a column a known material keeps what it has. A row is about the material of its number, else of
its name; what goes by neither is new. `stock` is a count; beside a `stock_before` it counts only where the till still says
that, so that a file that lay about for a while undoes nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from device.domain.materials.book import MaterialBook
from device.domain.materials.noting import MATERIALS_MAX
from shared.csv_table import Line, RefusedRow, Row, RowError, Table, read_table, write_table
from shared.events.material import MaterialDetails
from shared.money import format_minor, parse_minor
from shared.product_words import parse_quantity, quantity_text

REQUIRED: Final = ("name", "unit")
COLUMNS: Final = (
    *REQUIRED, "stock", "cost", "pack", "minimum", "keep", "lead_days", "stock_before", "material_id",
)  # fmt: skip
WORDS: Final[Mapping[str, str]] = {
    **{name: name for name in COLUMNS},
    "material": "name", "bezeichnung": "name", "einheit": "unit", "in stock": "stock", "bestand": "stock", "kosten": "cost",
    "packung": "pack", "gebinde": "pack", "mindestmenge": "minimum", "vorrat": "keep", "lead days": "lead_days",
    "lieferzeit": "lead_days",
}  # fmt: skip
_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_DAYS: Final = re.compile(r"\d{1,4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialRow:
    """What a row says: of which material (no id: the one of its name), which fields, and how much was counted."""

    line: Line
    material_id: str
    name: str
    said: Mapping[str, str | int | None]
    stock_milli: int | None
    stock_before_milli: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMaterials:
    """What a file holds: rows that can be understood, in its order, and those that were refused."""

    rows: tuple[MaterialRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()


def read_materials(text: str, *, currency: str) -> ReadMaterials:
    """Read a file of materials; whether they fit those that are known is not asked here."""
    table = read_table(text, lambda word: WORDS.get(word.strip().casefold(), ""))
    fault = find_table_fault(table, REQUIRED, COLUMNS) or _find_recipes(table)
    if fault is None and len(table.lines) > MATERIALS_MAX:
        fault = table.heading.refused(f"the file has more than {MATERIALS_MAX:,} rows; split it")
    if fault is not None:
        return ReadMaterials(refused=(fault,))
    rows: list[MaterialRow] = []
    refused: list[RefusedRow] = []
    for line in table.lines:
        try:
            rows.append(_row(line, line.named(table.columns), currency))
        except RowError as error:
            refused.append(line.refused(str(error), error.field))
    return ReadMaterials(rows=tuple(rows), refused=tuple(refused))


def write_materials(book: MaterialBook, *, currency: str) -> str:
    """Return a file that changes nothing when it is read back; what is no longer used stays out."""
    known = [one for one in book.materials.items().values() if not one.retired]
    in_order = sorted(known, key=lambda one: (one.name.casefold(), one.material_id))
    return write_table([COLUMNS, *(_written(one, shown_milli(book, one), currency) for one in in_order)])


def shown_milli(book: MaterialBook, material: MaterialDetails) -> int:
    """Return how much of a material is there, as pages and files say it: none where more was used than came."""
    return max(0, book.stock_milli.get(material.material_id, 0))


def find_table_fault(table: Table, required: tuple[str, ...], columns: tuple[str, ...]) -> RefusedRow | None:
    """Return why a table cannot be read by its heading at all, or None."""
    missing = table.lacks(required)
    if missing:
        reason = f"the heading lacks {', '.join(missing)}: the columns are {', '.join(columns)}"
        return table.heading.refused(reason)
    twice = next((name for name in columns if table.columns.count(name) > 1), None)
    if twice is not None:
        return table.heading.refused(f"two columns mean {twice}: take one of them out")
    return None


def cell(field: str, word: str, read: Callable[[str], int], text: str) -> int:
    """Return what a cell says. Raises RowError with the words of what is wrong."""
    try:
        return read(text)
    except ValueError as error:
        raise RowError(f"the {word}: {error}", field) from error


def is_new_id(text: str) -> bool:
    """Tell whether a new material may have this number."""
    return _ID.fullmatch(text) is not None


def _find_recipes(table: Table) -> RefusedRow | None:
    """Tell a file of recipes from one of materials: it names materials and units, too."""
    words = {cell.strip().casefold() for cell in table.heading.cells or ()}
    if {"sku", "material"} <= words and words & {"quantity", "menge"}:
        return table.heading.refused("these are the columns of recipes: take the file over as recipes")
    return None


def _row(line: Line, row: Row, currency: str) -> MaterialRow:
    name = row.get("name", "")
    if not name:
        raise RowError("the name is missing: write what the material is called", "name")
    said: dict[str, str | int | None] = {"name": name, "unit": row.get("unit", "")}
    if "cost" in row:
        said["cost_minor"] = _cost(row["cost"], currency)
    for column in ("pack", "minimum", "keep"):
        if column in row:
            said[f"{column}_milli"] = _quantity(column, row[column]) or 0
    if "lead_days" in row:
        said["lead_days"] = cell("lead_days", "lead_days", _days, row["lead_days"] or "0")
    return MaterialRow(
        line=line, material_id=row.get("material_id", ""), name=name, said=said,
        stock_milli=_quantity("stock", row.get("stock", "")),
        stock_before_milli=_quantity("stock_before", row.get("stock_before", "")),
    )  # fmt: skip


def _cost(text: str, currency: str) -> int | None:
    return cell("cost_minor", "cost", lambda said: parse_minor(said, currency), text) if text else None


def _quantity(column: str, text: str) -> int | None:
    return cell(column, column, parse_quantity, text) if text else None


def _days(text: str) -> int:
    if not _DAYS.fullmatch(text):
        raise ValueError(f"“{text}” is no number of days, such as 5")
    return int(text)


def _written(material: MaterialDetails, there_milli: int, currency: str) -> tuple[str, ...]:
    stock = quantity_text(there_milli)
    cost = "" if material.cost_minor is None else format_minor(material.cost_minor, currency)
    amounts = (material.pack_milli, material.minimum_milli, material.keep_milli)
    return (
        material.name, material.unit, stock, cost, *(quantity_text(milli) if milli else "" for milli in amounts),
        str(material.lead_days or ""), stock, material.material_id,
    )  # fmt: skip
