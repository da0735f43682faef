"""Stock: what is there, and what comes, goes bad or is counted."""

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.shapes import stock_json
from device.adapters.http.till_services import TillServices
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku


class MovementBody(BaseModel):
    """A movement of stock."""

    sku: str = Field(max_length=80)
    change_milli: StrictInt
    reason: StockReason


def stock_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about stock."""
    router = APIRouter(prefix="/api/stock", dependencies=[Depends(seat)])

    @router.get("")
    async def stock() -> dict[str, object]:
        state = till.ledger.state
        return {"products": [stock_json(product, state) for product in till.assortment.now().priced.offered]}

    @router.post("")
    async def move(body: MovementBody) -> Response:
        answer = await till.stock.move(Sku(body.sku), body.change_milli, body.reason)
        if not isinstance(answer, StockMoved):
            return refused(answer, till.sign.currency)
        stock_milli = till.ledger.state.stock_milli.get(answer.sku, 0)
        return JSONResponse({"sku": answer.sku, "stock_milli": stock_milli}, status_code=201)

    return router
