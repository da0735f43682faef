"""Where the cloud is put together: the one place that knows every name."""

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import cast

from fastapi import FastAPI

from cloud.adapters.asyncio_change_feed import AsyncioChangeFeed
from cloud.adapters.http.doors import Doors, Pages
from cloud.adapters.http.server import make_server
from cloud.adapters.root_key_file import load_root_key, make_root_key
from cloud.adapters.sql.archive import SqlArchive
from cloud.adapters.sql.coupons import SqlCoupons
from cloud.adapters.sql.database import Database, open_database
from cloud.adapters.sql.dead_letters import SqlDeadLetters
from cloud.adapters.sql.market import SqlMarket
from cloud.adapters.sql.presences import SqlPresences
from cloud.adapters.sql.read_model import SqlReadModel
from cloud.adapters.sql.refunds import SqlRefunds
from cloud.adapters.sql.registry import SqlRegistry
from cloud.adapters.sql.shelves import SqlShelves
from cloud.adapters.sql.streams import SqlStreams
from cloud.adapters.sql.transfers import SqlTransfers
from cloud.adapters.sql.vouchers import SqlVouchers
from cloud.adapters.system_clock import SystemClock
from cloud.adapters.system_secrets import SystemSecrets
from cloud.config import Config
from cloud.domain.back_off import BackOff
from cloud.domain.errors import NameTakenError, UnknownTenantError
from cloud.domain.issued import Issued, NotIssued
from cloud.ports.world import Clock
from cloud.services.dead_letters import LetterDesk
from cloud.services.enrol_device import Enrolment
from cloud.services.issue_documents import DocumentOffice
from cloud.services.keep_catalogue import CatalogueKeeping, NotTaken
from cloud.services.read_again import ReadAgain, Rereading
from cloud.services.read_dashboard import Dashboards
from cloud.services.receive_stream import StreamReceiver
from cloud.services.report_presence import PresenceReport
from cloud.services.said_standings import SaidStandings
from cloud.services.sign_in import People, check_sign_in
from cloud.services.supply_tills import Supply
from cloud.services.verify_archive import TenantReport, verify_archive
from shared.documents import DocumentKind, read_content
from shared.entry import StreamKey
from shared.host.argon2_hasher import Argon2Hasher
from shared.host.statvfs_disk_gauge import StatvfsDiskGauge
from shared.host.token_file import metrics_token_in
from shared.http.serving import Server, announce, open_socket
from shared.http.sessions import SessionCookie, SessionTable
from shared.ids import check_topic_level

log = logging.getLogger(__name__)
ISSUE_LOOK_EVERY_S = 1.0
COOKIE = "stallholder_cloud"
SOFTWARE = version("stallholder")
ROOT = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """The cloud, put together: its services, and the database to close in the end."""

    config: Config
    database: Database
    doors: Doors

    def http(self) -> FastAPI:
        """Return the HTTP interface."""
        return make_server(self.doors, _pages(), bind=self.config.bind, extra_hosts=self.config.extra_hosts)

    def archive(self) -> SqlArchive:
        """Return everything that is held, to look through."""
        return SqlArchive(self.database)

    def verify(self) -> Iterator[TenantReport]:
        """Verify everything that is held, tenant by tenant."""
        return verify_archive(self.archive())

    def read_again(self, go_on: Callable[[], bool] = lambda: True) -> Iterator[ReadAgain]:
        """Offer to this version what an older one could not read, tenant by tenant."""
        doors = self.doors
        again = Rereading(
            letters=doors.letters.letters, archive=self.archive(), registry=doors.registry,
            receiver=doors.receiver, clock=doors.receiver.clock, feed=doors.feed,
        )  # fmt: skip
        return again.after_update(SOFTWARE, go_on)

    def export_stream(self, stream: StreamKey) -> Iterator[bytes]:
        """Return the exact bytes of a chain as they were received, oldest first; nothing if there is none."""
        return (line for _, line in self.archive().chain(stream))

    def require_tenant(self, tenant: str) -> None:
        """Raise UnknownTenantError if there is no such tenant."""
        if not self.doors.registry.has_tenant(tenant):
            raise UnknownTenantError(tenant)

    def issue_file(
        self, tenant: str, kind: DocumentKind, scope: str, file: bytes, *, by: str
    ) -> Issued | NotIssued:
        """Issue what a file says: CSV for the catalogue, JSON for everything else but models."""
        try:
            check_topic_level("scope", scope)
            text = file.decode("utf-8-sig")
            if kind is DocumentKind.CATALOGUE:
                return self._import_catalogue(tenant, text, by=by)
            content = read_content(kind, text)
        except ValueError as error:  # IdError and UnicodeDecodeError are such
            return NotIssued(f"Nothing was issued: {error}.")
        return self.doors.supply.give(tenant, scope, content, by=by)

    def _import_catalogue(self, tenant: str, text: str, *, by: str) -> Issued | NotIssued:
        currency = self.doors.dashboards.currency(tenant)
        done = self.doors.keeping.import_csv(tenant, text, currency=currency, by=by)
        if isinstance(done, NotTaken):
            return NotIssued(done.reason)
        if done.refused:
            row = done.refused[0]
            left_out = f"Rows that were left out: {len(done.refused)}. Row {row.row}: {row.reason}."
            log.warning("%s", left_out)
            if not (done.added or done.changed or done.same):
                return NotIssued(left_out)
        return self.doors.office.issue_catalogue_now(tenant)

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def _pages() -> Pages:
    return Pages(own=ROOT / "web", shared=ROOT.parent / "shared" / "web")


