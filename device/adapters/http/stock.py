"""Stock: what is there, and what comes, goes bad or is counted."""

from typing import Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.shapes import stock_json
from device.adapters.http.till_services import TillServices
from device.domain.stock_take import ROWS_MAX, StockRow
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku


class MovementBody(BaseModel):
    """A movement of stock."""

    sku: str = Field(max_length=80)
    change_milli: StrictInt
    reason: StockReason


class RowBody(BaseModel):
    """One row of a sheet; `have_milli` is what the till said was there when it was counted."""

    sku: str = Field(max_length=80)
    quantity_milli: StrictInt
    have_milli: StrictInt = 0

    def row(self) -> StockRow:
        """Return what the domain understands."""
        return StockRow(sku=Sku(self.sku), quantity_milli=self.quantity_milli, have_milli=self.have_milli)


class SheetBody(BaseModel):
    """A delivery or a count sheet, booked as a whole or not at all."""

    sheet_id: str = Field(min_length=1, max_length=64)
    reason: Literal["received", "counted"]
    rows: list[RowBody] = Field(min_length=1, max_length=ROWS_MAX)


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

    @router.post("/sheets")
    async def book(body: SheetBody) -> Response:
        rows = tuple(row.row() for row in body.rows)
        answer = await till.stock.book(body.sheet_id, rows, counted=body.reason == "counted")
        if not isinstance(answer, int):
            return refused(answer, till.sign.currency)
        return JSONResponse({"moved": answer}, status_code=201)

    @router.get("/{sku}")
    async def stock_of(sku: str) -> dict[str, object]:
        """What is there of one product by all entries on the disk: a count is compared with it."""
        return {"sku": sku, "stock_milli": till.ledger.state.stock_milli.get(Sku(sku), 0)}

    return router
