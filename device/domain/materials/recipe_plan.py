"""A file of recipes laid beside the book: which are new, which change, and which rows cannot be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from device.domain.catalogue import Catalogue
from device.domain.import_plan import PlannedRow
from device.domain.materials.book import MaterialBook
from device.domain.materials.file_plan import FilePlan, Planned, file_plan
from device.domain.materials.noting import BadMaterial, recipe
from device.domain.materials.recipe_file import Names, RecipeRow, RecipeRows, refuse
from shared.csv_table import RefusedRow, RowError
from shared.events.material import MaterialPart, RecipeChanged

STRANGE: Final = "a material is not known any more: look at the list of materials"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPart:
    """How much of a material goes in, as it is shown."""

    name: str
    unit: str
    quantity_milli: int


def plan_recipes(
    recipes: Iterable[RecipeRows], book: MaterialBook, catalogue: Catalogue, *, cashier: str
) -> FilePlan:
    """Return what recipes of a file would do."""
    names = Names(book)
    planned: list[Planned[RecipeChanged]] = []
    refused: list[RefusedRow] = []
    for rows in recipes:
        parts, bad = _parts(rows.rows, names)
        if bad:
            refused += bad
            continue
        said = _said(rows, parts, book, catalogue, cashier)
        if isinstance(said, RecipeChanged):
            planned.append(_planned(rows, said, book, catalogue))
        else:
            refused.append(refuse(rows.rows[0].line, said))
    return file_plan(planned, refused)


def _parts(
    rows: Iterable[RecipeRow], names: Names
) -> tuple[tuple[MaterialPart, ...], tuple[RefusedRow, ...]]:
    parts: dict[str, MaterialPart] = {}
    refused: list[RefusedRow] = []
    for row in rows:
        try:
            part = _part(row, names, parts)
            parts[part.material_id] = part
        except RowError as error:
            refused.append(refuse(row.line, error))
    return tuple(parts.values()), tuple(refused)


def _part(row: RecipeRow, names: Names, above: Mapping[str, MaterialPart]) -> MaterialPart:
    material = names.find(row)
    if material.material_id in above:
        raise RowError(f"“{material.name}” stands in the recipe twice: add both up", "material")
    return MaterialPart(material_id=material.material_id, quantity_milli=row.quantity_milli)


def _said(
    rows: RecipeRows, parts: tuple[MaterialPart, ...], book: MaterialBook, catalogue: Catalogue, cashier: str
) -> RecipeChanged | RowError:
    known = book.recipes.find(rows.sku)
    makes = rows.makes or (known.makes if known else 1)
    said = recipe(book, catalogue, sku=rows.sku, makes=makes, parts=parts, cashier=cashier)
    if isinstance(said, RecipeChanged):
        return said
    return RowError(said.reason, said.field) if isinstance(said, BadMaterial) else RowError(STRANGE)


def _planned(
    rows: RecipeRows, said: RecipeChanged, book: MaterialBook, catalogue: Catalogue
) -> Planned[RecipeChanged]:
    known = book.recipes.find(said.sku)
    before = known if known and known.parts else None
    product = catalogue.find(said.sku)
    fields: dict[str, tuple[object, object]] = {}
    if before is None or before.makes != said.makes:
        fields["makes"] = (before.makes if before else None, said.makes)
    if before is None or _quantities(before) != _quantities(said):
        fields["parts"] = (_shown(before, book) if before else (), _shown(said, book))
    return Planned(
        line=rows.rows[0].line,
        what=said,
        row=PlannedRow(
            key=said.sku, name=product.name if product else said.sku, is_new=before is None, fields=fields
        ),
        events=(said,) if fields else (),
    )


def _quantities(said: RecipeChanged) -> dict[str, int]:
    """What goes in, whatever its order."""
    return {part.material_id: part.quantity_milli for part in said.parts}


def _shown(said: RecipeChanged, book: MaterialBook) -> tuple[PlannedPart, ...]:
    materials = book.materials
    return tuple(
        PlannedPart(
            name=material.name if (material := materials.find(part.material_id)) else part.material_id,
            unit=material.unit if material else "",
            quantity_milli=part.quantity_milli,
        )
        for part in said.parts
    )