def prepare(config: Config) -> bool:
    """Make the data folder and the root key where there are none; False if there was a root key."""
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return make_root_key(config.root_key_file)


def open_cloud(config: Config, clock: Clock | None = None) -> Cloud:
    """Put the cloud together over its data folder; raises CloudError if that is not fit."""
    authority = load_root_key(config.root_key_file)
    database = open_database(config.database_file)
    clock, secrets, feed = clock or SystemClock(), SystemSecrets(), AsyncioChangeFeed()
    registry, presences, standings = SqlRegistry(database, clock), SqlPresences(database), SaidStandings()
    shelves, disk = SqlShelves(database), StatvfsDiskGauge(config.data_dir)
    office = DocumentOffice(shelves=shelves, authority=authority, clock=clock, feed=feed)
    doors = Doors(
        receiver=StreamReceiver(
            streams=SqlStreams(database), registry=registry, clock=clock, feed=feed, disk=disk
        ),
        enrolment=Enrolment(registry=registry, authority=authority, secrets=secrets, clock=clock),
        presence=PresenceReport(presences=presences, standings=standings, clock=clock, feed=feed),
        people=People(registry=registry, passwords=Argon2Hasher(), clock=clock, back_off=BackOff()),
        dashboards=Dashboards(
            read_model=SqlReadModel(database),
            refunds=SqlRefunds(database),
            vouchers=SqlVouchers(database),
            coupons=SqlCoupons(database),
            transfers=SqlTransfers(database),
            market=SqlMarket(database),
            presences=presences,
            standings=standings,
            registry=registry,
            clock=clock,
        ),
        office=office,
        keeping=CatalogueKeeping(shelves=shelves, office=office, clock=clock),
        supply=Supply(shelves=shelves, office=office),
        letters=LetterDesk(letters=SqlDeadLetters(database)),
        registry=registry,
        feed=feed,
        secrets=secrets,
        clock=clock,
        cookie=SessionCookie(COOKIE, SessionTable()),
        tenants=SqlArchive(database).tenants,
        disk=disk,
        software=SOFTWARE,
        metrics_token=metrics_token_in(config.data_dir).read,
    )
    return Cloud(config=config, database=database, doors=doors)


def add_tenant(cloud: Cloud, tenant: str) -> bool:
    """Make a tenant; False if there is one already; raises IdError if its name is not fit."""
    return cloud.doors.registry.add_tenant(check_topic_level("tenant", tenant))


def begin(config: Config, *, tenant: str, user: str, password: str) -> bool:
    """Make what is missing: folder, root key, tenant, user; False if there was the tenant already.

    What was typed is checked before anything is made, so that a mistake leaves nothing half done.
    Raises CloudError, IdError, or OSError if the folder cannot be written.
    """
    check_topic_level("tenant", tenant)
    check_sign_in(user, password)
    prepare(config)
    with contextlib.closing(open_cloud(config)) as cloud:
        known = cloud.doors.registry.find_person(user)
        if known is not None and known.tenant != tenant:
            raise NameTakenError(user)
        made = add_tenant(cloud, tenant)
        if known is None:
            cloud.doors.people.add(tenant, user, password)
    return made


def describe(config: Config) -> dict[str, object]:
    """Return the OpenAPI description of the interface; routes ask their doors only when they are called."""
    return make_server(cast("Doors", None), _pages(), bind=config.bind).openapi()


async def _serve(cloud: Cloud, server: Server, listener: socket.socket) -> None:
    """Serve; beside it, catalogues are issued, and what an older version could not read is read again."""
    ending = threading.Event()
    reading = asyncio.create_task(asyncio.to_thread(_read_again, cloud, lambda: not ending.is_set()))
    issuing = asyncio.create_task(_keep_issuing(cloud.doors.office))
    try:
        await server.serve_until_told(listener)
    finally:
        ending.set()
        issuing.cancel()
        await asyncio.gather(reading, issuing, return_exceptions=True)


def _read_again(cloud: Cloud, go_on: Callable[[], bool]) -> None:
    try:
        for done in cloud.read_again(go_on):
            log.info(
                "%s: %d entries and %d messages could be read at last",
                done.tenant,
                done.entries,
                done.messages,
            )
    except Exception:
        log.exception("what could not be read before was not read again; it is tried again at the next start")


def serve(config: Config) -> None:
    """Serve until told to stop; raises OSError if the address is taken."""
    with contextlib.closing(open_socket(config.bind, config.port)) as listener:
        cloud = open_cloud(config)
        try:
            server = Server(cloud.http(), on_ready=lambda: announce(listener))
            asyncio.run(_serve(cloud, server, listener))
        finally:
            cloud.close()


async def _keep_issuing(office: DocumentOffice) -> None:
    """Issue versions of catalogues as they become due; what fails is logged and due again in a moment."""
    while True:
        try:
            await asyncio.to_thread(office.issue_due)
        except Exception:
            log.exception("the next version of a catalogue could not be issued")
        await asyncio.sleep(ISSUE_LOOK_EVERY_S)
