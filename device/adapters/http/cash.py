"""The cash drawer: open with a count, put in, take out, report, close, look closings up again."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from device.adapters.http.cash_refusals import refused_cash
from device.adapters.http.cash_shapes import closing_mark_json, drawer_json, report_json
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.approval import Act
from device.domain.cash_moves import NOTE_MAX, CashMove
from device.domain.closing import ClosingReport, Count
from device.domain.drawer import COUNTED_MINOR_MAX, PIECES_MAX
from shared.events.cash import CashMoved, CashReason, CashSessionOpened, Coins
from shared.events.sale import PaymentMethod
from shared.http.problem import problem
from shared.ids import IdError, check_uuid

COINS_MAX = 50
CURRENCIES_MAX = 20
PAGE_MAX = 200

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Counted = Annotated[int, Field(ge=0, le=COUNTED_MINOR_MAX, strict=True)]


class CoinsBody(BaseModel):
    """How many pieces of one note or coin lie there."""

    value_minor: Counted
    pieces: int = Field(ge=0, le=PIECES_MAX, strict=True)

    def coins(self) -> Coins:
        """Return what the domain understands."""
        return Coins(value_minor=self.value_minor, pieces=self.pieces)


class OpenBody(BaseModel):
    """The float, by notes and coins or as typed."""

    float_minor: Counted = 0
    counted: list[CoinsBody] = Field(default=[], max_length=COINS_MAX)


class MoveBody(BaseModel):
    """Money that comes in (above zero) or goes out; `approval` is the manager's, where one is needed."""

    move_id: str = Field(max_length=80)
    change_minor: int = Field(ge=-COUNTED_MINOR_MAX, le=COUNTED_MINOR_MAX, strict=True)
    reason: CashReason
    note: str = Field(default="", max_length=4 * NOTE_MAX)
    approval: str = Field(default="", max_length=200)


class CloseBody(BaseModel):
    """What was counted; `foreign` by currency, `methods` by way of paying, such as the card terminal's own total."""

    cash_counted_minor: Counted = 0
    counted: list[CoinsBody] = Field(default=[], max_length=COINS_MAX)
    foreign: dict[Currency, Counted] = Field(default={}, max_length=CURRENCIES_MAX)
    methods: dict[PaymentMethod, Annotated[int, Field(strict=True)]] = Field(default={})
    left_minor: Counted = 0

    def count(self) -> Count:
        """Return what the domain understands."""
        return Count(cash_minor=self.cash_counted_minor, coins=tuple(coin.coins() for coin in self.counted),
                     foreign_minor=self.foreign, methods_minor=self.methods, left_minor=self.left_minor)  # fmt: skip


def cash_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about the drawer."""
    router = APIRouter(prefix="/api")
    currency = till.sign.currency

    @router.get("/cash", dependencies=[Depends(seat)])
    async def drawer() -> dict[str, object]:
        limits = till.cash.limits
        return {
            **drawer_json(
                till.ledger.state,
                {"cash_out_minor": limits.cash_out_minor, "refund_minor": limits.refund_minor},
            )
        }

    @router.post("/cash/open")
    async def open_drawer(body: OpenBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        counted = tuple(coin.coins() for coin in body.counted)
        answer = await till.cash.open(cashier, body.float_minor, counted)
        if not isinstance(answer, CashSessionOpened):
            return refused_cash(answer, currency)
        return JSONResponse(
            {"session": {"id": answer.session_id}, "float_minor": answer.float_minor}, status_code=201
        )

    @router.post("/cash/moves")
    async def move(body: MoveBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        try:
            move_id = check_uuid("move_id", body.move_id)
        except IdError as error:
            return problem(422, "invalid-request", f"{error}.", "Reload the page and try again.")
        approved_by = till.approvals.approved_by(cashier, body.approval, Act.CASH_OUT, move_id)
        move = CashMove(move_id=move_id, change_minor=body.change_minor, reason=body.reason, note=body.note, cashier=cashier,
                        approved_by=approved_by)  # fmt: skip
        answer = await till.cash.move(move)
        if not isinstance(answer, CashMoved):
            return refused_cash(answer, currency)
        session = till.ledger.state.session
        drawer_minor = session.drawer_minor if session else 0
        return JSONResponse(
            {"change_minor": answer.change_minor, "drawer_minor": drawer_minor}, status_code=201
        )

    @router.get("/cash/report")
    async def report(cashier: Annotated[str, Depends(seat)]) -> Response:
        answer = till.cash.report(cashier)
        return (
            JSONResponse(report_json(answer))
            if isinstance(answer, ClosingReport)
            else refused_cash(answer, currency)
        )

    return router


def closings_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about closing the day, and past closings."""
    router = APIRouter(prefix="/api")
    currency = till.sign.currency

    @router.post("/closings")
    async def close(body: CloseBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        answer = await till.cash.close(cashier, body.count())
        if not isinstance(answer, ClosingReport):
            return refused_cash(answer, currency)
        return JSONResponse(report_json(answer), status_code=201)

    @router.get("/closings", dependencies=[Depends(seat)])
    async def closings(
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50, before: Annotated[int, Query(ge=0)] = 0
    ) -> dict[str, object]:
        rows = till.cash.closings(before=before, limit=limit)
        return {
            "closings": [closing_mark_json(row) for row in rows],
            "count": len(till.ledger.state.closings),
        }

    @router.get("/closings/{number}", dependencies=[Depends(seat)])
    async def one(number: int) -> Response:
        report = await asyncio.to_thread(till.cash.closing, number)
        if report is None:
            return problem(
                404,
                "unknown-closing",
                "This till has no such closing.",
                "Look for it in the list of closings.",
            )
        return JSONResponse(report_json(report))

    return router
