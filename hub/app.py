"""The hub put together: the one module that knows all names. Opens the store, builds services and server, ends them."""

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub.adapters.broker_user_file import BrokerUserFile
from hub.adapters.cloud_client import HttpxCloudLink, enrol_at_cloud
from hub.adapters.http.counter import Counter, Pages
from hub.adapters.http.server import make_server
from hub.adapters.identity_file import PICKUP_KEY_BYTES, key_to_enrol, read_identity, write_identity
from hub.adapters.mqtt_link import MqttLink, MqttSignIn
from hub.adapters.sqlite.store import SqliteStore
from hub.adapters.system_randomness import SystemRandomness
from hub.adapters.witness_file import WitnessFile
from hub.config import Config
from hub.domain.compartment import read_bank
from hub.domain.dead_letter import DeadLetter
from hub.domain.device import CODE_LETTERS, DeviceRole, TerminalKey, hash_code, make_code
from hub.domain.errors import (
    BrokerNotSetUpError,
    EnrolmentRefusedError,
    LinkDownError,
    NotEnrolledError,
    SeveralStreamsError,
    UnknownLetterError,
    UnknownStreamError,
)
from hub.domain.identity import HubIdentity
from hub.domain.stream import StreamRecord
from hub.ports.store import UnitOfWork
from hub.services import revoke
from hub.services.answer_door import settle_after_restart
from hub.services.back_off import BackOffs
from hub.services.begin_anew import begin_anew, begin_anew_if_older
from hub.services.boards import Boards
from hub.services.changes import Changes
from hub.services.dead_letters import BEGINNING, Place, dismiss, export_some, list_letters
from hub.services.desk import Desk, House, open_own_stream
from hub.services.enrol import issue_code
from hub.services.fetch_documents import FetchDocuments
from hub.services.forward import Forwarding
from hub.services.hand_documents import HandDocuments
from hub.services.hear import Heard, Hearing
from hub.services.lookout import BrokerView, Lookout
from hub.services.open_door import Doors
from hub.services.presence import Presence
from hub.services.promise_parcel import seat_waiting
from hub.services.read_again import read_again_after_update
from hub.services.standings import make_standings
from shared.entry import StreamKey
from shared.host.argon2_hasher import Argon2Hasher
from shared.host.end_tasks import end_tasks
from shared.host.metrics_token import metrics_token_in
from shared.host.pinned_tls import pinned_context
from shared.host.statvfs_disk_gauge import StatvfsDiskGauge
from shared.host.system_clock import SystemClock
from shared.http.serving import Server, announce, open_socket
from shared.ids import SourceId, TenantId
from shared.trust import TrustError, public_key_text, read_certificate
from shared.verify.report import Problem, Report
from shared.verify.verify import verify_lines

log = logging.getLogger(__name__)

SOFTWARE = version("stallholder")
GREET_LOOK_EVERY_S = 0.25
VERIFY_LINES = 1_000
LETTERS_LISTED = 1_000
_HERE = Path(__file__).parent
_PAGES = Pages(own=_HERE / "web", shared=_HERE.parent / "shared" / "web")


async def serve(config: Config) -> None:
    """Run the hub until it is told to end; raises HubError if it cannot start."""
    with _opened(config) as (house, _), open_socket(config.bind, config.port) as listener:
        async with _cloud(house.identity) as cloud:
            await _run(config, house, cloud, listener)


