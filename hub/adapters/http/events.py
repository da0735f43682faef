"""The stream of changes for open pages (server-sent events, WHATWG HTML, section 9.2)."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from hub.adapters.http.counter import Counter
from shared.http.problem import problem

PING_S = 15


def event_routes(counter: Counter) -> APIRouter:
    """Return the route."""
    routes = APIRouter()

    @routes.get("/api/events")
    async def events(request: Request) -> Response:
        await counter.require_anybody(request)
        if counter.changes.full:
            return problem(503, "too-many-pages", "Too many pages watch this hub.", "Close some of them.")
        return EventSourceResponse(_changes(counter), ping=PING_S)

    return routes


async def _changes(counter: Counter) -> AsyncIterator[dict[str, str]]:
    with counter.changes.watching() as watcher:
        async for what in watcher.changes():
            yield {"event": "changed", "data": json.dumps({"what": what.value})}
