"""The customer display and the pick-up board: screens in front of customers, behind a link that nobody guesses."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, StrictInt
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import FileResponse, JSONResponse

from device.adapters.http.own_base import own_base
from device.adapters.http.qr import qr_svg
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.display import LINES_MAX, DisplayLine, DisplayState, Shown, display_token, is_display_token
from device.services.changes import Changes
from shared.http.problem import problem

PING_S = 10
LOOK_EVERY_S = 15.0
NAME_MAX = 200


class LineBody(BaseModel):
    """One line of a cart."""

    name: str = Field(max_length=NAME_MAX)
    quantity_milli: StrictInt
    total_minor: StrictInt


class ShownBody(BaseModel):
    """What a seller's page wants to be shown."""

    state: DisplayState
    lines: list[LineBody] = Field(default_factory=list, max_length=LINES_MAX)
    total_minor: StrictInt = 0
    change_minor: StrictInt = 0

    def shown(self) -> Shown:
        """Return what the domain understands."""
        lines = tuple(DisplayLine(**line.model_dump()) for line in self.lines)
        return Shown(
            state=self.state, lines=lines, total_minor=self.total_minor, change_minor=self.change_minor
        )


def display_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes for those who are signed in."""
    router = APIRouter(prefix="/api")
    signed_in = [Depends(seat)]

    @router.post("/display", dependencies=signed_in)
    async def show(body: ShownBody) -> dict[str, object]:
        till.display.show(body.shown())
        return {"watched": till.display.watchers > 0}

    @router.get("/display/link", dependencies=signed_in)
    async def link(request: Request) -> dict[str, object]:
        path = f"/display/{display_token(till.settings.current.pickup_key)}"
        base = own_base(till, request)
        qr = qr_svg(f"{base}{path}", "Link to the customer display") if base else None
        board = f"{path}/orders"
        board_qr = qr_svg(f"{base}{board}", "Link to the pick-up board") if base else None
        return {"path": path, "url": f"{base}{path}" if base else None, "qr_svg": qr,
                "board_path": board, "board_qr_svg": board_qr}  # fmt: skip

    return router


def display_page_router(till: TillServices) -> APIRouter:
    """Return the routes for displays: nobody signs in, and who has no link sees nothing."""
    router = APIRouter()
    page_file: Path = till.folders["/"] / "display.html"
    board_file: Path = till.folders["/"] / "pickup.html"

    def is_ours(token: str) -> bool:
        return is_display_token(till.settings.current.pickup_key, token)

    @router.get("/display/{token}")
    async def page(token: str) -> Response:
        return FileResponse(page_file) if is_ours(token) else _unknown()

    @router.get("/display/{token}/orders")
    async def board_page(token: str) -> Response:
        return FileResponse(board_file) if is_ours(token) else _unknown()

    @router.get("/api/display/{token}/events")
    async def events(token: str) -> Response:
        return _stream(till, "shown", lambda: _shown_json(till)) if is_ours(token) else _unknown()

    @router.get("/api/display/{token}/orders")
    async def orders(token: str) -> Response:
        return _stream(till, "board", lambda: _board_json(till)) if is_ours(token) else _unknown()

    return router


def _stream(till: TillServices, name: str, picture: Callable[[], dict[str, object]]) -> Response:
    if till.display.is_full:
        return problem(
            503, "too-many-displays", "Eight displays look at this till already.", "Close one of them."
        )
    changes = till.display.changes if name == "shown" else till.changes
    return EventSourceResponse(_events(till, name, picture, changes), ping=PING_S)


async def _events(
    till: TillServices, name: str, picture: Callable[[], dict[str, object]], changes: Changes
) -> AsyncIterator[ServerSentEvent]:
    """Follow a picture; whoever is counted here is counted off however the stream ends."""
    if not till.display.enter(is_cart=name == "shown"):
        return
    seen, told = -1, ""
    try:
        while True:
            now = json.dumps(picture())
            if now != told:
                told = now
                yield ServerSentEvent(now, event=name)
            seen = await changes.wait(seen, LOOK_EVERY_S)
    finally:
        till.display.leave(is_cart=name == "shown")


def _board_json(till: TillServices) -> dict[str, object]:
    board, sign = till.orders.board, till.sign_now()
    return {"ready": [str(number) for number in board.ready], "coming": [str(number) for number in board.coming],
            "stall": sign.stall, "language": sign.language}  # fmt: skip


def _shown_json(till: TillServices) -> dict[str, object]:
    shown, sign = till.display.shown, till.sign_now()
    lines = [
        {"name": line.name, "quantity_milli": line.quantity_milli, "total_minor": line.total_minor}
        for line in shown.lines
    ]
    return {"state": shown.state.value, "lines": lines, "total_minor": shown.total_minor,
            "change_minor": shown.change_minor, "stall": sign.stall, "currency": sign.currency,
            "language": sign.language}  # fmt: skip


def _unknown() -> JSONResponse:
    return problem(
        404, "unknown-display", "There is no display behind this link.", "Open it anew from the till's menu."
    )
