"""Recipes as people keep them in a spreadsheet: a row for each material that goes into a product.

Columns in any order: sku, material and quantity, and if wanted product, makes, unit and material_id, in English or German.
The rows of a product are its whole recipe: what does not stand there goes out of it. `makes` is how many pieces one run gives;
it may stand in one of the rows or in all. A product with one broken row keeps the recipe that it has.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from device.domain.catalogue import Catalogue
from device.domain.materials.book import MaterialBook
from device.domain.materials.material_file import cell, find_table_fault
from device.domain.materials.noting import MAKES_MAX, QUANTITY_MILLI_MAX
from shared.csv_table import Line, RefusedRow, Row, RowError, Table, read_table, write_table
from shared.events.material import MaterialDetails, MaterialPart, RecipeChanged
from shared.ids import Sku
from shared.product_words import parse_quantity, quantity_text

REQUIRED: Final = ("sku", "material", "quantity")
COLUMNS: Final = ("sku", "product", "makes", "material", "quantity", "unit", "material_id")
WORDS: Final[Mapping[str, str]] = {
    **{name: name for name in COLUMNS},
    "produkt": "product", "pieces": "makes", "yield": "makes", "stück": "makes", "ergibt": "makes",
    "menge": "quantity", "einheit": "unit",
}  # fmt: skip
STAYS: Final = "the recipe stays as it is"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeRow:
    """What a row says: how much of which material; `makes` and `unit` only where it says them."""

    line: Line
    sku: Sku
    material: str
    material_id: str
    quantity_milli: int
    makes: int | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeRows:
    """All rows of one product, in the order of the file, and how many pieces they make, where one of them says so."""

    sku: Sku
    rows: tuple[RecipeRow, ...]
    makes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecipes:
    """What a file holds: the products whose rows can all be understood, and the rows that were refused."""

    recipes: tuple[RecipeRows, ...] = ()
    refused: tuple[RefusedRow, ...] = ()


class Names:
    """The materials by what people call them: a number, or the name of what is in use before what is not."""

    def __init__(self, book: MaterialBook) -> None:
        self._by_id = book.materials.items()
        in_use_last = sorted(self._by_id.values(), key=lambda one: not one.retired)
        self._by_name = {one.name.casefold(): one for one in in_use_last}

    def find(self, row: RecipeRow) -> MaterialDetails:
        """Return the material that a row names. Raises RowError."""
        found = self._by_id.get(row.material_id) if row.material_id else self.called(row.material)
        if found is None:
            said = row.material_id or row.material
            raise RowError(f"“{said}” is no material of yours: add it first, or correct its name", "material")
        if row.material and found.name.casefold() != row.material.casefold():
            reason = f"{row.material_id} is the number of “{found.name}”: empty it, or correct the name"
            raise RowError(reason, "material")
        if row.unit and row.unit.casefold() != found.unit.casefold():
            reason = f"“{found.name}” is counted in {found.unit}: write its quantity so, or empty its unit"
            raise RowError(reason, "unit")
        return found

    def called(self, name: str) -> MaterialDetails | None:
        """Return the material that a name is about."""
        return self._by_name.get(name.casefold())


def read_recipes(text: str) -> ReadRecipes:
    """Read a file of recipes; whether there are such products and materials is not asked here."""
    table = read_table(text, lambda word: WORDS.get(word.strip().casefold(), ""))
    fault = find_table_fault(table, REQUIRED, COLUMNS)
    if fault is not None:
        return ReadRecipes(refused=(fault,))
    rows: dict[Sku, list[RecipeRow]] = {}
    refused: list[RefusedRow] = []
    broken: set[Sku] = set()
    above = Sku("")
    for line in table.lines:
        above = _sku_of(line, table) or above  # a row that names no product may belong to the one above
        try:
            row = _row(line, line.named(table.columns))
            _require_same_makes(row, rows.get(row.sku, []))
            rows.setdefault(row.sku, []).append(row)
        except RowError as error:
            broken.add(above)
            refused.append(refuse(line, error))
    whole = (_whole(sku, rows_of) for sku, rows_of in rows.items() if sku not in broken)
    return ReadRecipes(recipes=tuple(whole), refused=tuple(refused))


def in_parts(recipes: Iterable[RecipeRows], rows_at_once: int) -> Iterator[tuple[RecipeRows, ...]]:
    """Cut recipes into parts of about so many rows; no recipe is cut."""
    part: list[RecipeRows] = []
    rows = 0
    for recipe in recipes:
        part.append(recipe)
        rows += len(recipe.rows)
        if rows >= rows_at_once:
            yield tuple(part)
            part, rows = [], 0
    yield tuple(part)


def refuse(line: Line, error: RowError) -> RefusedRow:
    """Return the refusal of a row, and with it of its recipe."""
    return line.refused(f"{error}; {STAYS}", error.field)


def write_recipes(book: MaterialBook, catalogue: Catalogue) -> str:
    """Return a file that changes nothing when it is read back: the recipes of what is offered."""
    return write_table([COLUMNS, *_written(book, catalogue)])


def _sku_of(line: Line, table: Table) -> Sku:
    """Return the product that a line names, however broken it is."""
    place = table.columns.index("sku")
    return Sku(line.cells[place].strip() if line.cells and place < len(line.cells) else "")


def _row(line: Line, row: Row) -> RecipeRow:
    sku = Sku(row.get("sku", ""))
    if not sku:
        raise RowError("the sku is missing: write the product's number", "sku")
    material, material_id = row.get("material", ""), row.get("material_id", "")
    if not material and not material_id:
        raise RowError("the material is missing: write its name", "material")
    return RecipeRow(
        line=line, sku=sku, material=material, material_id=material_id,
        quantity_milli=cell("quantity", "quantity", _quantity, row.get("quantity", "")),
        makes=cell("makes", "makes", _makes, row["makes"]) if row.get("makes") else None,
        unit=row.get("unit", ""),
    )  # fmt: skip


def _quantity(text: str) -> int:
    quantity_milli = parse_quantity(text)
    if not 1 <= quantity_milli <= QUANTITY_MILLI_MAX:
        raise ValueError(f"“{text}” is nothing that can go in: write a number above 0")
    return quantity_milli


def _makes(text: str) -> int:
    pieces_milli = parse_quantity(text)
    pieces, part = divmod(pieces_milli, 1_000)
    if part or not 1 <= pieces <= MAKES_MAX:
        raise ValueError(f"“{text}” is no number of pieces from 1 to {MAKES_MAX:,}")
    return pieces


def _require_same_makes(row: RecipeRow, above: list[RecipeRow]) -> None:
    said = next((one.makes for one in above if one.makes is not None), None)
    if row.makes is not None and said is not None and row.makes != said:
        raise RowError(
            f"it says that a run makes {row.makes}, a row above says {said}: write the same", "makes"
        )


def _whole(sku: Sku, rows: list[RecipeRow]) -> RecipeRows:
    makes = next((row.makes for row in rows if row.makes is not None), None)
    return RecipeRows(sku=sku, rows=tuple(rows), makes=makes)


def _written(book: MaterialBook, catalogue: Catalogue) -> Iterator[tuple[str, ...]]:
    names = Names(book)
    for sku, recipe in sorted(book.recipes.items().items()):
        product = catalogue.find(sku)
        if product is None or product.retired or product.parts:
            continue
        for part in recipe.parts:
            material = book.materials.find(part.material_id)
            if material is not None:
                yield _cells(recipe, product.name, part, material, names)


def _cells(
    recipe: RecipeChanged, product: str, part: MaterialPart, material: MaterialDetails, names: Names
) -> tuple[str, ...]:
    """A row; the material's number stands there only where its name means another one."""
    number = "" if names.called(material.name) == material else material.material_id
    quantity = quantity_text(part.quantity_milli)
    return recipe.sku, product, str(recipe.makes), material.name, quantity, material.unit, number
