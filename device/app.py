"""The till put together: the one module that knows all names. Opens the stores, builds services and server, ends them."""

import asyncio
import contextlib
import gc
import logging
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device.adapters.ecdsa_signer import EcdsaSigner
from device.adapters.file_clock import FileClock
from device.adapters.files.data_directory import require_access
from device.adapters.files.document_files import DocumentFiles
from device.adapters.files.identity_file import IdentityFile
from device.adapters.files.running_till import RunningTill, RunningTillFile
from device.adapters.files.stall_file import StallFile
from device.adapters.files.tinydb_settings_store import TinyDbSettingsStore
from device.adapters.hpke_sealer import HpkeSealer
from device.adapters.http.local_client import answers, client_in_process, client_over_network
from device.adapters.http.till_app import create_app
from device.adapters.http.till_services import LedgerAnswers, ShopSign, TillServices
from device.adapters.http.welcome import create_welcome_app
from device.adapters.httpx_enrolment import HttpxEnrolment
from device.adapters.ledger.customer_keys import CustomerKeys
from device.adapters.ledger.errors import LedgerError, LedgerFailed, LedgerFull
from device.adapters.ledger.ledger import Birth, JournalLedger
from device.adapters.ledger.snapshot import StateCache
from device.adapters.mqtt_hub_link import MqttHubLink
from device.adapters.own_address import own_address
from device.adapters.paper_pages.files import PillowPaperFiles
from device.adapters.paper_pages.qr_dots import draw_qr
from device.adapters.printers.wires import connect_printer
from device.adapters.system_randomness import SystemRandomness
from device.config import Config
from device.domain.errors import NotSetUpError
from device.domain.first_run import DEMO_TENANT, StallCard
from device.domain.forecast import ForecastModelError
from device.domain.identity import Identity
from device.domain.paper.receipt import Letterhead
from device.domain.pickup import KEY_BYTES
from device.domain.refund_decision import RefundTerms
from device.domain.restock import MarketCalendar
from device.domain.till_snapshot import SNAPSHOT_VERSION, dump_state, load_state
from device.domain.till_state import TillState, fold
from device.ports.forecast import Forecaster
from device.ports.world import Clock
from device.services.accept_document import AcceptDocument
from device.services.approvals import Approvals
from device.services.assortment import CurrentAssortment
from device.services.cash import Cash
from device.services.change_products import ChangeProducts
from device.services.changes import Changes
from device.services.close_day import CloseDay
from device.services.display import Display
from device.services.enrol import Enrol
from device.services.hear_documents import HearDocuments
from device.services.hub_watch import Travelled
from device.services.import_catalogue import ImportCatalogue, adopt_local_catalogue
from device.services.keep_running import keep_running
from device.services.last_heard import LastHeard
from device.services.lease_numbers import LeaseNumbers
from device.services.models import Models
from device.services.orders import Orders
from device.services.park import Park
from device.services.print_desk import PrintDesk, PrintDeskPorts
from device.services.print_papers import PrintPapers
from device.services.refund import Refund
from device.services.restock import Restock
from device.services.sell import Sell
from device.services.set_up import SetUp
from device.services.sign_in import SignIn
from device.services.stay_signed_in import StaySignedIn
from device.services.stock import Stock
from device.services.sync import HubStatus, Sync
from device.services.tell import Tell
from device.services.tell_documents import TellDocuments
from device.services.voucher_codes import VoucherCodes
from shared.host.argon2_hasher import Argon2Hasher
from shared.host.end_tasks import end_tasks
from shared.host.metrics_token import metrics_token_in
from shared.host.statvfs_disk_gauge import StatvfsDiskGauge
from shared.host.system_clock import SystemClock
from shared.http.serving import Server, announce, open_socket, url_of
from shared.ids import Epoch
from shared.settings import SettingsError
from shared.sync.tally import SendTally
from shared.trust import private_key_text

log = logging.getLogger(__name__)

