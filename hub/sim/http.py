"""The simulated bank's page and its interface. A loopback tool for demos: no sign-in, and it says what it is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

from fastapi import FastAPI
from fastapi import Path as InPath
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict
from sse_starlette import EventSourceResponse, ServerSentEvent

from hub.sim.doors import Door
from hub.sim.simulator import Simulator
from shared.http.page_files import PageFiles
from shared.http.problem import problem_error
from shared.http.security import secure

_ROOT = Path(__file__).parents[2]
_WEB = _ROOT / "hub" / "web"
_SHARED_WEB = _ROOT / "shared" / "web"
_PING_S = 10

Compartment = Annotated[int, InPath(ge=1)]


class Jam(BaseModel):
    """Whether a door shall jam."""

    model_config = ConfigDict(extra="forbid", strict=True)
    jammed: bool


class DoorPicture(BaseModel):
    """One door as somebody standing before it sees it."""

    compartment: int
    size: str
    state: str
    bolt: str


class BankPicture(BaseModel):
    """All doors of the bank, and what the board's program runs on."""

    simulation: Literal[True] = True
    board: str
    runs_on: str
    doors: list[DoorPicture]


def make_app(simulator: Simulator, *, bind: str, board: str, runs_on: str) -> FastAPI:
    """Return the bank's page and interface over a simulator."""
    app = FastAPI(
        title="Stallholder locker bank (simulation)", docs_url=None, redoc_url=None, openapi_url=None
    )

    def picture() -> BankPicture:
        return BankPicture(
            board=board, runs_on=runs_on, doors=[_door_picture(door) for door in simulator.doors()]
        )

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/api/doors")
    async def doors() -> BankPicture:
        return picture()

    @app.post("/api/doors/{compartment}/push")
    async def push(compartment: Compartment) -> BankPicture:
        _move(lambda: simulator.push(compartment), compartment)
        return picture()

    @app.post("/api/doors/{compartment}/jam")
    async def jam(compartment: Compartment, wish: Jam) -> BankPicture:
        _move(lambda: simulator.jam(compartment, is_jammed=wish.jammed), compartment)
        return picture()

    @app.get("/api/events")
    async def events() -> EventSourceResponse:
        return EventSourceResponse(_changes(simulator, picture), ping=_PING_S)

    @app.get("/")
    async def page() -> FileResponse:
        return FileResponse(_WEB / "bank.html")

    app.mount("/shared", PageFiles(directory=_SHARED_WEB))
    app.mount("/", PageFiles(directory=_WEB))
    secure(app, bind=bind)
    return app


def _door_picture(door: Door) -> DoorPicture:
    return DoorPicture(
        compartment=door.compartment, size=door.size.value, state=door.state, bolt=door.bolt.value
    )


def _move(act: Callable[[], None], compartment: int) -> None:
    try:
        act()
    except KeyError:
        raise problem_error(
            404,
            "no-such-door",
            f"This bank has no door {compartment}.",
            "Use a number that GET /api/doors names.",
        ) from None


async def _changes(
    simulator: Simulator, picture: Callable[[], BankPicture]
) -> AsyncIterator[ServerSentEvent]:
    """Tell all doors now and at each change; changes that come while one is being told are told as one."""
    changed = asyncio.Event()
    changed.set()
    stop = simulator.listen(changed.set)
    try:
        while True:
            await changed.wait()
            changed.clear()
            yield ServerSentEvent(event="doors", data=picture().model_dump_json())
    finally:
        with suppress(ValueError):
            stop()
