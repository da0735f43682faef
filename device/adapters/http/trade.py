"""How this till trades, as people see and set it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import TypeAdapter
from starlette.responses import JSONResponse

from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.trade_rules import BadTradeRule, TradeRules

_RULES: TypeAdapter[TradeRules] = TypeAdapter(TradeRules)


def trade_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about the rules of trade."""
    router = APIRouter(prefix="/api")

    @router.get("/trade-rules", dependencies=[Depends(seat)])
    async def rules() -> Response:
        return JSONResponse(_RULES.dump_python(till.settings.current.trade_rules, mode="json"))

    @router.put("/trade-rules")
    async def set_rules(body: TradeRules, _: Annotated[str, Depends(seat.manager)]) -> Response:
        answer = till.set_trade_rules(body)
        if isinstance(answer, BadTradeRule):
            return refused(answer, till.sign.currency)
        till.changes.tell()
        return JSONResponse(_RULES.dump_python(answer, mode="json"))

    return router
