"""What the ledger adds up to: the till's state, folded from its entries one by one.

The state is never changed in place; each entry gives the next one at a cost of about what the entry changes, so that
readers only ever see states whose entries are on the disk. It holds what decisions and the first screen need;
receipts are read from the ledger itself.
"""

from dataclasses import dataclass, field

from device.domain.card_attempts import CardBook
from device.domain.cash_session import CashSession
from device.domain.closings import ClosingMark
from device.domain.freshness import ArrivalsMap
from device.domain.given_back import GivenBackMap
from device.domain.growing import GrowingLog, GrowingMap, RecentMap
from device.domain.market.baskets import Baskets
from device.domain.market.book import MarketBook
from device.domain.materials.book import MaterialBook
from device.domain.orders import OrderBook
from device.domain.own_changes import OwnChanges
from device.domain.plan.making_book import MakingBook
from device.domain.purchasing.book import PurchasingBook
from device.domain.selling_day import (
    SellingDay,
)
from device.domain.stock_diary import StockDiary
from device.domain.stock_elsewhere import ElsewhereMap
from device.domain.vouchers import Vouchers
from shared.entry import EMPTY_HEAD, Head
from shared.ids import SaleId, Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class TillState:
    """The fold of a till's ledger.

    `sales` and `total_minor` count the whole ledger, the total less what was given back; `session` is the newest cash
    session, open or closed. `move_seqs` knows the newest cash moves, of whatever session. `sale_seqs` knows the newest sales and refunds only, at least those whose write is under way: older
    ones are found in the ledger's index. `numbers_used_at` says in which entry a pick-up number was last given away. `sold_milli` counts every product over
    the whole ledger. `own_changes` are this till's changes of products, the last in entry `products_changed_seq`. `days`
    holds the last LOOK_BACK_DAYS selling days. `given_back` knows the receipts of which something came back, `closings` has a
    line for each closing, `stock_diary` what moved stock lately. `stocked` says for each product whose stock is kept on which
    day some of it first came in, as a proleptic ordinal, `elsewhere_milli` what lies at the hub or another stall, `arrivals` when goods that spoil came in. `market` is what is planned and noted, `baskets` what is bought together, `making` how
    products are made and what somebody took on, `materials` what they are made of, `purchasing` suppliers and orders to them.
    `unreadable` counts entries of a newer version.
    """

    head: Head = EMPTY_HEAD
    currency: str = ""
    last_receipt_number: int = 0
    sales: int = 0
    total_minor: int = 0
    session: CashSession | None = None
    sale_seqs: RecentMap[SaleId, int] = field(default_factory=RecentMap)
    move_seqs: RecentMap[str, int] = field(default_factory=RecentMap)
    stock_milli: GrowingMap[Sku, int] = field(default_factory=GrowingMap)
    sold_milli: GrowingMap[Sku, int] = field(default_factory=GrowingMap)
    numbers_used_at: GrowingMap[int, int] = field(default_factory=GrowingMap)
    own_changes: OwnChanges = field(default_factory=GrowingMap)
    products_changed_seq: int = 0
    days: tuple[SellingDay, ...] = ()
    given_back: GivenBackMap = field(default_factory=GrowingMap)
    closings: GrowingLog[ClosingMark] = field(default_factory=GrowingLog)
    unreadable: int = 0
    vouchers: Vouchers = field(default_factory=Vouchers)
    orders: OrderBook = field(default_factory=OrderBook)
    coupons_taken: GrowingMap[str, int] = field(default_factory=GrowingMap)
    cards: CardBook = field(default_factory=CardBook)
    stock_diary: StockDiary = field(default_factory=StockDiary)
    stocked: GrowingMap[Sku, int] = field(default_factory=GrowingMap)
    elsewhere_milli: ElsewhereMap = field(default_factory=GrowingMap)
    arrivals: ArrivalsMap = field(default_factory=GrowingMap)
    market: MarketBook = field(default_factory=MarketBook)
    baskets: Baskets = field(default_factory=Baskets)
    making: MakingBook = field(default_factory=MakingBook)
    materials: MaterialBook = field(default_factory=MaterialBook)
    purchasing: PurchasingBook = field(default_factory=PurchasingBook)

    @property
    def left_minor(self) -> int:
        """What the last closing left in the drawer."""
        return self.closings[len(self.closings) - 1].left_minor if len(self.closings) else 0

    @property
    def open_session(self) -> CashSession | None:
        """The cash session that sales go into, or None between a closing and the next sale."""
        return self.session if self.session is not None and self.session.is_open else None
