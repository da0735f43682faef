"""What tills say of materials: what there is, what products are made of, and what came, was counted or was wasted."""

from dataclasses import dataclass
from enum import StrEnum
from operator import not_
from typing import Annotated

from pydantic import Field

from shared.events.amounts import Amount
from shared.ids import Sku


class MaterialReason(StrEnum):
    """Why a material moved other than by being used."""

    RECEIVED = "received"
    COUNTED = "counted"
    WASTED = "wasted"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialDetails:
    """A material, such as clay by the kg. Quantities are in thousandths of its `unit`.

    Attributes:
        cost_minor: what one unit costs; None where nobody said.
        pack_milli: how much comes together when it is bought; 0: any amount.
        minimum_milli: the least that is bought at once.
        keep_milli: how much should always be there, whatever is planned.
        lead_days: from the order until it is there.
        retired: it is used no longer.
    """

    material_id: str
    name: str
    unit: str
    cost_minor: Annotated[Amount | None, Field(exclude_if=lambda cost: cost is None)] = None
    pack_milli: Annotated[Amount, Field(exclude_if=not_)] = 0
    minimum_milli: Annotated[Amount, Field(exclude_if=not_)] = 0
    keep_milli: Annotated[Amount, Field(exclude_if=not_)] = 0
    lead_days: Annotated[Amount, Field(exclude_if=not_)] = 0
    retired: Annotated[bool, Field(exclude_if=not_)] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialPart:
    """How much of a material goes into one run, in thousandths of its unit, what is lost on the way included."""

    material_id: str
    quantity_milli: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialChanged:
    """Somebody described a material; takes the place of what was said of it before."""

    material: MaterialDetails
    cashier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeChanged:
    """Somebody said what `makes` pieces of a product are made of, its bill of materials; without parts it has none."""

    sku: Sku
    parts: tuple[MaterialPart, ...]
    cashier: str
    makes: Amount = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialMoved:
    """A material came, was wasted, or was counted: `change_milli` is what to add to what was there before.

    The same `move_id` is booked once.
    """

    material_id: str
    change_milli: Amount
    reason: MaterialReason
    cashier: str
    move_id: Annotated[str, Field(exclude_if=not_)] = ""
