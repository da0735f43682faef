"""Give back: find a receipt, say what it comes to, record it, show it again."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field, StrictBool, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.cash_refusals import refused_cash
from device.adapters.http.cash_shapes import found_json, quote_json, refund_json
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.approval import Act
from device.domain.people import Role
from device.domain.pricing.cart import LINES_MAX
from device.domain.refund import REASON_MAX, AskedLine, RefundOrder
from device.services.refund import FoundReceipt, RefundQuote, RefundReceipt
from shared.events.sale import OriginalReceipt, PaymentMethod
from shared.http.problem import problem
from shared.ids import Epoch, IdError, Sku, SourceId, check_uuid

TEXT_MAX = 500
NAME_MAX = 80
ATTEMPTS_MAX = 20


class OriginalBody(BaseModel):
    """Which receipt: as `find` named it."""

    source: str = Field(default="", max_length=NAME_MAX, pattern="^[a-z0-9-]*$")
    epoch: str = Field(max_length=NAME_MAX, pattern="^[a-z0-9]+$")
    receipt_number: StrictInt = Field(default=0, ge=0, le=10**15)
    sale_id: str = Field(default="", max_length=NAME_MAX)
    seq: StrictInt = Field(default=0, ge=0, le=10**15)

    def original(self) -> OriginalReceipt:
        """Return what the domain understands."""
        return OriginalReceipt(source=SourceId(self.source), epoch=Epoch(self.epoch), receipt_number=self.receipt_number,
                               sale_id=self.sale_id, seq=self.seq)  # fmt: skip


class BackBody(BaseModel):
    """How much of a line comes back; `sku` instead of `line` for another till's receipt."""

    line: StrictInt = 0
    sku: str | None = Field(default=None, max_length=NAME_MAX)
    quantity_milli: StrictInt
    to_stock: StrictBool = True


class RefundBody(BaseModel):
    """A refund as the page sends it; `approval` is the manager's, where one is needed.

    `card_attempts` are the questions by which the terminal gave the money back to the card.
    """

    refund_id: str = Field(max_length=NAME_MAX)
    original: OriginalBody
    lines: list[BackBody] = Field(default=[], max_length=10 * LINES_MAX)
    void: StrictBool = False
    reason: str = Field(default="", max_length=4 * REASON_MAX)
    method: Literal["cash", "card", "voucher"] = "cash"
    voucher: str = Field(default="", max_length=NAME_MAX)
    expected_total_minor: StrictInt | None = None
    approval: str = Field(default="", max_length=200)
    card_attempts: list[Annotated[str, Field(max_length=NAME_MAX)]] = Field(
        default=[], max_length=ATTEMPTS_MAX
    )

    def order(self, cashier: str, approved_by: str) -> RefundOrder:
        """Return what the domain understands; raises IdError for an id that is no UUID."""
        return RefundOrder(
            refund_id=check_uuid("refund_id", self.refund_id),
            original=self.original.original(),
            lines=tuple(
                AskedLine(line=one.line, sku=Sku(one.sku) if one.sku else None, quantity_milli=one.quantity_milli,
                          to_stock=one.to_stock)
                for one in self.lines
            ),
            void=self.void,
            reason=self.reason,
            method=PaymentMethod(self.method),
            voucher=self.voucher,
            cashier=cashier,
            expected_total_minor=self.expected_total_minor,
            approved_by=approved_by,
            card_attempts=tuple(self.card_attempts),
        )  # fmt: skip


def refunds_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about refunds."""
    router = APIRouter(prefix="/api/refunds")
    currency = till.sign.currency

    @router.get("/find", dependencies=[Depends(seat)])
    async def find(text: Annotated[str, Query(max_length=TEXT_MAX)]) -> Response:
        found = await asyncio.to_thread(till.refund.look_up, text)
        if not isinstance(found, FoundReceipt):
            return refused_cash(found, currency)
        return JSONResponse(found_json(found, currency, till.ledger.state.vouchers))

    @router.post("/quote")
    async def quote(body: RefundBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        try:
            is_manager = seat.role(cashier) is Role.MANAGER
            order = body.order(cashier, cashier if is_manager else "")
        except IdError as error:
            return problem(422, "invalid-request", f"{error}.", "Look the receipt up again.")
        said = await asyncio.to_thread(till.refund.quote, order)
        if not isinstance(said, RefundQuote):
            return refused_cash(said, currency)
        return JSONResponse(quote_json(said))

    @router.post("")
    async def give_back(body: RefundBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        try:
            order = body.order(
                cashier, till.approvals.approved_by(cashier, body.approval, Act.REFUND, body.refund_id)
            )
        except IdError as error:
            return problem(422, "invalid-request", f"{error}.", "Look the receipt up again.")
        answer = await till.refund.give_back(order)
        if not isinstance(answer, RefundReceipt):
            return refused_cash(answer, currency)
        return await _receipt(till, answer, 200 if answer.is_repeat else 201)

    @router.get("/{refund_id}", dependencies=[Depends(seat)])
    async def one(refund_id: str) -> Response:
        receipt = await asyncio.to_thread(till.refund.find, refund_id)
        if receipt is None:
            return problem(
                404, "unknown-refund", "This till has no such refund.", "Look for it in the list of sales."
            )
        return await _receipt(till, receipt, 200)

    return router


async def _receipt(till: TillServices, receipt: RefundReceipt, status: int) -> Response:
    return JSONResponse(
        await asyncio.to_thread(refund_json, receipt, till.sign_now(), till.signer), status_code=status
    )
