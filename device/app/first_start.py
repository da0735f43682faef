"""A till without a name: named from the command line, by its hub, or by whoever stands before it."""

import asyncio
import contextlib
import logging
import socket

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device.adapters.files.identity_file import IdentityFile
from device.adapters.files.stall_file import StallFile
from device.adapters.files.tinydb_settings_store import TinyDbSettingsStore
from device.adapters.http.welcome import create_welcome_app
from device.adapters.httpx_enrolment import HttpxEnrolment
from device.app.build_services import FOLDERS
from device.config import Config
from device.domain.first_run import StallCard
from device.services.enrol import Enrol
from device.services.set_up import SetUp
from shared.host.argon2_hasher import Argon2Hasher
from shared.host.end_tasks import end_tasks
from shared.http.serving import Server, announce, url_of
from shared.trust import private_key_text

log = logging.getLogger(__name__)


LOOK_FOR_NAME_S = 0.3


def enrolment_service(config: Config) -> Enrol:
    """Return the service that names a till; it needs no ledger."""
    return Enrol(
        store=IdentityFile(config.data_dir / "identity.json"),
        enrolment=HttpxEnrolment(),
        make_key=lambda: private_key_text(Ed25519PrivateKey.generate()),
    )


def is_fresh(config: Config) -> bool:
    """Tell whether nothing was ever sold or named here. A ledger without a name has lost it: nobody may rename it."""
    named = IdentityFile(config.data_dir / "identity.json").load() is not None
    return not named and not (config.data_dir / "ledger").exists()


def stall_card(config: Config) -> StallCard | None:
    """Return what was said at the first start, if there was one."""
    return StallFile(config.data_dir / "stall.json").load()


async def name_till(config: Config, listening: socket.socket) -> bool:
    """Ask for what a till needs, until it has a name from here or from the command line; False if it was told to end."""
    service = SetUp(
        stall=StallFile(config.data_dir / "stall.json"), hasher=Argon2Hasher(),
        settings=TinyDbSettingsStore(config.data_dir / "settings.json"), enrol=enrolment_service(config),
        identity=IdentityFile(config.data_dir / "identity.json"),
    )  # fmt: skip
    preset = StallCard(
        stall=config.stall if config.stall != Config().stall else "", country=config.country,
        currency=config.currency, language=config.language,
    )  # fmt: skip
    done = asyncio.Event()
    app = create_welcome_app(
        service,
        preset=preset,
        folders=FOLDERS,
        bind=config.bind,
        extra_hosts=config.extra_hosts,
        done=done.set,
    )
    log.info("this till has no name yet: open %s on this machine to set it up", url_of(listening))
    server = Server(app, lambda: announce(listening))
    looking = asyncio.create_task(_end_when_named(service, done, server))
    try:
        await server.serve_until_told(listening.dup())
    finally:
        await end_tasks([looking])
    return service.is_done


async def _end_when_named(service: SetUp, done: asyncio.Event, server: Server) -> None:
    while not service.is_done:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), LOOK_FOR_NAME_S)
    server.end()
