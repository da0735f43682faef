"""What may be said of materials, and what is wrong with the rest."""

from dataclasses import dataclass
from typing import Final, TypeAlias

from device.domain.catalogue import Catalogue
from device.domain.materials.book import MaterialBook
from shared.events.material import MaterialDetails, MaterialMoved, MaterialPart, MaterialReason, RecipeChanged
from shared.ids import Sku

NAME_MAX: Final = 60
UNIT_MAX: Final = 12
PARTS_MAX: Final = 50
MATERIALS_MAX: Final = 2_000
QUANTITY_MILLI_MAX: Final = 10**9
LEAD_DAYS_MAX: Final = 365
MONEY_MAX: Final = 10**9
MAKES_MAX: Final = 100_000
NAME_TAKEN: Final = "there is a material called “{name}” already"
TOO_MANY: Final = f"there are {MATERIALS_MAX:,} materials already"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadMaterial:
    """Something that cannot be said; `field` names it, `reason` says why in plain words."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnknownMaterial:
    """There is no such material."""

    material_id: str


MaterialRefusal: TypeAlias = BadMaterial | UnknownMaterial


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialMove:
    """A movement as somebody wishes it: for a count what is there, else how much came or was wasted, above zero."""

    material_id: str
    quantity_milli: int
    reason: MaterialReason
    cashier: str
    move_id: str


def find_material_fault(book: MaterialBook, material: MaterialDetails) -> BadMaterial | None:
    """Return what is wrong with a material, or None."""
    fault = find_details_fault(material)
    if fault is not None:
        return fault
    others = [one for one in book.materials.items().values() if one.material_id != material.material_id]
    if any(one.name.casefold() == material.name.casefold() and not one.retired for one in others):
        return BadMaterial(field="name", reason=NAME_TAKEN.format(name=material.name))
    if len(others) >= MATERIALS_MAX:
        return BadMaterial(field="name", reason=TOO_MANY)
    return None


def find_details_fault(material: MaterialDetails) -> BadMaterial | None:
    """Return what is wrong with a material whatever others there are, or None."""
    if not 1 <= len(material.name) <= NAME_MAX or not material.name.isprintable():
        return BadMaterial(field="name", reason=f"a name has 1 to {NAME_MAX} letters")
    if not 1 <= len(material.unit) <= UNIT_MAX or not material.unit.isprintable():
        return BadMaterial(field="unit", reason=f"a unit has 1 to {UNIT_MAX} letters, such as kg")
    bounds = (
        ("cost_minor", material.cost_minor or 0, MONEY_MAX, "the cost"),
        ("pack_milli", material.pack_milli, QUANTITY_MILLI_MAX, "a pack"),
        ("minimum_milli", material.minimum_milli, QUANTITY_MILLI_MAX, "the least that is bought"),
        ("keep_milli", material.keep_milli, QUANTITY_MILLI_MAX, "what should always be there"),
        ("lead_days", material.lead_days, LEAD_DAYS_MAX, "the days until it comes"),
    )
    return next(
        (BadMaterial(field=field, reason=f"{words} cannot be {value:,}") for field, value, most, words in bounds if not 0 <= value <= most),
        None,
    )  # fmt: skip


def recipe(
    book: MaterialBook,
    catalogue: Catalogue,
    *,
    sku: Sku,
    makes: int,
    parts: tuple[MaterialPart, ...],
    cashier: str,
) -> RecipeChanged | MaterialRefusal:
    """Return a recipe as the ledger says it, or why not."""
    product = catalogue.find(sku)
    if product is None:
        return BadMaterial(
            field="sku", reason=f"no product {sku} is known here: add it first, or correct its number"
        )
    if product.parts:
        return BadMaterial(field="sku", reason="a bundle is made of products; give those their recipes")
    if not 1 <= makes <= MAKES_MAX:
        return BadMaterial(field="makes", reason=f"a run gives 1 to {MAKES_MAX:,} pieces")
    fault = _find_parts_fault(book, parts)
    if fault is not None:
        return fault
    return RecipeChanged(sku=sku, makes=makes, parts=parts, cashier=cashier)


def _find_parts_fault(book: MaterialBook, parts: tuple[MaterialPart, ...]) -> MaterialRefusal | None:
    if len(parts) > PARTS_MAX:
        return BadMaterial(field="parts", reason=f"a recipe has {PARTS_MAX} materials at most")
    if len({part.material_id for part in parts}) < len(parts):
        return BadMaterial(field="parts", reason="a material stands in the recipe twice")
    for part in parts:
        if part.material_id not in book.materials:
            return UnknownMaterial(part.material_id)
        if not 1 <= part.quantity_milli <= QUANTITY_MILLI_MAX:
            return BadMaterial(field="parts", reason="say how much of each material goes in")
    return None


def move(book: MaterialBook, wish: MaterialMove) -> MaterialMoved | MaterialRefusal:
    """Return a movement as the ledger says it, or why not."""
    if wish.material_id not in book.materials:
        return UnknownMaterial(wish.material_id)
    counted = wish.reason is MaterialReason.COUNTED
    least = 0 if counted else 1
    if not least <= wish.quantity_milli <= QUANTITY_MILLI_MAX:
        return BadMaterial(field="quantity", reason="say how much it is")
    there = book.stock_milli.get(wish.material_id, 0)
    change = {
        MaterialReason.COUNTED: wish.quantity_milli - there,
        MaterialReason.RECEIVED: wish.quantity_milli,
        MaterialReason.WASTED: -wish.quantity_milli,
    }[wish.reason]
    return MaterialMoved(
        material_id=wish.material_id, change_milli=change, reason=wish.reason, cashier=wish.cashier,
        move_id=wish.move_id,
    )  # fmt: skip