SOFTWARE = version("stallholder")
LOCAL_KEY_BYTES = 32
DEMO_CLOCK = "demo-clock.json"
LOOK_FOR_NAME_S = 0.3
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound
_HERE = Path(__file__).parent
_MODEL = _HERE / "models" / "demand-1.onnx"
_CACHE = StateCache(version=f"{SOFTWARE} {SNAPSHOT_VERSION}", dump=dump_state, load=load_state)
FOLDERS = {"/": _HERE / "web", "/shared": _HERE.parent / "shared" / "web"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTill:
    """A till whose stores are open."""

    config: Config
    identity: Identity
    ledger: JournalLedger[TillState]
    settings: TinyDbSettingsStore
    documents: DocumentFiles
    assortment: CurrentAssortment
    models: Models
    clock: Clock
    randomness: SystemRandomness
    customer_keys: CustomerKeys


def enrolment_service(config: Config) -> Enrol:
    """Return the service that names a till; it needs no ledger."""
    return Enrol(
        store=IdentityFile(config.data_dir / "identity.json"),
        enrolment=HttpxEnrolment(),
        make_key=lambda: private_key_text(Ed25519PrivateKey.generate()),
    )


def signer_of(config: Config) -> EcdsaSigner:
    """Return what signs this till's receipts; its key is made at the first call. Raises SigningKeyError."""
    return EcdsaSigner(config.data_dir / "signing-key.pem")


@contextlib.contextmanager
def open_till(config: Config) -> Iterator[OpenTill]:
    """Open the till's stores, and close them at the end.

    Raises:
        NotSetUpError: it has no name yet.
        NoAccessError, SettingsError, IdentityError, SettingsDamagedError, LedgerError: see there.
    """
    require_access(config.data_dir)
    identity = IdentityFile(config.data_dir / "identity.json").load()
    if identity is None:
        raise NotSetUpError
    clock: Clock = SystemClock() if config.clock == "system" else FileClock(config.data_dir / DEMO_CLOCK)
    randomness = SystemRandomness()
    settings = TinyDbSettingsStore(config.data_dir / "settings.json")
    marks = settings.current.marks
    ledger = JournalLedger.open(
        config.data_dir / "ledger",
        birth=Birth(
            tenant=identity.tenant, source=identity.device, currency=config.currency, software=SOFTWARE
        ),
        initial=TillState(),
        fold=fold,
        now=clock.now,
        randomness=randomness.bytes,
        known_seqs={Epoch(marks.epoch): max(marks.hub_seq, marks.cloud_seq)} if marks.epoch else {},
        cache=_CACHE,
        check_sealed=True,
    )
    try:
        _require_fit(config, identity, ledger)
        if not settings.current.pickup_key:
            settings.change(lambda old: replace(old, pickup_key=randomness.bytes(KEY_BYTES)))
        with contextlib.closing(
            CustomerKeys(config.data_dir / "customers.journal", randomness.bytes)
        ) as keys:
            documents = DocumentFiles(config.data_dir / "documents", identity)
            yield OpenTill(config=config, identity=identity, ledger=ledger, settings=settings, clock=clock,
                           documents=documents, models=_load_models(),
                           assortment=CurrentAssortment(ledger=ledger, documents=documents, settings=settings),
                           randomness=randomness, customer_keys=keys)  # fmt: skip
    finally:
        ledger.close()


def _require_fit(config: Config, identity: Identity, ledger: JournalLedger[TillState]) -> None:
    _require_same_reality(config, identity)
    stream, currency = ledger.stream, ledger.state.currency
    if (stream.tenant, stream.source) != (identity.tenant, identity.device):
        raise SettingsError(
            "data_dir",
            f"holds the ledger of {stream.source} of {stream.tenant}, this till is {identity.device} of "
            f"{identity.tenant}",
            "Give each till a data directory of its own.",
        )
    if currency != config.currency:
        raise SettingsError(
            "currency",
            f"is {config.currency}, this ledger was born with {currency}",
            f"Set it to {currency}, or start a new till with a data directory of its own.",
        )


def _require_same_reality(config: Config, identity: Identity) -> None:
    """A demonstration and a real till never share data: neither's figures may be taken for the other's."""
    if config.demo and identity.tenant != DEMO_TENANT:
        raise SettingsError(
            "demo", f"is true, but this till belongs to {identity.tenant}, which is real",
            "Set it to false, or give the demonstration a data directory of its own.",
        )  # fmt: skip
    if not config.demo and (config.data_dir / DEMO_CLOCK).exists():
        raise SettingsError(
            "demo", "is false, but this data directory holds a demonstration",
            "Give the real till a data directory of its own.",
        )  # fmt: skip


def build_services(
    till: OpenTill, *, changes: Changes, hub_status: Callable[[], HubStatus] | None,
    hub_progress: Callable[[], Travelled] | None = None, tally: SendTally | None = None,
    on_ledger_failed: Callable[[], None], free_compartments: Callable[[], Mapping[str, int] | None] = lambda: None,
) -> TillServices:  # fmt: skip
    """Build everything behind the routes."""
    config, identity, ledger, settings = till.config, till.identity, till.ledger, till.settings
    sign_in = SignIn(settings=settings, clock=till.clock, hasher=Argon2Hasher())
    calendar = MarketCalendar(weekdays=config.market_weekdays) if config.market_weekdays else None
    sell = Sell(
        ledger=ledger,
        settings=settings,
        assortment=till.assortment,
        clock=till.clock,
        randomness=till.randomness,
        sealer=HpkeSealer(),
        membership=identity.membership,
        currency=config.currency,
        concealer=till.customer_keys,
    )
    close_day = CloseDay(ledger=ledger)
    desk = PrintDesk(
        PrintDeskPorts(
            settings=settings,
            clock=till.clock,
            randomness=till.randomness,
            changes=changes,
            connect=connect_printer,
            draw_qr=draw_qr,
            language=config.language,
        )
    )
    papers = PrintPapers(
        desk=desk,
        ledger=ledger,
        sell=sell,
        close_day=close_day,
        settings=settings,
        signer=_signer(config),
        letterhead=lambda: _letterhead(till),
        read_logo=PillowPaperFiles().logo,
        currency=config.currency,
    )
    return TillServices(
        sign=ShopSign(till=identity.device, stall=config.stall, currency=config.currency,
                      language=config.language, demo=config.demo, software=SOFTWARE, country=config.country),
        ledger=ledger,
        settings=settings,
        documents=till.documents,
        assortment=till.assortment,
        clock=till.clock,
        randomness=till.randomness,
        changes=changes,
        sell=sell,
        orders=Orders(ledger=ledger, settings=settings, assortment=till.assortment, clock=till.clock, currency=config.currency,
                      hub=identity.membership.hub if identity.membership else "", concealer=till.customer_keys,
                      free_compartments=free_compartments),
        park=Park(settings=settings),
        stock=Stock(ledger=ledger, assortment=till.assortment),
        close_day=close_day,
        cash=Cash(ledger=ledger, clock=till.clock, randomness=till.randomness, limits=lambda: config.limits),
        refund=Refund(ledger=ledger, clock=till.clock, randomness=till.randomness, terms=lambda: _refund_terms(till),
                      codes=VoucherCodes(settings=settings, assortment=till.assortment)),
        sign_in=sign_in,
        approvals=Approvals(sign_in=sign_in, settings=settings, clock=till.clock, randomness=till.randomness),
        stay_signed_in=StaySignedIn(settings=settings, clock=till.clock),
        import_catalogue=ImportCatalogue(ledger=ledger, settings=settings, assortment=till.assortment,
                                         currency=config.currency),
        change_products=ChangeProducts(ledger=ledger, assortment=till.assortment, randomness=till.randomness),
        tell_documents=TellDocuments(ledger=ledger, documents=till.documents, settings=settings,
                                     assortment=till.assortment,
                                     has_hub=identity.membership is not None),
        restock=Restock(ledger=ledger, documents=till.documents, assortment=till.assortment, clock=till.clock,
                        models=till.models, calendar=calendar),
        tell=Tell(ledger=ledger, clock=till.clock, disk=StatvfsDiskGauge(config.data_dir),
                  started_at=till.clock.now(), hub_status=hub_status, hub_progress=hub_progress,
                  damage_words=lambda: ledger.damage_words,
                  ledger_words=lambda: ledger.notice_words),
        print_desk=desk,
        papers=papers,
        paper_files=PillowPaperFiles(),
        display=Display(changes),
        own_address=lambda: own_address() if config.bind in _EVERYWHERE else None,
        ledger_answers=_ledger_answers(on_ledger_failed),
        local_key=till.randomness.bytes(LOCAL_KEY_BYTES).hex(),
        folders=FOLDERS,
        bind=config.bind,
        extra_hosts=config.extra_hosts,
        signer=_signer(config),
        tally=tally or SendTally(),
        metrics_token=metrics_token_in(config.data_dir).read,
    )  # fmt: skip


def _refund_terms(till: OpenTill) -> RefundTerms:
    rules = till.settings.current.trade_rules
    return RefundTerms(
        catalogue=till.assortment.now().priced, limits=till.config.limits, currency=till.config.currency,
        cash_step_minor=rules.cash_step_minor, vat_added=rules.vat_added,
    )  # fmt: skip


def _signer(config: Config) -> EcdsaSigner | None:
    return signer_of(config) if config.sign_receipts else None


def _letterhead(till: OpenTill) -> Letterhead:
    from_afar, config = till.documents.current.settings(), till.config
    return Letterhead(stall=from_afar.stall or config.stall, language=config.language,
                      footer=from_afar.receipt_footer or "", demo=config.demo)  # fmt: skip


def _load_models() -> Models:
    from device.adapters.onnx_forecaster import OnnxForecaster  # noqa: PLC0415 - slow to import

    built_in: Forecaster | None = None
    missing = ""
    try:
        built_in = OnnxForecaster(_MODEL)
    except ForecastModelError as error:
        log.warning("%s", error)
        missing = str(error)
    return Models(built_in=built_in, missing=missing, opener=OnnxForecaster.from_document)


def _ledger_answers(on_failed: Callable[[], None]) -> LedgerAnswers:
    def words(error: Exception) -> tuple[str, str, str]:
        if not isinstance(error, LedgerError):
            raise error
        if isinstance(error, LedgerFailed):
            on_failed()
        return error.code, error.message, error.remedy

    return LedgerAnswers(statuses=((LedgerFull, 507), (LedgerError, 503)), words=words)


async def serve(config: Config, *, reread: Callable[[], Config] | None = None) -> int:
    """Run the till until SIGTERM or SIGINT; return the exit status: 1 if the ledger must be opened anew.

    A till without a name and without a ledger asks for a name first; `reread` reads the configuration again after that.
    """
    require_access(config.data_dir)
    if is_fresh(config):
        with contextlib.closing(open_socket(config.bind, config.port)) as listening:
            if not await _first_start(config, listening):
                return 0
            with open_till(reread() if reread else config) as till:
                return await _serve(till, listening)
    with open_till(config) as till, contextlib.closing(open_socket(config.bind, config.port)) as listening:
        gc.freeze()
        return await _serve(till, listening)


def is_fresh(config: Config) -> bool:
    """Tell whether nothing was ever sold or named here. A ledger without a name has lost it: nobody may rename it."""
    named = IdentityFile(config.data_dir / "identity.json").load() is not None
    return not named and not (config.data_dir / "ledger").exists()


def stall_card(config: Config) -> StallCard | None:
    """Return what was said at the first start, if there was one."""
    return StallFile(config.data_dir / "stall.json").load()


async def _first_start(config: Config, listening: socket.socket) -> bool:
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


async def _serve(till: OpenTill, listening: socket.socket) -> int:
    loop, changes = asyncio.get_running_loop(), Changes()
    failed = asyncio.Event()
    link, sync = await _hub_side(till, changes)
    await adopt_local_catalogue(till.ledger, till.settings, till.documents)
    services = build_services(
        till,
        changes=changes,
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
    server = Server(create_app(services), ready)
    tasks = [
        asyncio.create_task(_end_on(failed, server)),
        asyncio.create_task(keep_running("printing", services.papers.run)),
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
