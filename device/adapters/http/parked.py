"""Parked carts: one list for all phones of the till."""

import asyncio
import json
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, JsonValue, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.parked import ParkedCart
from shared.entry import Json
from shared.http.problem import problem
from shared.ids import IdError, check_uuid


class ParkBody(BaseModel):
    """A cart to put aside: `cart` is whatever the page makes of it; lines and total are for the list."""

    cart_id: str = Field(max_length=80)
    name: str = Field(max_length=200)
    cart: dict[str, JsonValue]
    lines: StrictInt = Field(default=0, ge=0, le=10_000)
    total_minor: StrictInt | None = Field(default=None, ge=-(10**15), le=10**15)


class TakerBody(BaseModel):
    """Which phone takes a cart up."""

    taker: str = Field(min_length=1, max_length=80)


def parked_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about parked carts."""
    router = APIRouter(prefix="/api/parked")

    @router.get("", dependencies=[Depends(seat)])
    async def listed() -> dict[str, object]:
        return {"parked": [_row(one) for one in till.park.all]}

    @router.post("")
    async def park(body: ParkBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        try:
            cart_id, cart_text = check_uuid("cart_id", body.cart_id), _text_of(body.cart)
        except (IdError, ValueError) as error:
            return problem(422, "invalid-request", f"{error}.", "Reload the page and park it again.")
        cart = ParkedCart(cart_id=cart_id, name=body.name.strip(), cashier=cashier, at=till.clock.now(),
                          cart=cart_text, lines=body.lines,
                          total_minor=body.total_minor)  # fmt: skip
        answer = await asyncio.to_thread(till.park.park, cart)
        if not isinstance(answer, ParkedCart):
            return refused(answer, till.sign.currency)
        till.changes.tell()
        return JSONResponse(_row(answer), status_code=201)

    @router.post("/{cart_id}/take", dependencies=[Depends(seat)])
    async def take(cart_id: str, body: TakerBody) -> Response:
        answer = await asyncio.to_thread(till.park.take_up, cart_id, body.taker)
        if not isinstance(answer, ParkedCart):
            return refused(answer, till.sign.currency)
        till.changes.tell()
        return JSONResponse(_row(answer) | {"cart": json.loads(answer.cart)})

    @router.delete("/{cart_id}", dependencies=[Depends(seat)], status_code=204)
    async def throw_away(cart_id: str) -> None:
        await asyncio.to_thread(till.park.throw_away, cart_id)
        till.changes.tell()

    return router


def _text_of(cart: dict[str, JsonValue]) -> str:
    """Return a cart as text that can be stored and told again; raises ValueError for what no JSON can say."""
    text = json.dumps(cart, ensure_ascii=False, allow_nan=False)
    text.encode()
    return text


def _row(one: ParkedCart) -> dict[str, Json]:
    return {
        "cart_id": one.cart_id, "name": one.name, "cashier": one.cashier, "at": one.at.isoformat(), "taken_by": one.taken_by,
        "lines": one.lines, "total_minor": one.total_minor,
    }  # fmt: skip
