"""What the HTTP adapter is given: the till's services, and what it needs to know of the stall."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from device.domain.trade_rules import BadTradeRule, TradeRules, fault_of
from device.ports.ledger import Ledger, Signer
from device.ports.paper import PaperFiles
from device.ports.stores import DocumentStore, SettingsStore
from device.ports.world import Clock, Randomness
from device.services.approvals import Approvals
from device.services.assortment import CurrentAssortment
from device.services.card import CardDesk
from device.services.cash import Cash
from device.services.change_products import ChangeProducts
from device.services.changes import Changes
from device.services.close_day import CloseDay
from device.services.demand_ahead import DemandAhead
from device.services.display import Display
from device.services.forecast_watch import ForecastWatch
from device.services.import_catalogue import ImportCatalogue
from device.services.market_days import MarketDays
from device.services.material_files import MaterialFiles
from device.services.materials import Materials
from device.services.orders import Orders
from device.services.park import Park
from device.services.phones import PhoneBook
from device.services.photos import Photos
from device.services.print_desk import PrintDesk
from device.services.print_papers import PrintPapers
from device.services.purchase_outbox import PurchaseOutbox
from device.services.purchasing import Purchasing
from device.services.refund import Refund
from device.services.restock import Restock
from device.services.sell import Sell
from device.services.sign_in import SignIn
from device.services.signals import Signals
from device.services.stay_signed_in import StaySignedIn
from device.services.stock import Stock
from device.services.suppliers import Suppliers
from device.services.tell import Tell
from device.services.tell_documents import TellDocuments
from device.services.today_forecast import TodayForecast
from shared.sync.tally import SendTally


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSign:
    """What stands above the stall, and how its pages speak."""

    till: str
    tenant: str
    stall: str
    currency: str
    language: str
    demo: bool
    software: str
    receipt_footer: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAnswers:
    """Which error of the ledger is which HTTP status; the errors belong to another adapter."""

    statuses: Sequence[tuple[type[Exception], int]]
    words: Callable[[Exception], tuple[str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TillServices:
    """Everything behind the routes.

    `metrics_token` opens the metrics, `signals_token` lets programs note signals; while one returns nothing, nobody is let
    in by it.
    """

    sign: ShopSign
    ledger: Ledger
    settings: SettingsStore
    documents: DocumentStore
    assortment: CurrentAssortment
    clock: Clock
    randomness: Randomness
    changes: Changes
    sell: Sell
    orders: Orders
    park: Park
    stock: Stock
    close_day: CloseDay
    cash: Cash
    refund: Refund
    card: CardDesk
    sign_in: SignIn
    approvals: Approvals
    stay_signed_in: StaySignedIn
    import_catalogue: ImportCatalogue
    change_products: ChangeProducts
    photos: Photos
    tell_documents: TellDocuments
    demand_ahead: DemandAhead
    restock: Restock
    suppliers: Suppliers
    purchasing: Purchasing
    purchase_outbox: PurchaseOutbox
    materials: Materials
    material_files: MaterialFiles
    market_days: MarketDays
    signals: Signals
    forecast_watch: ForecastWatch
    today_forecast: TodayForecast
    tell: Tell
    print_desk: PrintDesk
    papers: PrintPapers
    paper_files: PaperFiles
    display: Display
    phones: PhoneBook
    own_address: Callable[[], str | None]
    ledger_answers: LedgerAnswers
    local_key: str = field(repr=False)
    folders: Mapping[str, Path]
    extra_hosts: tuple[str, ...] = ()
    signer: Signer | None = None
    tally: SendTally = field(default_factory=SendTally)
    metrics_token: Callable[[], str] = str
    signals_token: Callable[[], str] = str

    def set_trade_rules(self, rules: TradeRules) -> TradeRules | BadTradeRule:
        """Set how this till trades, durable before this returns."""
        fault = fault_of(rules)
        if fault is not None:
            return fault
        return self.settings.change(lambda old: replace(old, trade_rules=rules)).trade_rules

    def sign_now(self) -> ShopSign:
        """Return the sign with what the maker set from afar, in the language of the stall's papers."""
        from_afar = self.documents.current.settings()
        return replace(
            self.sign,
            stall=from_afar.stall or self.sign.stall,
            receipt_footer=from_afar.receipt_footer or self.sign.receipt_footer,
            language=self.settings.current.trade_rules.paper_language or self.sign.language,
        )
