"""The stall and what it sells."""

from dataclasses import asdict

from fastapi import APIRouter, Depends, Request

from device.adapters.http.seat import Seat
from device.adapters.http.shapes import product_json
from device.adapters.http.till_services import TillServices
from shared.entry import Json


def shop_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about the stall and its catalogue."""
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/api/shop")
    async def shop() -> dict[str, object]:
        return {key: value for key, value in asdict(till.sign).items() if key != "software"}

    @router.get("/api/catalogue", dependencies=[Depends(seat)])
    async def catalogue() -> dict[str, object]:
        current, stock = till.settings.current.catalogue, till.ledger.state.stock_milli
        products = [product_json(product, stock.get(product.sku, 0)) for product in current.products]
        return {"version": current.version, "products": products}

    @router.post("/api/catalogue/import", dependencies=[Depends(seat)])
    async def import_catalogue(request: Request) -> dict[str, object]:
        read = await till.import_catalogue.import_csv(await request.body())
        till.changes.tell()
        refused: list[Json] = [asdict(row) for row in read.refused]
        return {"imported": len(read.imported), "refused": refused}

    return router
