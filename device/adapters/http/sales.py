"""Ring up a sale, and look at today's."""

import asyncio
from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from starlette.responses import JSONResponse

from device.adapters.http.cash_shapes import refund_mark_json
from device.adapters.http.quoted import quoted_json
from device.adapters.http.refusals import refused
from device.adapters.http.sale_body import CartBody, SaleBody
from device.adapters.http.seat import Seat
from device.adapters.http.shapes import receipt_json, sale_json, session_json
from device.adapters.http.till_services import TillServices
from device.domain.approval import Act
from device.domain.cash_session import RefundMark, SaleMark
from device.services.sell import Quoted, Receipt
from shared.http.problem import problem
from shared.ids import IdError, SaleId

PAGE_MAX = 500


def sales_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about sales."""
    router = APIRouter(prefix="/api")

    def allowed_by(body: CartBody, cashier: str, approval: str) -> str:
        """Return who allows discounts; asked only where there are any, so that no approval is spent on nothing."""
        if not body.discounts:
            return ""
        return till.approvals.approved_by(cashier, approval, Act.DISCOUNT, body.sale_id)

    @router.post("/sales")
    async def sell(body: SaleBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        try:
            order = body.order(cashier, allowed_by(body, cashier, body.approval))
        except IdError as error:
            return problem(422, "invalid-request", f"{error}.", "Reload the page and ring it up again.")
        answer = await till.sell.sell(order)
        if not isinstance(answer, Receipt):
            return refused(answer, till.sign.currency)
        return await _receipt(till, answer, 200 if answer.is_repeat else 201)

    @router.post("/carts/price")
    async def price(body: CartBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        try:
            order = body.order(cashier, allowed_by(body, cashier, ""))
        except IdError as error:
            return problem(422, "invalid-request", f"{error}.", "Reload the page and ring it up again.")
        priced = till.sell.price(order)
        if not isinstance(priced, Quoted):
            return refused(priced, till.sign.currency)
        return JSONResponse(quoted_json(priced, till.sign.currency))

    @router.get("/sales", dependencies=[Depends(seat)])
    async def today(
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50, before_seq: int | None = None
    ) -> dict[str, object]:
        return _today(till, limit, before_seq)

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


def _today(till: TillServices, limit: int, before_seq: int | None) -> dict[str, object]:
    """The open session's sales and refunds, the newest first."""
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
