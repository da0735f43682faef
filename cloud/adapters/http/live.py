"""Server-sent events: what has changed, at most four times a second, so that pages read again what they show."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from typing import Final

from fastapi import APIRouter
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from cloud.adapters.http.doors import Doors
from cloud.ports.dashboards import Subscription
from shared.http.problem import problem

PAUSE_S: Final = 0.25
PING_S: Final = 15


def live_routes(doors: Doors) -> APIRouter:
    """Return the route of the events."""
    routes = APIRouter()

    @routes.get("/api/events")
    async def events(request: Request) -> Response:
        subscription = doors.feed.subscribe(doors.tenant_of(request))
        if subscription is None:
            return problem(503, "too-many-pages", "Too many live pages are open.", "Close some and reload.")
        return EventSourceResponse(_changes(doors, request, subscription), ping=PING_S)

    return routes


async def _changes(
    doors: Doors, request: Request, subscription: AbstractContextManager[Subscription]
) -> AsyncIterator[ServerSentEvent]:
    with subscription as changes:
        while True:
            what = await changes.next()
            if doors.cookie.find(request, doors.clock.monotonic_s()) is None:
                return
            yield ServerSentEvent(event="changed", data=json.dumps({"what": what.value}))
            await asyncio.sleep(PAUSE_S)
