"""The cloud's HTTP interface, put together."""

from collections.abc import Sequence

from fastapi import FastAPI

from cloud.adapters.http.catalogue import catalogue_routes
from cloud.adapters.http.dashboard import dashboard_routes
from cloud.adapters.http.devices import device_routes
from cloud.adapters.http.documents import document_routes
from cloud.adapters.http.doors import Doors, Pages
from cloud.adapters.http.letters import letter_routes
from cloud.adapters.http.live import live_routes
from cloud.adapters.http.metrics import metrics_routes
from cloud.adapters.http.people import people_routes
from cloud.adapters.http.supplies import supply_routes
from cloud.adapters.http.versions import version_routes
from shared.http.page_files import PageFiles
from shared.http.security import secure
from shared.sync.batch import PAYLOAD_BYTES_MAX


def make_server(doors: Doors, pages: Pages, *, bind: str, extra_hosts: Sequence[str] = ()) -> FastAPI:
    """Return the ASGI app."""
    app = FastAPI(title="Stallholder cloud", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    rooms = (device_routes, document_routes, people_routes, dashboard_routes, letter_routes, catalogue_routes, supply_routes,
             version_routes, live_routes, metrics_routes)  # fmt: skip
    for routes in rooms:
        app.include_router(routes(doors))
    app.mount("/shared", PageFiles(directory=pages.shared))
    app.mount("/", PageFiles(directory=pages.own, html=True))
    secure(app, bind=bind, extra_hosts=extra_hosts, body_bytes_max=PAYLOAD_BYTES_MAX)
    return app
