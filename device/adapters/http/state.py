"""What is saved where, once and as it changes; and the sums that other parts are compared with."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from device.adapters.http.seat import Seat
from device.adapters.http.shapes import documents_json, state_json, without_durations
from device.adapters.http.till_services import TillServices
from device.domain.stock import kept_milli
from shared.ids import Sku

PING_S = 10
LOOK_EVERY_S = 5.0
NOT_FASTER_THAN_S = 0.1


def state_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about the till's state."""
    router = APIRouter(prefix="/api")

    @router.get("/state", dependencies=[Depends(seat)])
    async def state() -> Mapping[str, object]:
        return state_json(till.tell.state(), till.sign.software)

    @router.get("/compare", dependencies=[Depends(seat)])
    async def compare() -> dict[str, object]:
        ledger, now = till.ledger.stream, till.ledger.state
        stream = {
            "source": ledger.source, "epoch": ledger.epoch, "seq": now.head.seq, "hash": now.head.hash,
            "sales": now.sales, "total_minor": now.total_minor,
        }  # fmt: skip
        return {"streams": [stream]}

    @router.get("/events")
    async def events(request: Request, _: Annotated[str, Depends(seat)]) -> EventSourceResponse:
        return EventSourceResponse(_events(till, seat, request), ping=PING_S)

    return router


async def _events(till: TillServices, seat: Seat, request: Request) -> AsyncIterator[ServerSentEvent]:
    """Tell each change once, for as long as somebody is signed in; bursts are told as one."""
    seen, told, documents, stock = -1, "", "", dict(till.ledger.state.stock_milli.items())
    printing, display = '{"need_somebody": 0}', '{"watched": false}'
    while seat.is_taken(request):
        strip = state_json(till.tell.state(), till.sign.software)
        now = json.dumps(without_durations(strip))
        if now != told:
            told = now
            yield ServerSentEvent(json.dumps(strip), event="state")
        documents_now = json.dumps(documents_json(till.tell_documents.now()))
        if documents_now != documents:
            documents = documents_now
            yield ServerSentEvent(documents, event="documents")
        printing_now = json.dumps({"need_somebody": sum(job.needs_somebody for job in till.print_desk.jobs)})
        if printing_now != printing:
            printing = printing_now
            yield ServerSentEvent(printing, event="printing")
        display_now = json.dumps({"watched": till.display.watchers > 0})
        if display_now != display:
            display = display_now
            yield ServerSentEvent(display, event="display")
        stock_now = till.ledger.state.stock_milli.items()
        for event in _stock_events(till, stock, stock_now):
            yield event
        stock = dict(stock_now)
        await asyncio.sleep(NOT_FASTER_THAN_S)
        seen = await till.changes.wait(seen, LOOK_EVERY_S)


def _stock_events(
    till: TillServices, before: Mapping[Sku, int], after: Mapping[Sku, int]
) -> list[ServerSentEvent]:
    assortment, state = till.assortment.now(), till.ledger.state
    told = (
        {
            "sku": sku,
            "stock_milli": kept_milli(state, sku),
            "share_left_milli": assortment.left_milli(state, sku),
        }
        for sku, there_milli in after.items()
        if before.get(sku) != there_milli
    )
    return [ServerSentEvent(json.dumps(one), event="stock") for one in told]
