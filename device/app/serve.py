"""The running till: its server, its way to the hub, its printing; started and ended together."""

import asyncio
import contextlib
import gc
import logging
import socket
from collections.abc import Callable

from device.adapters.files.data_directory import require_access
from device.adapters.files.running_till import RunningTill, RunningTillFile
from device.adapters.http.doorstep import create_doorstep_app
from device.adapters.http.phone_gate import gated
from device.adapters.http.till_app import create_app
from device.adapters.mqtt_hub_link import MqttHubLink
from device.app.build_services import build_services
from device.app.first_start import is_fresh, name_till
from device.app.open_till import OpenTill, open_till
from device.app.phone_door import ListeningDoor
from device.app.software import SOFTWARE
from device.config import Config
from device.services.accept_document import AcceptDocument
from device.services.changes import Changes
from device.services.hear_documents import HearDocuments
from device.services.import_catalogue import adopt_local_catalogue
from device.services.keep_running import keep_running
from device.services.lease_numbers import LeaseNumbers
from device.services.sync import Sync
from shared.host.end_tasks import end_tasks
from shared.http.serving import Server, announce, open_socket, url_of

log = logging.getLogger(__name__)


async def serve(config: Config, *, reread: Callable[[], Config] | None = None) -> int:
    """Run the till until SIGTERM or SIGINT; return the exit status: 1 if the ledger must be opened anew.

    A till without a name and without a ledger asks for a name first; `reread` reads the configuration again after that.
    """
    require_access(config.data_dir)
    if not is_fresh(config):
        with (
            open_till(config) as till,
            contextlib.closing(open_socket(config.bind, config.port)) as listening,
        ):
            return await _serve(till, listening)
    with contextlib.closing(open_socket(config.bind, config.port)) as listening:
        if not await name_till(config, listening):
            return 0
        with open_till(reread() if reread else config) as till:
            return await _serve(till, listening)


async def _serve(till: OpenTill, listening: socket.socket) -> int:
    gc.freeze()  # what was loaded stays; collecting it again and again would stall sales
    loop, changes = asyncio.get_running_loop(), Changes()
    failed = asyncio.Event()
    link, sync = await _hub_side(till, changes)
    await adopt_local_catalogue(till.ledger, till.settings, till.documents)
    door = ListeningDoor(till, loop)
    services = build_services(
        till,
        changes=changes,
        door=door,
        hub_status=(lambda: sync.status) if sync else None,
        hub_progress=sync.progress if sync else None,
        tally=sync.tally if sync else None,
        free_compartments=(lambda: sync.free_compartments) if sync else (lambda: None),
        on_ledger_failed=failed.set,
    )
    running = RunningTillFile(till.config.data_dir / "running.json")
    url = url_of(listening)

    def ready() -> None:
        running.write(RunningTill(url, services.local_key))
        announce(listening)

    def grown() -> None:
        changes.tell()
        services.papers.ledger_grew()
        if sync:
            sync.ledger_grew()

    till.ledger.on_appended(lambda _: _hop(loop, grown))
    house = create_app(services)
    server = Server(house, ready)
    tasks = [
        asyncio.create_task(_end_on(failed, server)),
        asyncio.create_task(keep_running("printing", services.papers.run)),
        asyncio.create_task(keep_running("card payments", services.card.run)),
        asyncio.create_task(keep_running("photos", services.photos.run)),
        asyncio.create_task(keep_running("orders to suppliers", services.purchasing.run)),
        asyncio.create_task(keep_running("orders that go out", services.purchase_outbox.run)),
        asyncio.create_task(
            keep_running(
                "door for phones",
                lambda: door.run(gated(house, services.phones), create_doorstep_app(services)),
            )
        ),
    ]
    if link and sync:
        tasks += [
            asyncio.create_task(keep_running(name, run))
            for name, run in (("link", link.run), ("sync", sync.run))
        ]
    try:
        await server.serve_until_told(listening)
    finally:
        running.remove()
        await end_tasks(tasks)
        await services.print_desk.close()
        await services.card.close()
    return 1 if failed.is_set() else 0


async def _hub_side(till: OpenTill, changes: Changes) -> tuple[MqttHubLink, Sync] | tuple[None, None]:
    identity = till.identity
    if identity.membership is None:
        log.info("this till belongs to no hub yet: it sells, and keeps everything here")
        return None, None
    link = MqttHubLink(access=identity.membership.broker, tenant=identity.tenant, hub=identity.membership.hub,
                       device=identity.device, software=SOFTWARE, randomness=till.randomness,
                       name=till.documents.current.settings().stall or till.config.stall)  # fmt: skip
    accept = AcceptDocument(ledger=till.ledger, documents=till.documents, settings=till.settings, clock=till.clock,
                            identity=identity, models=till.models, changes=changes)  # fmt: skip
    await accept.reopen_models()
    conversations = (
        LeaseNumbers(ledger=till.ledger, settings=till.settings, randomness=till.randomness),
        HearDocuments(
            ledger=till.ledger, documents=till.documents, accept=accept, randomness=till.randomness
        ),
    )
    sync = Sync(ledger=till.ledger, link=link, settings=till.settings, clock=till.clock,
                randomness=till.randomness, changes=changes,
                conversations=conversations)  # fmt: skip
    return link, sync


def _hop(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Call in the event loop, from the ledger's thread; at the very end there may be no loop any more."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(call)


async def _end_on(failed: asyncio.Event, server: Server) -> None:
    """A disk that refused a write is asked again only by a process that opens and verifies the ledger anew."""
    await failed.wait()
    log.error("the disk refused a write: the till ends and has to be started again")
    server.should_exit = True
