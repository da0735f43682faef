"""The stall's days: planned, dropped, and how those that are over went."""

from datetime import date, time
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.machine_seat import MachineSeat
from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.market.noting import NOTE_MAX, PLACE_MAX, BadMarketDay, DayDetails
from device.services.market_days import MarketDay, PastDay
from device.services.stall_calendar import UsualDays
from shared.entry import Json


class DayBody(BaseModel):
    """What is known of a planned day; hours such as 09:00 are on the stall's own clock."""

    place: str = Field(default="", max_length=2 * PLACE_MAX)
    opens: time | None = None
    closes: time | None = None
    visitors: int = 0
    note: str = Field(default="", max_length=2 * NOTE_MAX)

    def details(self) -> DayDetails:
        """Return what the domain understands."""
        return DayDetails(
            place=self.place, opens=self.opens, closes=self.closes, visitors=self.visitors, note=self.note
        )


class UsualBody(BaseModel):
    """The usual weekdays, Monday 0 to Sunday 6, and when the stall opens on them; without weekdays the sales tell."""

    weekdays: list[Annotated[StrictInt, Field(ge=0, le=6)]] = Field(max_length=7)
    opens: time | None = None


def market_days_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about market days; programs may use them with the token for signals."""
    router = APIRouter(prefix="/api/market-days")
    anybody = MachineSeat(seat)

    @router.get("", dependencies=[Depends(anybody)])
    async def listed() -> dict[str, object]:
        return {
            "days": [_day_json(one) for one in till.market_days.ahead()],
            "usual": _usual_json(till.market_days.usual),
            "past": [_past_json(one) for one in till.market_days.past()],
        }

    @router.put("/usual")
    async def set_usual(body: UsualBody, who: Annotated[str, Depends(anybody)]) -> dict[str, object]:
        await till.market_days.set_usual(frozenset(body.weekdays), body.opens, cashier=who)
        till.changes.tell()
        return dict(_usual_json(till.market_days.usual))

    @router.put("/{day}")
    async def plan(day: date, body: DayBody, who: Annotated[str, Depends(anybody)]) -> Response:
        answer = await till.market_days.plan(day, body.details(), cashier=who)
        if isinstance(answer, BadMarketDay):
            return refused(answer, till.sign.currency)
        till.changes.tell()
        return JSONResponse({"day": day.isoformat(), "is_open": True})

    @router.delete("/{day}")
    async def drop(day: date, who: Annotated[str, Depends(anybody)]) -> Response:
        await till.market_days.drop(day, cashier=who)
        till.changes.tell()
        return JSONResponse({"day": day.isoformat(), "is_open": False})

    return router


def _day_json(one: MarketDay) -> dict[str, Json]:
    planned = one.planned
    return {
        "day": one.day.isoformat(),
        "is_open": one.is_open,
        "is_usual": one.is_usual,
        "is_planned": planned is not None,
        "place": planned.place if planned else "",
        "opens": _time(one.opens),
        "closes": _time(planned.closes) if planned else None,
        "visitors": planned.visitors if planned else 0,
        "note": planned.note if planned else "",
        "holidays": [{"key": holiday.key, "in_parts": holiday.in_parts} for holiday in one.holidays],
    }


def _usual_json(usual: UsualDays) -> dict[str, Json]:
    return {"weekdays": [*sorted(usual.weekdays)], "opens": _time(usual.opens), "source": usual.source.value}


def _past_json(one: PastDay) -> dict[str, Json]:
    return {
        "day": one.day.isoformat(), "place": one.place, "visitors": one.visitors, "sold_milli": one.sold_milli,
        "products": one.products, "ran_out": one.ran_out,
    }  # fmt: skip


def _time(when: time | None) -> str | None:
    return None if when is None else when.isoformat(timespec="minutes")
