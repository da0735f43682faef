"""The pick-up board's routes: a page for a screen that everybody can read. Its screen is set up with a key, as a terminal is."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hub.adapters.http.counter import Counter
from hub.domain.pickup_board import pickup_board


def board_routes(counter: Counter) -> APIRouter:
    """Return the route."""
    routes = APIRouter()

    @routes.get("/api/board")
    async def board(request: Request) -> Response:
        await counter.require_terminal(request)
        now = pickup_board(await counter.house.store.read(lambda uow: uow.parcels.live()))
        return JSONResponse({"ready": now.ready, "coming": now.coming})

    return routes
