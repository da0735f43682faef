"""The end of the day."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.shapes import closing_json
from device.adapters.http.till_services import TillServices
from device.domain.closing import NothingToClose
from device.domain.pricing.payment import TENDERED_MINOR_MAX


class CountBody(BaseModel):
    """The cash that was counted."""

    cash_counted_minor: int = Field(ge=0, le=TENDERED_MINOR_MAX, strict=True)


def day_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about the business day."""
    router = APIRouter(prefix="/api")

    @router.get("/closing")
    async def closing(cashier: Annotated[str, Depends(seat)]) -> Mapping[str, object]:
        return closing_json(till.close_day.preview(cashier))

    @router.post("/close-day")
    async def close_day(body: CountBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        answer = await till.close_day.close(cashier, body.cash_counted_minor)
        if isinstance(answer, NothingToClose):
            return refused(answer, till.sign.currency)
        return JSONResponse(closing_json(answer))

    return router
