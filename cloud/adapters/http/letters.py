"""Messages that could not be read: shown, saved as a file, taken off the list, by whoever is signed in."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from cloud.adapters.http.doors import Doors
from cloud.ports.dashboards import Changed
from cloud.services.dead_letters import LetterBoard
from shared.http.problem import problem


class DismissBody(BaseModel):
    """Which dead letter is to be taken off the list."""

    letter_id: str = Field(max_length=300)


def letter_routes(doors: Doors) -> APIRouter:
    """Return the routes about dead letters."""
    routes = APIRouter()

    def tenant_of(request: Request) -> str:
        return doors.tenant_of(request)

    Tenant = Annotated[str, Depends(tenant_of)]  # noqa: N806 - a type

    @routes.get("/api/dashboard/dead-letters")
    def dead_letters(tenant: Tenant) -> LetterBoard:
        return doors.letters.board(tenant)

    @routes.get("/api/dashboard/dead-letters/export")
    def export_dead_letters(tenant: Tenant) -> StreamingResponse:
        headers = {"Content-Disposition": 'attachment; filename="dead-letters.jsonl"'}
        return StreamingResponse(
            doors.letters.export(tenant), media_type="application/x-ndjson", headers=headers
        )

    @routes.post("/api/dashboard/dead-letters/dismiss")
    def dismiss_dead_letter(tenant: Tenant, body: DismissBody) -> Response:
        if not doors.letters.dismiss(tenant, body.letter_id):
            return problem(404, "unknown-letter", "This message is not here any more.", "Reload the page.")
        doors.feed.announce(tenant, Changed.FLEET)
        return JSONResponse({})

    return routes
