"""Materials and recipes: what there is, what is needed, what products are made of."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StrictBool, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.materials.book import MaterialBook, MoveMark
from device.domain.materials.noting import PARTS_MAX, MaterialMove, UnknownMaterial
from device.domain.materials.requirements import Requirement, can_make, cost_of_piece
from device.services.materials import TellMaterial
from shared.entry import Json
from shared.events.material import MaterialDetails, MaterialPart, MaterialReason, RecipeChanged
from shared.ids import Sku

MATERIAL_ID = r"^[A-Za-z0-9._:-]{1,64}$"
MOVES_SHOWN = 20


class MaterialBody(BaseModel):
    """A material; quantities in thousandths of its unit. See `MaterialDetails`."""

    name: str = Field(max_length=200)
    unit: str = Field(max_length=40)
    cost_minor: StrictInt | None = None
    pack_milli: StrictInt = 0
    minimum_milli: StrictInt = 0
    keep_milli: StrictInt = 0
    lead_days: StrictInt = 0
    retired: StrictBool = False

    def material(self, material_id: str) -> MaterialDetails:
        """Return what the domain understands."""
        said = {**self.model_dump(), "name": self.name.strip(), "unit": self.unit.strip()}
        return MaterialDetails(material_id=material_id, **said)


class MoveBody(BaseModel):
    """What came or was wasted, above zero, or how much was counted. The same `move_id` is booked once."""

    reason: MaterialReason
    quantity_milli: StrictInt
    move_id: str = Field(pattern=MATERIAL_ID)


class PartBody(BaseModel):
    """How much of a material goes into one run, in thousandths of its unit."""

    material_id: str = Field(max_length=64)
    quantity_milli: StrictInt


class RecipeBody(BaseModel):
    """What `makes` pieces are made of; without parts there is no recipe."""

    makes: StrictInt = 1
    parts: list[PartBody] = Field(max_length=10 * PARTS_MAX)


def materials_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about materials."""
    router = APIRouter(prefix="/api/materials")

    @router.get("", dependencies=[Depends(seat)])
    async def listed() -> dict[str, object]:
        return {"materials": [_needed_json(till, one) for one in await till.materials.listed()]}

    @router.get("/{material_id}", dependencies=[Depends(seat)])
    async def one(material_id: str) -> Response:
        found = await till.materials.find(material_id)
        if found is None:
            return refused(UnknownMaterial(material_id), till.sign.currency)
        return JSONResponse(_told_json(till, found))

    @router.put("/{material_id}")
    async def save(material_id: str, body: MaterialBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        answer = await till.materials.save(body.material(material_id), cashier=cashier)
        if not isinstance(answer, MaterialDetails):
            return refused(answer, till.sign.currency)
        till.changes.tell()
        return JSONResponse(_material_json(answer))

    @router.post("/{material_id}/moves")
    async def move(material_id: str, body: MoveBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        wish = MaterialMove(material_id=material_id, quantity_milli=body.quantity_milli, reason=body.reason, cashier=cashier,
                            move_id=body.move_id)  # fmt: skip
        answer = await till.materials.move(wish)
        if not isinstance(answer, int):
            return refused(answer, till.sign.currency)
        till.changes.tell()
        return JSONResponse({"there_milli": answer}, status_code=201)

    return router


def recipes_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about recipes."""
    router = APIRouter(prefix="/api/recipes")

    @router.get("/{sku}", dependencies=[Depends(seat)])
    async def recipe(sku: str) -> dict[str, object]:
        return dict(_recipe_json(till.materials.book, Sku(sku)))

    @router.put("/{sku}")
    async def save(sku: str, body: RecipeBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        parts = tuple(
            MaterialPart(material_id=part.material_id, quantity_milli=part.quantity_milli)
            for part in body.parts
        )
        answer = await till.materials.save_recipe(Sku(sku), makes=body.makes, parts=parts, cashier=cashier)
        if not isinstance(answer, RecipeChanged):
            return refused(answer, till.sign.currency)
        till.changes.tell()
        return JSONResponse(_recipe_json(till.materials.book, Sku(sku)))

    return router


def _material_json(material: MaterialDetails) -> dict[str, Json]:
    return {
        "material_id": material.material_id, "name": material.name, "unit": material.unit,
        "cost_minor": material.cost_minor, "pack_milli": material.pack_milli, "minimum_milli": material.minimum_milli,
        "keep_milli": material.keep_milli, "lead_days": material.lead_days, "retired": material.retired,
    }  # fmt: skip


def _needed_json(till: TillServices, one: Requirement) -> dict[str, Json]:
    catalogue = till.assortment.now().catalogue
    names = [product.name if (product := catalogue.find(sku)) else sku for sku in one.used_in]
    return {
        **_material_json(one.material), "there_milli": one.there_milli, "needed_milli": one.needed_milli,
        "on_order_milli": one.on_order_milli, "missing_milli": one.missing_milli, "buy_milli": one.buy_milli,
        "by": one.by.isoformat() if one.by else None, "order_by": one.order_by.isoformat() if one.order_by else None,
        "used_in": [*names],
    }  # fmt: skip


def _told_json(till: TillServices, told: TellMaterial) -> dict[str, Json]:
    book, catalogue = till.materials.book, till.assortment.now().catalogue
    material_id = told.needed.material.material_id
    recipes: list[Json] = [
        {"sku": sku, "name": product.name if (product := catalogue.find(sku)) else sku}
        for sku, recipe in book.recipes.items().items()
        if any(part.material_id == material_id for part in recipe.parts)
    ]
    return {
        **_needed_json(till, told.needed), "percent_more": round(100 * (told.use.factor - 1)), "counts": told.use.counts,
        "recipes": recipes, "moves": [_move_json(mark) for mark in told.moves[:MOVES_SHOWN]],
    }  # fmt: skip


def _move_json(mark: MoveMark) -> dict[str, Json]:
    return {
        "at": mark.at,
        "change_milli": mark.change_milli,
        "reason": mark.reason.value,
        "cashier": mark.cashier,
    }


def _recipe_json(book: MaterialBook, sku: Sku) -> dict[str, Json]:
    """A recipe with what a piece costs in materials, and how many pieces the materials that are there allow."""
    recipe, allowed, cost = book.recipes.find(sku), can_make(book, sku), cost_of_piece(book, sku)
    first_out = book.materials.find(allowed.first_out) if allowed else None
    return {
        "sku": sku, "makes": recipe.makes if recipe else 1,
        "parts": [{"material_id": part.material_id, "quantity_milli": part.quantity_milli} for part in recipe.parts] if recipe else [],
        "cost_minor": None if cost is None else int(cost + 0.5),
        "can_make": allowed.pieces if allowed else None, "first_out": first_out.name if first_out else None,
    }  # fmt: skip