async def _run(config: Config, house: House, cloud: HttpxCloudLink, listener: socket.socket) -> None:
    await _begin_day(house, config)
    identity = house.identity
    link = MqttLink(
        _broker_sign_in(config), tenant=identity.tenant, hub=identity.hub, randomness=house.randomness
    )
    names = dict.fromkeys(one.place.board for one in house.bank)
    boards = Boards(names, link=link, clock=house.clock, randomness=house.randomness)
    changes, presence, appended = Changes(), Presence(), asyncio.Event()
    doors, disk = Doors(house, boards), StatvfsDiskGauge(config.data_dir)
    standings = make_standings(house.identity, presence=presence, clock=house.clock, disk=disk)
    handing = HandDocuments(house=house, tills=link, presence=presence)
    fetching = FetchDocuments(house=house, cloud=cloud, changes=changes, on_newer=handing.offer_all)
    forwarding = Forwarding(
        house=house, cloud=cloud, tills=link, presence=presence, changes=changes, standings=standings,
        appended=appended, fetching=fetching,
    )  # fmt: skip
    hearing = Hearing(
        house=house, boards=boards, doors=doors, presence=presence, changes=changes, tills=link, handing=handing,
        from_tills=standings.from_tills, to_cloud=standings.to_cloud, on_appended=appended,
    )  # fmt: skip
    broker = BrokerView(lambda: link.connected, house.clock)
    lookout = Lookout(store=house.store, standings=standings, broker=broker, changes=changes)
    counter = Counter(
        house=house, boards=boards, doors=doors, presence=presence, changes=changes, forwarding=forwarding,
        back_offs=BackOffs(house.clock), users=_broker_users(config, identity), hasher=Argon2Hasher(),
        appended=appended, standings=standings, broker=broker, disk=disk, tally=hearing.tally, software=SOFTWARE,
        metrics_token=metrics_token_in(config.data_dir).read,
    )  # fmt: skip
    pages = make_server(counter, _PAGES, bind=config.bind, extra_hosts=config.extra_hosts)

    async def take(arrived: Sequence[tuple[str, bytes]]) -> None:
        await hearing.hear([Heard(topic, payload) for topic, payload in arrived])

    async with asyncio.TaskGroup() as tasks:
        background = [
            tasks.create_task(link.run(take)),
            tasks.create_task(forwarding.run()),
            tasks.create_task(handing.run()),
            tasks.create_task(_keep_greeting(boards)),
            tasks.create_task(_read_again(house, hearing)),
            tasks.create_task(lookout.keep_looking()),
        ]
        await Server(pages, on_ready=lambda: announce(listener)).serve_until_told(listener)
        await end_tasks(background)


async def _read_again(house: House, hearing: Hearing) -> None:
    """What an older version could not read must not keep this one from serving."""
    try:
        await read_again_after_update(house, hearing, SOFTWARE)
    except Exception:
        log.exception("what could not be read before was not read again; it is tried again at the next start")


async def _keep_greeting(boards: Boards) -> None:
    while True:
        with contextlib.suppress(LinkDownError):
            await boards.greet_due()
        await asyncio.sleep(GREET_LOOK_EVERY_S)


async def _begin_day(house: House, config: Config) -> None:
    witnessed = house.witness.read()
    if await house.decide(lambda desk: begin_anew_if_older(desk, witnessed)):
        log.error(
            "this hub's database is an older copy: its own chain begins anew, codes of parcels are locked"
        )
    await house.decide(lambda desk: _begin(desk, config.currency))


def _begin(desk: Desk, currency: str) -> None:
    open_own_stream(desk, currency=currency, software=SOFTWARE)
    seat_waiting(desk)  # the bank may have grown while the hub was off
    unclear = settle_after_restart(desk)
    if unclear:
        log.warning("%d door commands had no answer when the hub ended: staff has to look", unclear)


def enrol(config: Config, *, cloud_url: str, code: str) -> HubIdentity:
    """Enrol this hub at its cloud and keep its identity; keys that it has already stay. Raises HubError."""
    try:
        before: HubIdentity | None = read_identity(config.data_dir)
    except NotEnrolledError:
        before = None
    signing = before.signing_key if before else key_to_enrol(config.data_dir)
    said = enrol_at_cloud(cloud_url, code=code, device=before.hub if before else config.hub, key=signing)
    try:
        certificate = cast("dict[str, object]", said["certificate"])
        root = str(said["root_public_key"])
        vouched = read_certificate(certificate, issuer_public_key=root)
    except (KeyError, TypeError, AttributeError, TrustError) as error:
        raise EnrolmentRefusedError(f"The cloud's answer cannot be trusted: {error}") from error
    if vouched.public_key != public_key_text(signing) or vouched.role != "hub":
        raise EnrolmentRefusedError("The cloud's certificate is for another hub. Make a new code there.")
    identity = HubIdentity(
        tenant=TenantId(vouched.tenant), hub=SourceId(vouched.device), cloud_url=cloud_url.rstrip("/"),
        signing_key=signing,
        sealing_key=before.sealing_key if before else X25519PrivateKey.generate(),
        pickup_key=before.pickup_key if before else SystemRandomness().draw(PICKUP_KEY_BYTES),
        certificate=cast("dict[str, str]", certificate), root_public_key=root,
    )  # fmt: skip
    write_identity(config.data_dir, identity)
    return identity


