"""The door for phones: opened and shut while the till runs, kept under a good certificate, wherever the till is taken."""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from typing import Final

from starlette.types import ASGIApp

from device.adapters.own_address import own_addresses, own_name
from device.adapters.phone_certificates import PhoneCertificates
from device.app.open_till import OpenTill
from device.config import Config
from device.domain.errors import TillError
from device.domain.phone_door import DoorStatus
from shared.host.end_tasks import end_tasks
from shared.http.security import EVERYWHERE
from shared.http.serving import Server, open_socket
from shared.settings import SettingsError

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 15.0
"""How soon a new address of this machine, or a port that became free, is noticed."""
END_WITHIN_S: Final = 5.0
SHUT: Final = DoorStatus()
NO_NETWORK: Final = DoorStatus(
    fault="The till is in no network, so no phone can find it.",
    remedy="Connect it to the stall's Wi-Fi, or switch on its own hotspot.",
)


class ShutDoor:
    """The `PhoneDoor` port of a till that does not run: nobody comes in."""

    status = SHUT
    certificate_der = b""

    def look(self) -> None:
        """Nothing is opened here; the running till looks at its settings itself."""


class ListeningDoor:
    """The `PhoneDoor` port over two listeners: HTTPS for paired phones, HTTP for the doorstep."""

    def __init__(self, till: OpenTill, loop: asyncio.AbstractEventLoop) -> None:
        self._till = till
        self._loop = loop
        self._certificates = PhoneCertificates(
            till.config.data_dir / "phones", till=till.identity.device, hosts=till.config.extra_hosts
        )
        self._looking = asyncio.Event()
        self.status = SHUT
        self.certificate_der = b""
        self._fingerprint = ""

    def look(self) -> None:
        """Open or shut it soon; may be called from any thread."""
        self._loop.call_soon_threadsafe(self._looking.set)

    async def run(self, house: ASGIApp, doorstep: ASGIApp) -> None:
        """Open and shut as the settings say, until cancelled."""
        while True:
            if self._may_come:
                await self._stay_open(house, doorstep)
            else:
                self.status = SHUT
            await self._wait()

    @property
    def _may_come(self) -> bool:
        return self._till.settings.current.phones.welcome

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY_S):
                await self._looking.wait()
        self._looking.clear()

    async def _stay_open(self, house: ASGIApp, doorstep: ASGIApp) -> None:
        """Serve until phones may come no more; what is in the way is said, and looked at again soon."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            hosts = await asyncio.to_thread(self._renew, context, load=True)
            async with _serving(self._till.config, house, doorstep, context) as serving:
                while self._may_come and serving.goes_on:
                    self.status = self._status_at(hosts, serving.secure_port, serving.plain_port)
                    await self._wait()
                    hosts = await asyncio.to_thread(self._renew, context, load=False)
        except (SettingsError, TillError, OSError) as error:
            log.warning("the door for phones is shut: %s", error)
            self.status = _fault(error)

    def _renew(self, context: ssl.SSLContext, *, load: bool) -> tuple[str, ...]:
        """Bring certificate and context up to date; return the hosts under which phones believe this till, best first."""
        hosts = tuple(dict.fromkeys(_hosts(self._till.config)))
        authority = self._certificates.authority()
        self.certificate_der = authority.certificate_der
        self._fingerprint = authority.fingerprint
        renewed = self._certificates.renew(hosts, self._till.clock.now())
        if renewed or load:
            self._certificates.load_into(context)
        return tuple(host for host in hosts if self._certificates.covers(host))

    def _status_at(self, hosts: tuple[str, ...], secure_port: int, plain_port: int) -> DoorStatus:
        if not hosts:
            return replace(NO_NETWORK, fingerprint=self._fingerprint)
        host = f"[{hosts[0]}]" if ":" in hosts[0] else hosts[0]
        return DoorStatus(
            address=f"https://{host}:{secure_port}", doorstep=f"http://{host}:{plain_port}",
            fingerprint=self._fingerprint,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Serving:
    """The two servers of an open door, and where they are."""

    secure_port: int
    plain_port: int
    tasks: tuple[asyncio.Task[None], ...]

    @property
    def goes_on(self) -> bool:
        """Whether both still serve; a door of which one has ended is opened anew."""
        return not any(task.done() for task in self.tasks)


@contextlib.asynccontextmanager
async def _serving(
    config: Config, house: ASGIApp, doorstep: ASGIApp, context: ssl.SSLContext
) -> AsyncIterator["Serving"]:
    """Serve both while the context lasts. Raises SettingsError."""
    with contextlib.ExitStack() as stack:
        secure_socket = stack.enter_context(
            contextlib.closing(open_socket(config.phones_bind, config.phones_port, key="phones_port"))
        )
        plain_socket = stack.enter_context(
            contextlib.closing(open_socket(config.phones_bind, config.doorstep_port, key="doorstep_port"))
        )
        servers = (Server(house, _nothing, tls=context), Server(doorstep, _nothing))
        sockets: tuple[socket.socket, ...] = (secure_socket, plain_socket)
        ports = [int(one.getsockname()[1]) for one in sockets]
        tasks = [
            asyncio.create_task(server.serve(sockets=[one]))
            for server, one in zip(servers, sockets, strict=True)
        ]
        try:
            yield Serving(ports[0], ports[1], tuple(tasks))
        finally:
            for server in servers:
                server.end()
            await asyncio.wait(tasks, timeout=END_WITHIN_S)
            await end_tasks(tasks)


def _hosts(config: Config) -> Iterable[str]:
    """Where phones may look for this machine: what it was told, its addresses, its name on the local network."""
    yield from config.extra_hosts
    if config.phones_bind not in EVERYWHERE:
        yield config.phones_bind
        return
    yield from own_addresses()
    name = own_name()
    if name is not None:
        yield name


def _fault(error: SettingsError | TillError | OSError) -> DoorStatus:
    match error:
        case SettingsError():
            return DoorStatus(fault=f"{error}".removesuffix(f" {error.remedy}"), remedy=error.remedy)
        case TillError():
            return DoorStatus(fault=error.message, remedy=error.remedy)
        case _:
            return DoorStatus(
                fault=f"The certificate for phones could not be kept ({error.strerror or error}).",
                remedy="Make room on the till's disk; it is tried again by itself.",
            )


def _nothing() -> None:
    """Nobody waits for this door."""
