"""Everything behind the routes, put together."""

from collections.abc import Callable, Mapping
from pathlib import Path

from device.adapters.ecdsa_signer import EcdsaSigner
from device.adapters.files.photo_files import PhotoFiles
from device.adapters.files.print_jobs_file import PrintJobsFile
from device.adapters.hpke_sealer import HpkeSealer
from device.adapters.http.till_services import LedgerAnswers, ShopSign, TillServices
from device.adapters.ledger.errors import LedgerError, LedgerFailed, LedgerFull
from device.adapters.own_address import own_address
from device.adapters.paper_pages.files import PillowPaperFiles
from device.adapters.paper_pages.qr_dots import draw_qr
from device.adapters.pillow_photo_maker import PillowPhotoMaker
from device.adapters.printers.wires import connect_printer
from device.adapters.terminals.zvt_terminal import ZvtTerminal
from device.app.build_buying import build_buying
from device.app.build_forecasting import build_forecasting
from device.app.open_till import OpenTill
from device.app.phone_door import ShutDoor
from device.app.software import SOFTWARE
from device.config import Config
from device.domain.paper.receipt import Letterhead
from device.domain.refund_decision import RefundTerms
from device.ports.phones import PhoneDoor
from device.services.approvals import Approvals
from device.services.card import CardDesk, CardPorts
from device.services.cash import Cash
from device.services.change_products import ChangeProducts
from device.services.changes import Changes
from device.services.close_day import CloseDay
from device.services.display import Display
from device.services.hub_watch import Travelled
from device.services.import_catalogue import ImportCatalogue
from device.services.material_files import MaterialFiles
from device.services.orders import Orders
from device.services.park import Park
from device.services.phones import PhoneBook
from device.services.photos import Photos
from device.services.print_desk import PrintDesk, PrintDeskPorts
from device.services.print_journal import PrintJournal
from device.services.print_papers import PrintPapers
from device.services.refund import Refund
from device.services.sell import Sell
from device.services.sign_in import SignIn
from device.services.stay_signed_in import StaySignedIn
from device.services.stock import Stock
from device.services.sync import HubStatus
from device.services.tell import Tell
from device.services.tell_documents import TellDocuments
from device.services.voucher_codes import VoucherCodes
from shared.host.argon2_hasher import Argon2Hasher
from shared.host.statvfs_disk_gauge import StatvfsDiskGauge
from shared.host.token_file import metrics_token_in, signals_token_in
from shared.http.security import EVERYWHERE
from shared.sync.tally import SendTally

LOCAL_KEY_BYTES = 32


_DEVICE = Path(__file__).parent.parent
FOLDERS = {"/": _DEVICE / "web", "/shared": _DEVICE.parent / "shared" / "web"}


def build_services(
    till: OpenTill, *, changes: Changes, hub_status: Callable[[], HubStatus] | None,
    hub_progress: Callable[[], Travelled] | None = None, tally: SendTally | None = None,
    on_ledger_failed: Callable[[], None], door: PhoneDoor | None = None,
    free_compartments: Callable[[], Mapping[str, int] | None] = lambda: None,
) -> TillServices:  # fmt: skip
    """Build everything behind the routes."""
    config, identity, ledger, settings = till.config, till.identity, till.ledger, till.settings
    sign_in = SignIn(settings=settings, clock=till.clock, hasher=Argon2Hasher())
    sell, close_day = _build_sell(till), CloseDay(ledger=ledger)
    ahead = build_forecasting(till)
    buying = build_buying(till, ahead, changes)
    desk, papers = _build_papers(till, changes, sell, close_day)
    return TillServices(
        sign=_sign(till),
        ledger=ledger,
        settings=settings,
        documents=till.documents,
        assortment=till.assortment,
        clock=till.clock,
        randomness=till.randomness,
        changes=changes,
        sell=sell,
        orders=Orders(ledger=ledger, settings=settings, assortment=till.assortment, clock=till.clock, currency=config.currency,
                      hub=identity.hub, concealer=till.customer_keys,
                      free_compartments=free_compartments),
        park=Park(settings=settings),
        stock=Stock(ledger=ledger, assortment=till.assortment, randomness=till.randomness, hub=identity.hub),
        close_day=close_day,
        cash=Cash(ledger=ledger, clock=till.clock, randomness=till.randomness, limits=lambda: config.limits),
        refund=Refund(ledger=ledger, clock=till.clock, randomness=till.randomness, terms=lambda: _refund_terms(till),
                      codes=VoucherCodes(settings=settings, assortment=till.assortment)),
        card=_build_card_desk(till, changes),
        sign_in=sign_in,
        approvals=Approvals(sign_in=sign_in, settings=settings, clock=till.clock, randomness=till.randomness),
        stay_signed_in=StaySignedIn(settings=settings, clock=till.clock, on_ended=changes.tell),
        import_catalogue=ImportCatalogue(ledger=ledger, settings=settings, assortment=till.assortment,
                                         currency=config.currency),
        change_products=ChangeProducts(ledger=ledger, assortment=till.assortment, randomness=till.randomness),
        photos=Photos(store=PhotoFiles(config.data_dir / "photos"), maker=PillowPhotoMaker(),
                      assortment=till.assortment, clock=till.clock),
        tell_documents=TellDocuments(ledger=ledger, documents=till.documents, settings=settings,
                                     assortment=till.assortment,
                                     has_hub=identity.membership is not None),
        demand_ahead=ahead.demand_ahead,
        restock=ahead.restock,
        materials=ahead.materials,
        material_files=MaterialFiles(ledger=ledger, assortment=till.assortment, currency=config.currency),
        suppliers=buying.suppliers,
        purchasing=buying.purchasing,
        purchase_outbox=buying.outbox,
        forecast_watch=ahead.watch,
        today_forecast=ahead.today,
        market_days=ahead.market_days,
        signals=ahead.signals,
        tell=Tell(ledger=ledger, clock=till.clock, disk=StatvfsDiskGauge(config.data_dir),
                  started_at=till.clock.now(), hub_status=hub_status, hub_progress=hub_progress,
                  damage_words=lambda: ledger.damage_words,
                  ledger_words=lambda: ledger.notice_words),
        print_desk=desk,
        papers=papers,
        paper_files=PillowPaperFiles(),
        display=Display(changes),
        phones=PhoneBook(settings=settings, clock=till.clock, randomness=till.randomness, changes=changes,
                         door=door or ShutDoor()),
        own_address=lambda: own_address() if config.bind in EVERYWHERE else None,
        ledger_answers=ledger_answers(on_ledger_failed),
        local_key=till.randomness.bytes(LOCAL_KEY_BYTES).hex(),
        folders=FOLDERS,
        extra_hosts=config.extra_hosts,
        signer=_signer(config),
        tally=tally or SendTally(),
        metrics_token=metrics_token_in(config.data_dir).read,
        signals_token=signals_token_in(config.data_dir).read,
    )  # fmt: skip