def make_enrol_code(config: Config, *, role: DeviceRole, device: str) -> str:
    """Return a new one-time code for a till or board; raises HubError, IdError."""
    with _opened(config) as (house, store):
        return store.write_now(lambda uow: issue_code(house.desk(uow), role=role, device=device))


def set_staff_password(config: Config, password: str) -> None:
    """Keep a new staff password, hashed; raises HubError."""
    kept = Argon2Hasher().hash(password)
    with _opened(config) as (_, store):
        store.write_now(lambda uow: uow.credentials.set_staff_password(kept))


def make_terminal_key(config: Config) -> str:
    """Return a new terminal key; only its hash is kept. Raises HubError."""
    with _opened(config) as (house, store):
        key = make_code(house.randomness.draw(CODE_LETTERS))
        store.write_now(lambda uow: uow.credentials.add_terminal_key(hash_code(key), house.clock.now()))
        return key


def remove_device(config: Config, name: str) -> None:
    """Let a till or board in no more; raises HubError."""
    with _opened(config) as (house, _):
        asyncio.run(revoke.remove_device(house, _broker_users(config, house.identity), name))


def terminal_keys(config: Config) -> list[TerminalKey]:
    """Return the terminals' keys, oldest first; raises HubError."""
    with _opened(config) as (_, store):
        return store.read_now(lambda uow: uow.credentials.terminal_keys())


def remove_terminal_key(config: Config, name: str) -> TerminalKey:
    """Admit a terminal's key no longer; raises HubError."""
    with _opened(config) as (house, store):
        return store.write_now(lambda uow: revoke.remove_terminal_key(house.desk(uow), name))


def say_restored(config: Config) -> bool:
    """Begin the hub's own chain anew, as after a restored backup, and lock codes; False if it has none yet. Raises HubError."""

    def begin(desk: Desk) -> bool:
        own = desk.own_stream()
        return own is not None and begin_anew(desk, own.key)

    with _opened(config) as (house, _):
        return asyncio.run(house.decide(begin))


def dead_letters(config: Config) -> list[DeadLetter]:
    """Return what this hub could not read; raises HubError."""
    with _opened(config) as (_, store):
        return store.read_now(lambda uow: list_letters(uow, LETTERS_LISTED))


def export_dead_letters(config: Config) -> Iterator[bytes]:
    """Yield all of it as JSON Lines; raises HubError."""
    place: Place | None = BEGINNING
    with _opened(config) as (_, store):
        while place is not None:
            lines, place = store.read_now(partial(export_some, place=place))
            yield from lines


def dismiss_dead_letter(config: Config, letter_id: str) -> None:
    """Take one off the list; raises HubError."""
    with _opened(config) as (_, store):
        if not store.write_now(lambda uow: dismiss(uow, letter_id)):
            raise UnknownLetterError(letter_id)


def describe(config: Config) -> dict[str, object]:
    """Return the OpenAPI description of the interface; routes ask their counter only when they are called."""
    return make_server(cast("Counter", None), _PAGES, bind=config.bind).openapi()


def verify(config: Config) -> Iterator[tuple[str, Report]]:
    """Check every chain in the database with the independent reader: its name and what was found. Raises HubError."""
    with _opened(config) as (_, store):
        for stream in store.read_now(lambda uow: uow.streams.all()):
            report = verify_lines(_lines(store, stream))
            yield f"{stream.key.source}/{stream.key.epoch}", _held_to_head(report, stream)


