"""What goes on around the stall: noted, taken back, read from a file; and which products belong together."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.machine_seat import MachineSeat
from device.adapters.http.refusals import refused
from device.adapters.http.refused_rows import refused_json
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.market.noting import PLACE_MAX, RELATIVES_MAX, BadSignal, SignalWish
from device.domain.market.signals_csv import ReadSignals
from device.domain.market.strength import MILLI
from device.services.signals import TellSignal
from shared.entry import Json
from shared.events.market import SignalKind, SignalNoted, SignalScope
from shared.http.spoken import Say, spoken
from shared.ids import Sku

ROWS_SHOWN = 200


class SignalBody(BaseModel):
    """A signal; `strength_milli` in thousandths of a step from -3000 to 3000, or the `value` that was counted. The same id again takes its place."""

    signal_id: str = Field(default="", max_length=64, pattern=r"^[A-Za-z0-9._:-]*$")
    kind: SignalKind
    first: date
    last: date | None = None
    expires: date | None = None
    strength_milli: StrictInt = 0
    value: StrictInt = 0
    scope: SignalScope = SignalScope.EVERYTHING
    about: str = Field(default="", max_length=80)
    source: str = Field(default="", max_length=2 * PLACE_MAX)

    def wish(self, new_id: str) -> SignalWish:
        """Return what the domain understands; a signal without an id gets `new_id`."""
        return SignalWish(
            signal_id=self.signal_id or new_id, kind=self.kind, first=self.first, last=self.last or self.first,
            steps=self.strength_milli / MILLI, value=self.value, scope=self.scope, about=self.about, source=self.source,
            expires=self.expires,
        )  # fmt: skip


class LinksBody(BaseModel):
    """The products that are wanted together with one."""

    relatives: list[str] = Field(max_length=10 * RELATIVES_MAX)


def signals_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about signals; programs may use them with their token."""
    router = APIRouter(prefix="/api/signals")
    anybody = MachineSeat(seat)

    @router.get("", dependencies=[Depends(anybody)])
    async def listed() -> dict[str, object]:
        return {"signals": [_told_json(one) for one in await till.signals.listed()]}

    @router.post("")
    async def note(body: SignalBody, who: Annotated[str, Depends(anybody)]) -> Response:
        answer = await till.signals.note(body.wish(till.randomness.new_id()), cashier=who)
        if isinstance(answer, BadSignal):
            return refused(answer, till.sign.currency)
        till.changes.tell()
        return JSONResponse(_noted_json(answer), status_code=201)

    @router.delete("/{signal_id}")
    async def cancel(signal_id: str, who: Annotated[str, Depends(anybody)]) -> Response:
        answer = await till.signals.cancel(signal_id, cashier=who)
        if answer is not None:
            return refused(answer, till.sign.currency)
        till.changes.tell()
        return Response(status_code=204)

    @router.post("/import/preview")
    async def preview(request: Request, who: Annotated[str, Depends(anybody)]) -> dict[str, object]:
        return _read_json(await till.signals.look_at(await request.body(), cashier=who), spoken(request))

    @router.post("/import")
    async def import_file(request: Request, who: Annotated[str, Depends(anybody)]) -> dict[str, object]:
        read = await till.signals.import_csv(await request.body(), cashier=who)
        till.changes.tell()
        return _read_json(read, spoken(request))

    @router.get("/links/{sku}", dependencies=[Depends(anybody)])
    async def links(sku: str) -> dict[str, object]:
        return {"relatives": [*till.signals.links(Sku(sku))]}

    @router.put("/links/{sku}")
    async def link(sku: str, body: LinksBody, who: Annotated[str, Depends(anybody)]) -> Response:
        fault = await till.signals.link(Sku(sku), tuple(map(Sku, body.relatives)), cashier=who)
        if fault is not None:
            return refused(fault, till.sign.currency)
        return JSONResponse({"relatives": [*till.signals.links(Sku(sku))]})

    return router


def _noted_json(noted: SignalNoted) -> dict[str, Json]:
    return {
        "signal_id": noted.signal_id, "kind": noted.kind.value, "first": noted.first.isoformat(),
        "last": noted.last.isoformat(), "expires": noted.expires.isoformat(), "strength_milli": noted.strength_milli,
        "value": noted.value, "scope": noted.scope.value, "about": noted.about, "source": noted.source,
        "cashier": noted.cashier,
    }  # fmt: skip


def _told_json(one: TellSignal) -> dict[str, Json]:
    return {
        **_noted_json(one.noted), "noted_at": one.noted_at.isoformat(), "steps_milli": round(one.steps * MILLI), "percent": one.percent, "seen_days": one.seen_days,
        "is_over": one.is_over,
    }  # fmt: skip


def _read_json(read: ReadSignals, say: Say) -> dict[str, object]:
    """Counts are of the whole file, rows the first ROWS_SHOWN."""
    return {
        "count": len(read.signals),
        "signals": [_noted_json(one) for one in read.signals[:ROWS_SHOWN]],
        "refused_count": len(read.refused),
        "refused": refused_json(read.refused, say, most=ROWS_SHOWN),
    }
