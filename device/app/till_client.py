"""A client of the till's own interface, whether the till runs or not."""

import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx

from device.adapters.files.running_till import RunningTillFile
from device.adapters.http.local_client import answers, client_in_process, client_over_network
from device.adapters.http.till_app import create_app
from device.app.build_services import build_services
from device.app.first_start import enrolment_service
from device.app.open_till import open_till
from device.config import Config
from device.services.changes import Changes
from device.services.import_catalogue import adopt_local_catalogue
from device.services.last_heard import LastHeard


@contextlib.asynccontextmanager
async def till_client(config: Config) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of the till's own interface: of the running till, or else of its stores, opened here."""
    running = RunningTillFile(config.data_dir / "running.json").read()
    if running is not None and await answers(running.url, running.key):
        async with client_over_network(running.url, running.key) as client:
            yield client
        return
    with open_till(config) as till:
        await adopt_local_catalogue(till.ledger, till.settings, till.documents)
        heard = None
        if till.identity.membership is not None:
            heard = LastHeard(ledger=till.ledger, settings=till.settings, clock=till.clock)
        services = build_services(
            till, changes=Changes(), hub_status=(lambda: heard.status) if heard else None,
            hub_progress=heard.progress if heard else None, on_ledger_failed=lambda: None,
        )  # fmt: skip
        async with client_in_process(create_app(services), services.local_key) as client:
            yield client


def describe(config: Config) -> dict[str, object]:
    """Return the OpenAPI description of the interface, from a till that is made for it and thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        made = replace(config, data_dir=Path(folder))
        enrolment_service(made).init("demo", "till")
        with open_till(made) as till:
            services = build_services(
                till, changes=Changes(), hub_status=None, hub_progress=None, on_ledger_failed=lambda: None
            )
            return create_app(services).openapi()