def export_stream(config: Config, source: str, epoch: str | None) -> Iterator[bytes]:
    """Return the exact bytes of a till's entries as they were received, oldest first.

    Args:
        config: the hub's.
        source: the till.
        epoch: which of its ledgers; may be left out if it has had only one.

    Raises:
        UnknownStreamError: the hub holds no such ledger.
        SeveralStreamsError: it holds several, and none was named.
        HubError: it cannot open its data.
    """
    with _opened(config) as (_, store):
        streams = [
            stream for stream in store.read_now(lambda uow: uow.streams.all()) if stream.key.source == source
        ]
        wanted = [stream for stream in streams if epoch in (None, stream.key.epoch)]
        if not wanted:
            raise UnknownStreamError(source, epoch)
        if len(wanted) > 1:
            raise SeveralStreamsError(source, {str(stream.key.epoch): stream.head.seq for stream in wanted})
        yield from _lines(store, wanted[0])


def _held_to_head(report: Report, stream: StreamRecord) -> Report:
    """A chain that is sound but ends elsewhere than its record says has lost its end."""
    if report.problem is not None or (report.head_seq, report.head_hash) == (
        stream.head.seq,
        stream.head.hash,
    ):
        return report
    words = f"the chain ends at entry {report.head_seq}, its record says {stream.head.seq}"
    return replace(report, problem=Problem(report.entries + 1, 0, words))


def _lines(store: SqliteStore, stream: StreamRecord) -> Iterator[bytes]:
    for first in range(1, stream.head.seq + 1, VERIFY_LINES):
        last = first + VERIFY_LINES - 1
        yield from store.read_now(partial(_read_lines, key=stream.key, first=first, last=last))


def _read_lines(uow: UnitOfWork, *, key: StreamKey, first: int, last: int) -> list[bytes]:
    return uow.streams.lines(key, first, last)


@contextlib.contextmanager
def _opened(config: Config) -> Iterator[tuple[House, SqliteStore]]:
    bank = read_bank(" ".join(config.boards))
    identity = read_identity(config.data_dir)
    store = SqliteStore.open(config.data_dir / "hub.sqlite")
    try:
        yield (
            House(
                identity=identity,
                bank=bank,
                store=store,
                clock=SystemClock(),
                randomness=SystemRandomness(),
                witness=WitnessFile(config.data_dir / "hub.witness"),
            ),
            store,
        )
    finally:
        store.close()


@contextlib.asynccontextmanager
async def _cloud(identity: HubIdentity) -> AsyncIterator[HttpxCloudLink]:
    cloud = HttpxCloudLink(identity)
    try:
        yield cloud
    finally:
        await cloud.close()


def _broker_users(config: Config, identity: HubIdentity) -> BrokerUserFile:
    return BrokerUserFile(
        config.broker_dir, tenant=identity.tenant, hub=identity.hub, hosts=config.public_brokers,
    )  # fmt: skip


def _broker_sign_in(config: Config) -> MqttSignIn:
    path = config.broker_dir / "hub-credentials.json"
    try:
        fields = json.loads(path.read_bytes())
        tls = bool(fields.get("tls"))
        vouched = fields.get("vouched_hosts")
        strange = [host for host, _ in config.public_brokers if vouched and host not in vouched]
        if strange:
            log.error(
                "The broker's certificate is not made for %s: devices will not believe it there. Set "
                "STALLHOLDER_BROKER_PUBLIC_HOSTS to it and start the broker again.", ", ".join(strange),
            )  # fmt: skip
        if tls:
            pinned_context(str(fields["authority"]))  # what cannot be believed is told now, not at each try
        return MqttSignIn(
            hosts=config.brokers, username=str(fields["username"]), password=str(fields["password"]),
            client_id=str(fields["client_id"]), tls=tls, authority=str(fields.get("authority", "")),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokerNotSetUpError(str(path), str(error)) from error