def _sign(till: OpenTill) -> ShopSign:
    config = till.config
    return ShopSign(till=till.identity.device, tenant=till.identity.tenant, stall=config.stall, currency=config.currency, language=config.language,
                    demo=config.demo, software=SOFTWARE, country=config.country)  # fmt: skip


def _build_sell(till: OpenTill) -> Sell:
    return Sell(ledger=till.ledger, settings=till.settings, assortment=till.assortment, clock=till.clock,
                randomness=till.randomness, sealer=HpkeSealer(), membership=till.identity.membership,
                currency=till.config.currency, concealer=till.customer_keys)  # fmt: skip


def _build_card_desk(till: OpenTill, changes: Changes) -> CardDesk:
    currency = till.config.currency
    return CardDesk(CardPorts(
        ledger=till.ledger, settings=till.settings, randomness=till.randomness, changes=changes, currency=currency,
        connect=lambda terminal: ZvtTerminal(terminal, currency),
    ))  # fmt: skip


def _build_papers(
    till: OpenTill, changes: Changes, sell: Sell, close_day: CloseDay
) -> tuple[PrintDesk, PrintPapers]:
    """Build what prints: the desk with its printers, and what writes the papers."""
    config, settings = till.config, till.settings
    journal = PrintJournal(PrintJobsFile(config.data_dir / "print-jobs.json"), till.ledger.stream.epoch)
    desk = PrintDesk(PrintDeskPorts(
        settings=settings, clock=till.clock, randomness=till.randomness, changes=changes, connect=connect_printer,
        draw_qr=draw_qr, language=lambda: _paper_language(till), journal=journal,
    ))  # fmt: skip
    papers = PrintPapers(
        desk=desk, ledger=till.ledger, sell=sell, close_day=close_day, settings=settings, signer=_signer(config),
        letterhead=lambda: _letterhead(till), read_logo=PillowPaperFiles().logo, currency=config.currency,
        journal=journal,
    )  # fmt: skip
    return desk, papers


def signer_of(config: Config) -> EcdsaSigner:
    """Return what signs this till's receipts; its key is made at the first call. Raises SigningKeyError."""
    return EcdsaSigner(config.data_dir / "signing-key.pem")


def _signer(config: Config) -> EcdsaSigner | None:
    return signer_of(config) if config.sign_receipts else None


def _refund_terms(till: OpenTill) -> RefundTerms:
    settings = till.settings.current
    rules = settings.trade_rules
    return RefundTerms(
        catalogue=till.assortment.now().priced, limits=till.config.limits, currency=till.config.currency,
        cash_step_minor=rules.cash_step_minor, vat_added=rules.vat_added,
        terminal=settings.card_terminal.name if settings.card_terminal else "",
    )  # fmt: skip


def _letterhead(till: OpenTill) -> Letterhead:
    from_afar, config = till.documents.current.settings(), till.config
    return Letterhead(stall=from_afar.stall or config.stall, language=_paper_language(till),
                      footer=from_afar.receipt_footer or "", demo=config.demo)  # fmt: skip


def _paper_language(till: OpenTill) -> str:
    return till.settings.current.trade_rules.paper_language or till.config.language


def ledger_answers(on_failed: Callable[[], None]) -> LedgerAnswers:
    """Return how the ledger's errors are answered; `on_failed` is called when it has to be opened anew."""

    def words(error: Exception) -> tuple[str, str, str]:
        if not isinstance(error, LedgerError):
            raise error
        if isinstance(error, LedgerFailed):
            on_failed()
        return error.code, error.message, error.remedy

    return LedgerAnswers(statuses=((LedgerFull, 507), (LedgerError, 503)), words=words)
