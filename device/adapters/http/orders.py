"""Orders: place, change, look up, cancel."""

import asyncio
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StrictBool
from starlette.responses import JSONResponse

from device.adapters.http.refusals import refused
from device.adapters.http.sale_body import CustomerBody, DiscountBody, LineBody
from device.adapters.http.sale_shapes import line_json
from device.adapters.http.seat import Seat
from device.adapters.http.shapes import customer_json
from device.adapters.http.till_services import TillServices
from device.domain.approval import Act
from device.domain.place_order import OrderRequest
from device.domain.pricing.cart import LINES_MAX
from device.domain.pricing.deposit import left_to_pay
from device.domain.pricing.discount import DISCOUNTS_MAX
from device.services.orders import OrderTold
from shared.entry import Json
from shared.http.problem import problem
from shared.ids import IdError, check_uuid


class OrderBody(BaseModel):
    """An order as the page sends it; the same `order_id` again changes the open order."""

    order_id: str = Field(max_length=80)
    lines: list[LineBody] = Field(max_length=10 * LINES_MAX)
    due: date
    hub: str = Field(default="", max_length=80)
    size: str = Field(default="", max_length=1)
    note: str = Field(default="", max_length=400)
    customer: CustomerBody | None = None
    discounts: list[DiscountBody] = Field(default_factory=list, max_length=2 * DISCOUNTS_MAX)
    coupon: str = Field(default="", max_length=40)
    price_list: str = Field(default="", max_length=80)
    approval: str = Field(default="", max_length=80)

    def request(self, cashier: str, approved_by: str) -> OrderRequest:
        """Return what the domain understands; raises IdError for an id that is no UUID."""
        return OrderRequest(
            order_id=check_uuid("order_id", self.order_id),
            lines=tuple(line.line() for line in self.lines),
            due=self.due,
            cashier=cashier,
            hub=self.hub,
            size=self.size,
            note=self.note.strip(),
            customer=self.customer.customer() if self.customer else None,
            discounts=tuple(discount.wanted(kept=False) for discount in self.discounts),
            coupon=self.coupon.strip(),
            price_list=self.price_list.strip(),
            approved_by=approved_by,
        )


class ReadyBody(BaseModel):
    """Whether it can be collected now."""

    is_ready: StrictBool = True


class ReasonBody(BaseModel):
    """Why an order is cancelled."""

    reason: str = Field(max_length=200)


def orders_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about orders."""
    router = APIRouter(prefix="/api/orders")

    @router.post("")
    async def place(body: OrderBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        try:
            request = body.request(cashier, _allowed_by(till, body, cashier))
        except IdError as error:
            return problem(422, "invalid-request", f"{error}.", "Reload the page and write it down again.")
        answer = await till.orders.place(request)
        if not isinstance(answer, OrderTold):
            return refused(answer, till.sign.currency)
        return JSONResponse(order_json(answer), status_code=200 if answer.is_repeat else 201)

    @router.get("", dependencies=[Depends(seat)])
    async def listed(due: Literal["today", "all"] = "all") -> dict[str, object]:
        day = till.clock.now().date() if due == "today" else None
        told = await asyncio.to_thread(till.orders.due_by, day)
        return {"orders": [order_json(one) for one in told], "due_today": till.orders.due_today}

    @router.get("/lockers", dependencies=[Depends(seat)])
    async def lockers() -> dict[str, object]:
        hub, free = till.orders.lockers
        return {"hub": hub, "free": None if free is None else dict(free)}

    @router.get("/{order_id}", dependencies=[Depends(seat)])
    async def one(order_id: str) -> Response:
        told = await asyncio.to_thread(till.orders.find, order_id)
        if told is None:
            return problem(404, "unknown-order", "No such order is open on this till.",
                           "Look for it in the list of orders: it may be collected already.")  # fmt: skip
        return JSONResponse(order_json(told))

    @router.post("/{order_id}/ready")
    async def ready(order_id: str, body: ReadyBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        answer = await till.orders.say_ready(order_id, cashier=cashier, is_ready=body.is_ready)
        if not isinstance(answer, OrderTold):
            return refused(answer, till.sign.currency)
        return JSONResponse(order_json(answer))

    @router.post("/{order_id}/cancel")
    async def cancel(order_id: str, body: ReasonBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        answer = await till.orders.cancel(order_id, cashier=cashier, reason=body.reason)
        if not isinstance(answer, OrderTold):
            return refused(answer, till.sign.currency)
        return JSONResponse(order_json(answer))

    return router


def _allowed_by(till: TillServices, body: OrderBody, cashier: str) -> str:
    """Return who allows the discounts; asked only where there are any, so that no approval is spent on nothing."""
    if not body.discounts:
        return ""
    return till.approvals.approved_by(cashier, body.approval, Act.DISCOUNT, body.order_id)


def order_json(told: OrderTold) -> dict[str, Json]:
    """Return an order; `deposit_sales` are the sales whose receipts its deposits are given back from."""
    order = told.open.order
    return {
        "order_id": order.order_id,
        "number": order.number,
        "at": told.open.placed_at.isoformat(),
        "cashier": order.cashier,
        "currency": order.currency,
        "lines": [line_json(line) for line in order.lines],
        "total_minor": order.total_minor,
        "due": order.due.isoformat(),
        "hub": order.hub,
        "size": order.size,
        "note": order.note,
        "customer": customer_json(told.customer),
        "paid_minor": told.open.paid_minor,
        "left_minor": left_to_pay(told.open),
        "deposit_sales": [*told.open.deposit_sales],
        "is_ready": told.open.is_ready,
    }
