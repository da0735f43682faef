"""The hub's HTTP interface, put together."""

from collections.abc import Sequence

from fastapi import FastAPI
from starlette.responses import FileResponse

from hub.adapters.http.board import board_routes
from hub.adapters.http.counter import Counter, Pages
from hub.adapters.http.enrolment import enrolment_routes
from hub.adapters.http.events import event_routes
from hub.adapters.http.letters import letter_routes
from hub.adapters.http.metrics import metrics_routes
from hub.adapters.http.overview import overview_routes
from hub.adapters.http.staff import staff_routes
from hub.adapters.http.terminal import terminal_routes
from shared.http.page_files import PageFiles
from shared.http.security import secure


def make_server(counter: Counter, pages: Pages, *, bind: str, extra_hosts: Sequence[str] = ()) -> FastAPI:
    """Return the ASGI app."""
    app = FastAPI(title="Stallholder hub", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/staff")
    async def staff_page() -> FileResponse:
        return FileResponse(pages.own / "staff.html")

    @app.get("/board")
    async def board_page() -> FileResponse:
        return FileResponse(pages.own / "board.html")

    parts = (
        enrolment_routes, terminal_routes, board_routes, staff_routes, overview_routes, letter_routes, event_routes,
        metrics_routes,
    )  # fmt: skip
    for routes in parts:
        app.include_router(routes(counter))
    app.mount("/shared", PageFiles(directory=pages.shared))
    app.mount("/", PageFiles(directory=pages.own, html=True))
    secure(app, bind=bind, extra_hosts=extra_hosts)
    return app
