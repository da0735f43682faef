"""What this hub could not read: the list, the file to take along, and taking one off the list."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from functools import partial

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from hub.adapters.http.counter import Counter
from hub.ports.store import UnitOfWork
from hub.services.changes import Changed
from hub.services.dead_letters import BEGINNING, Place, dismiss, export_some, list_letters
from shared.entry import Json
from shared.http.problem import problem

LISTED = 200


class DismissBody(BaseModel):
    """Which dead letter is to be taken off the list."""

    letter_id: str = Field(max_length=300)


def letter_routes(counter: Counter) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/api/staff/dead-letters")

    @routes.get("")
    async def letters(request: Request) -> Response:
        await counter.require_staff(request)
        return JSONResponse(await counter.house.store.read(_board))

    @routes.get("/export")
    async def export(request: Request) -> Response:
        await counter.require_staff(request)
        headers = {"Content-Disposition": 'attachment; filename="dead-letters.jsonl"'}
        return StreamingResponse(_export(counter), media_type="application/x-ndjson", headers=headers)

    @routes.post("/dismiss")
    async def take_off(body: DismissBody, request: Request) -> Response:
        await counter.require_staff(request)
        if not await counter.house.decide(lambda desk: dismiss(desk.uow, body.letter_id)):
            return problem(404, "unknown-letter", "This message is not here any more.", "Reload the page.")
        counter.told({Changed.SOURCES})
        return JSONResponse({})

    return routes


def _board(uow: UnitOfWork) -> dict[str, Json]:
    return {
        "letters": [asdict(letter) for letter in list_letters(uow, LISTED)],
        "dropped": uow.refusals.dropped(),
    }


async def _export(counter: Counter) -> AsyncIterator[bytes]:
    place: Place | None = BEGINNING
    while place is not None:
        lines, place = await counter.house.store.read(partial(export_some, place=place))
        for line in lines:
            yield line
