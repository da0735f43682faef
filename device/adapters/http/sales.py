"""Ring up a sale, and look at today's."""

import asyncio
from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field, StrictBool, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.cash_shapes import refund_mark_json
from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.shapes import receipt_json, sale_json, session_json
from device.adapters.http.till_services import TillServices
from device.domain.cash_session import RefundMark, SaleMark
from device.domain.customer import TEXT_MAX, Customer
from device.domain.sale import LINES_MAX, CartLine, SaleOrder
from device.services.sell import Receipt
from shared.http.problem import problem
from shared.ids import IdError, SaleId, Sku, check_uuid

PAGE_MAX = 500


class LineBody(BaseModel):
    """One line of a cart."""

    sku: str = Field(max_length=80)
    quantity_milli: StrictInt
    unit_price_minor: StrictInt | None = None


class PaymentBody(BaseModel):
    """How the customer pays."""

    method: Literal["cash"]
    tendered_minor: StrictInt


class CustomerBody(BaseModel):
    """What a customer told the stall; kept as a box, and forgotten on request."""

    customer_id: str = Field(max_length=80)
    name: str = Field(default="", max_length=TEXT_MAX)
    phone: str = Field(default="", max_length=TEXT_MAX)
    note: str = Field(default="", max_length=TEXT_MAX)

    def customer(self) -> Customer:
        """Return what the domain understands; raises IdError for an id that is no UUID."""
        customer_id = check_uuid("customer_id", self.customer_id)
        return Customer(customer_id=customer_id, name=self.name, phone=self.phone, note=self.note)


class SaleBody(BaseModel):
    """A sale as the page sends it. Other fields, a time stamp among them, are not looked at."""

    sale_id: str = Field(max_length=80)
    lines: list[LineBody] = Field(max_length=10 * LINES_MAX)
    payment: PaymentBody
    collect_at_locker: StrictBool = False
    expected_total_minor: StrictInt | None = None
    kept: StrictBool = False
    customer: CustomerBody | None = None

    def order(self, cashier: str) -> SaleOrder:
        """Return what the domain understands; raises IdError for an id that is no UUID."""
        return SaleOrder(
            sale_id=SaleId(check_uuid("sale_id", self.sale_id)),
            lines=tuple(
                CartLine(
                    sku=Sku(line.sku),
                    quantity_milli=line.quantity_milli,
                    unit_price_minor=line.unit_price_minor,
                )
                for line in self.lines
            ),
            tendered_minor=self.payment.tendered_minor,
            expected_total_minor=self.expected_total_minor,
            collect_at_locker=self.collect_at_locker,
            kept=self.kept,
            cashier=cashier,
            customer=self.customer.customer() if self.customer else None,
        )


def sales_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about sales."""
    router = APIRouter(prefix="/api")

    @router.post("/sales")
    async def sell(body: SaleBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        try:
            order = body.order(cashier)
        except IdError as error:
            return problem(422, "invalid-request", f"{error}.", "Reload the page and ring it up again.")
        answer = await till.sell.sell(order)
        if not isinstance(answer, Receipt):
            return refused(answer, till.sign.currency)
        return await _receipt(till, answer, 200 if answer.is_repeat else 201)

    @router.get("/sales", dependencies=[Depends(seat)])
    async def today(
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50, before_seq: int | None = None
    ) -> dict[str, object]:
        session = till.ledger.state.session
        if session is None:
            return {"session": None, "sales": [], "total_minor": 0, "count": 0, "rows": 0}
        marks, stream = till.tell.marks(), till.ledger.stream
        newest: tuple[Iterator[SaleMark | RefundMark], ...] = (
            session.sales.newest_first(),
            session.refunds.newest_first(),
        )
        both = merge(*newest, key=lambda mark: mark.seq, reverse=True)
        wanted = islice((mark for mark in both if before_seq is None or mark.seq < before_seq), limit)
        return {
            "session": session_json(session),
            "sales": [
                sale_json(mark, stream, marks)
                if isinstance(mark, SaleMark)
                else refund_mark_json(mark, stream, marks)
                for mark in wanted
            ],
            "total_minor": session.turnover_minor,
            "count": len(session.sales),
            "rows": len(session.sales) + len(session.refunds),
        }

    @router.get("/sales/{sale_id}", dependencies=[Depends(seat)])
    async def one(sale_id: str) -> Response:
        receipt = await asyncio.to_thread(till.sell.find, SaleId(sale_id))
        if receipt is None:
            return problem(
                404, "unknown-sale", "This till has no such sale.", "Look for it in the list of sales."
            )
        return await _receipt(till, receipt, 200)

    @router.post("/customers/{customer_id}/forget", dependencies=[Depends(seat)])
    async def forget(customer_id: str) -> dict[str, object]:
        return {"forgotten": await asyncio.to_thread(till.sell.forget_customer, customer_id)}

    return router


async def _receipt(till: TillServices, receipt: Receipt, status: int) -> Response:
    return JSONResponse(
        await asyncio.to_thread(receipt_json, receipt, till.sign_now(), till.signer), status_code=status
    )
