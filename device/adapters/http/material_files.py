"""Materials and recipes as files: looked at before they are taken over, and handed out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from device.adapters.http.import_plans import csv_file, plan_json
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from shared.http.spoken import spoken

MATERIAL = "material_id"


def material_files_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes; the body of a request is the file itself. Who takes a file over is who may change a material."""
    router = APIRouter(prefix="/api")
    files = till.material_files

    @router.post("/materials/import/preview", dependencies=[Depends(seat)])
    async def look_at_materials(request: Request) -> dict[str, object]:
        return plan_json(await files.plan_materials(await request.body()), spoken(request), key=MATERIAL)

    @router.post("/materials/import")
    async def take_materials(request: Request, cashier: Annotated[str, Depends(seat)]) -> dict[str, object]:
        taken = await files.take_materials(await request.body(), cashier=cashier)
        till.changes.tell()
        return plan_json(taken, spoken(request), key=MATERIAL)

    @router.get("/materials/export.csv", dependencies=[Depends(seat)])
    async def materials_file() -> Response:
        return csv_file("materials.csv", files.export_materials())

    @router.post("/recipes/import/preview", dependencies=[Depends(seat)])
    async def look_at_recipes(request: Request) -> dict[str, object]:
        return plan_json(await files.plan_recipes(await request.body()), spoken(request), key="sku")

    @router.post("/recipes/import")
    async def take_recipes(request: Request, cashier: Annotated[str, Depends(seat)]) -> dict[str, object]:
        taken = await files.take_recipes(await request.body(), cashier=cashier)
        till.changes.tell()
        return plan_json(taken, spoken(request), key="sku")

    @router.get("/recipes/export.csv", dependencies=[Depends(seat)])
    async def recipes_file() -> Response:
        return csv_file("recipes.csv", files.export_recipes())

    return router
