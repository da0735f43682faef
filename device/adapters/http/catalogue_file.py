"""The catalogue as a file: looked at before it is taken over, and handed out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from device.adapters.http.import_plans import ROWS_SHOWN, csv_file, plan_json
from device.adapters.http.refused_rows import refused_json
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from shared.http.spoken import spoken


def catalogue_file_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about the catalogue as a file; the body of a request is the file itself."""
    router = APIRouter(prefix="/api/products")

    @router.post("/import/preview", dependencies=[Depends(seat)])
    async def preview(request: Request) -> dict[str, object]:
        return plan_json(await till.import_catalogue.plan(await request.body()), spoken(request), key="sku")

    @router.post("/import")
    async def import_file(request: Request, cashier: Annotated[str, Depends(seat)]) -> dict[str, object]:
        read = await till.import_catalogue.import_csv(await request.body(), cashier)
        till.changes.tell()
        refused = refused_json(read.refused, spoken(request), most=ROWS_SHOWN)
        return {"imported": len(read.imported), "refused": refused}

    @router.get("/export.csv", dependencies=[Depends(seat)])
    async def export() -> Response:
        return csv_file("products.csv", till.import_catalogue.export())

    return router
