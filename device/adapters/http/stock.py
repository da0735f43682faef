"""Stock: what is there, and what comes, goes, goes bad or is counted; and what of that is taken back."""

import asyncio
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.shapes import stock_json
from device.adapters.http.till_services import TillServices
from device.domain.stock_diary import SheetMark
from device.domain.stock_sheet import ROWS_MAX, StockRow, StockSheet
from device.domain.stock_undo import UnknownSheet
from device.services.stock import Booked
from shared.entry import Json
from shared.events.stock import StockReason, WasteReason
from shared.ids import Sku

SHEETS_SHOWN = 100
_SHEET_ID = Field(min_length=1, max_length=64)


class MovementBody(BaseModel):
    """A movement of one product. With a `sheet_id` it is booked once, however often it is sent."""

    sku: str = Field(max_length=80)
    change_milli: StrictInt
    reason: StockReason
    waste: WasteReason | None = None
    sheet_id: str = Field(default="", max_length=64)


class RowBody(BaseModel):
    """One row of a sheet; `have_milli` is what the till said was there when it was counted."""

    sku: str = Field(max_length=80)
    quantity_milli: StrictInt
    have_milli: StrictInt = 0

    def row(self) -> StockRow:
        """Return what the domain understands."""
        return StockRow(sku=Sku(self.sku), quantity_milli=self.quantity_milli, have_milli=self.have_milli)


class SheetBody(BaseModel):
    """A delivery, a count, waste or goods that go or come, booked as a whole or not at all.

    `place` is where goods were sent or came from, `transfer` the number that whoever sent them was shown.
    """

    sheet_id: str = _SHEET_ID
    reason: StockReason
    rows: list[RowBody] = Field(min_length=1, max_length=ROWS_MAX)
    waste: WasteReason | None = None
    place: str = Field(default="", max_length=200)
    transfer: str = Field(default="", max_length=40)

    def sheet(self, cashier: str) -> StockSheet:
        """Return what the domain understands."""
        rows = tuple(row.row() for row in self.rows)
        return StockSheet(sheet_id=self.sheet_id, reason=self.reason, rows=rows, cashier=cashier, waste=self.waste,
                          place=self.place, transfer=self.transfer)  # fmt: skip


class UndoBody(BaseModel):
    """Which sheet is to be taken back."""

    sheet_id: str = _SHEET_ID


def stock_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about stock."""
    router = APIRouter(prefix="/api/stock", dependencies=[Depends(seat)])

    @router.get("")
    async def stock() -> dict[str, object]:
        state = till.ledger.state
        return {"products": [stock_json(product, state) for product in till.assortment.now().priced.offered]}

    @router.post("")
    async def move(body: MovementBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        sku = Sku(body.sku)
        answer = await till.stock.move(sku, body.change_milli, body.reason, cashier=cashier, waste=body.waste,
                                       sheet_id=body.sheet_id)  # fmt: skip
        if not isinstance(answer, Booked):
            return refused(answer, till.sign.currency)
        there = till.ledger.state.stock_milli.get(sku, 0)
        told = {"sku": sku, "stock_milli": there, "sheet_id": answer.sheet_id}
        return JSONResponse(told, status_code=201)

    @router.post("/sheets")
    async def book(body: SheetBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        answer = await till.stock.book(body.sheet(cashier))
        if not isinstance(answer, Booked):
            return refused(answer, till.sign.currency)
        told = {"moved": answer.moved, "sheet_id": answer.sheet_id, "transfer": answer.transfer}
        return JSONResponse(told, status_code=201)

    @router.get("/{sku}")
    async def stock_of(sku: str) -> dict[str, object]:
        """What is there of one product by all entries on the disk: a count is compared with it."""
        return {"sku": sku, "stock_milli": till.ledger.state.stock_milli.get(Sku(sku), 0)}

    return router


def stock_diary_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about what moved stock lately."""
    router = APIRouter(prefix="/api/stock-diary", dependencies=[Depends(seat)])

    @router.get("")
    async def diary() -> dict[str, object]:
        return {"sheets": [_sheet_json(mark, till.clock.now()) for mark in till.stock.diary(SHEETS_SHOWN)]}

    @router.get("/places")
    async def places() -> dict[str, object]:
        """Where goods may go: the hub, and every place they lately went to or came from."""
        return {"places": [*till.stock.places()]}

    @router.get("/sheets/{sheet_id}")
    async def rows(sheet_id: str) -> Response:
        """What a sheet moved, product by product."""
        answer = await asyncio.to_thread(till.stock.rows, sheet_id)
        if isinstance(answer, UnknownSheet):
            return refused(answer, till.sign.currency)
        told = [{"sku": one.sku, "name": one.name, "change_milli": one.change_milli} for one in answer]
        return JSONResponse({"rows": told})

    @router.post("/undo")
    async def undo(body: UndoBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        answer = await till.stock.undo(body.sheet_id, cashier=cashier)
        if not isinstance(answer, int):
            return refused(answer, till.sign.currency)
        return JSONResponse({"moved": answer}, status_code=201)

    return router


def _sheet_json(mark: SheetMark, now: datetime) -> dict[str, Json]:
    return {
        "sheet_id": mark.sheet_id, "at": mark.at.isoformat(), "today": mark.at.date() == now.date(),
        "cashier": mark.cashier, "reason": mark.reason, "waste": mark.waste, "place": mark.place,
        "transfer": mark.transfer_id, "moved": mark.moved, "name": mark.name, "change_milli": mark.change_milli,
        "undoes": mark.undoes, "undone_by": mark.undone_by,
    }  # fmt: skip
