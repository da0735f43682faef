"""The next state of a till after one more entry.

Each entry gives the next state at a cost of about what the entry changes.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from device.domain import card_attempts, freshness, orders, vouchers
from device.domain.cash_session import CashSession, with_move, with_refund, with_sale
from device.domain.closings import with_closing
from device.domain.coupons_taken import with_coupons, with_coupons_back
from device.domain.given_back import goods_back
from device.domain.given_back import with_refund as with_given_back
from device.domain.market import book as market_book
from device.domain.market.baskets import with_basket
from device.domain.materials import book as material_book
from device.domain.own_changes import with_entry
from device.domain.plan import making_book
from device.domain.plan.making_book import MakingEvent
from device.domain.purchasing import book as purchasing_book
from device.domain.purchasing.book import PurchaseEvent
from device.domain.sale import goods_moved
from device.domain.selling_day import (
    with_day,
    with_gone,
    with_restocked,
    with_returned,
    with_sold,
)
from device.domain.stock_diary import with_movement
from device.domain.stock_elsewhere import with_moved as with_moved_away
from device.domain.sums import plus, plus_all
from device.domain.till_state import TillState
from shared.entry import Entry
from shared.events.card import CardAnswered, CardAsked
from shared.events.cash import CashMoved, CashSessionClosed, CashSessionOpened
from shared.events.event import UnreadableEvent, read_event
from shared.events.making import MakingRulesChanged, PlanAccepted, PromiseDropped, WorkshopChanged
from shared.events.market import (
    MarketDayDropped,
    MarketDayPlanned,
    ProductsLinked,
    SignalCancelled,
    SignalNoted,
    UsualDaysChanged,
)
from shared.events.material import MaterialChanged, MaterialMoved, RecipeChanged
from shared.events.order import OrderCancelled, OrderPlaced, OrderReady
from shared.events.parcel import (
    CompartmentReserved,
    DoorAnswered,
    DoorCommanded,
    ParcelCollected,
    ParcelDeposited,
    ParcelExpired,
    ParcelWaiting,
    PickupCodeMissed,
    PickupCodeRenewed,
    PickupNumbersLeased,
)
from shared.events.purchase import (
    GoodsReceived,
    PriceListImported,
    PurchaseOrderCancelled,
    PurchaseOrderClosed,
    PurchaseOrderPaid,
    PurchaseOrderPlaced,
    PurchaseOrderSendingStarted,
    PurchaseOrderSent,
    SupplierChanged,
)
from shared.events.sale import LedgerOpened, SaleRecorded, SaleRefunded
from shared.events.stock import ProductsChanged, StockMoved, StockReason
from shared.ids import SaleId


def fold(state: TillState, entry: Entry) -> TillState:
    """Return the state after one more entry."""
    return replace(_apply(state, entry), head=entry.head)


def _apply(state: TillState, entry: Entry) -> TillState:  # noqa: PLR0911, PLR0912 - one for each kind of event
    match read_event(entry):
        case SaleRecorded() as sale:
            return _sold(state, entry, sale)
        case StockMoved() as moved:
            return _stocked(state, entry, moved)
        case CashSessionOpened() as opened:
            return _opened(state, entry, opened)
        case SaleRefunded() as refund:
            return _given_back(state, entry, refund)
        case CashMoved() as cash:
            session = None if state.session is None else with_move(state.session, entry, cash)
            return replace(
                state, session=session, move_seqs=state.move_seqs.with_item(cash.move_id, entry.seq)
            )
        case CashSessionClosed() as closed:
            return _closed(state, entry, closed)
        case LedgerOpened(currency=currency):
            return replace(state, currency=currency)
        case ProductsChanged(changes=changes):
            own = with_entry(state.own_changes, changes, entry.seq)
            return replace(state, own_changes=own, products_changed_seq=entry.seq)
        case UnreadableEvent():
            return replace(state, unreadable=state.unreadable + 1)
        case OrderPlaced() as placed:
            placed_now = orders.with_order(state.orders, placed, seq=entry.seq, at=entry.at)
            return replace(state, orders=placed_now)
        case OrderReady() as ready:
            return replace(state, orders=orders.with_ready(state.orders, ready))
        case OrderCancelled() as cancelled:
            return replace(state, orders=orders.with_cancelled(state.orders, cancelled))
        case (
            MarketDayPlanned() | MarketDayDropped() | UsualDaysChanged() | SignalNoted() | SignalCancelled() | ProductsLinked()
        ) as market:  # fmt: skip
            return replace(state, market=market_book.with_event(state.market, market, entry.at))
        case MakingRulesChanged() | WorkshopChanged() | PlanAccepted() | PromiseDropped() as making:
            return _made_otherwise(state, entry, making)
        case MaterialChanged() | RecipeChanged() | MaterialMoved() as material:
            return replace(state, materials=material_book.with_event(state.materials, entry, material))
        case (
            SupplierChanged() | PriceListImported() | PurchaseOrderPlaced() | PurchaseOrderSendingStarted() | PurchaseOrderSent()
            | GoodsReceived() | PurchaseOrderPaid() | PurchaseOrderClosed() | PurchaseOrderCancelled()
        ) as bought:  # fmt: skip
            return _bought(state, entry, bought)
        case CardAsked() as asked:
            return replace(state, cards=card_attempts.with_asked(state.cards, entry, asked))
        case CardAnswered() as answered:
            return replace(state, cards=card_attempts.with_answered(state.cards, answered))
        case (
            PickupNumbersLeased() | CompartmentReserved() | ParcelWaiting() | DoorCommanded() | DoorAnswered()
            | ParcelDeposited() | ParcelCollected() | ParcelExpired() | PickupCodeMissed() | PickupCodeRenewed()
        ):  # fmt: skip
            return state  # a hub's own entries: they say nothing about a till
        case other:
            assert_never(other)


def fold_all(entries: Iterable[Entry]) -> TillState:
    """Fold a whole ledger, oldest entry first."""
    state = TillState()
    for entry in entries:
        state = fold(state, entry)
    return state


def _opened(state: TillState, entry: Entry, opened: CashSessionOpened) -> TillState:
    session = CashSession(
        session_id=opened.session_id,
        business_date=opened.business_date,
        cashier=opened.cashier,
        opened_at=entry.at,
        float_minor=opened.float_minor,
    )
    return replace(
        state,
        session=session,
        days=with_day(state.days, opened.business_date, state.stock_milli, state.stocked),
    )


def _closed(state: TillState, entry: Entry, closed: CashSessionClosed) -> TillState:
    session = None if state.session is None else replace(state.session, is_open=False)
    return replace(state, session=session, closings=with_closing(state.closings, entry, closed))


def _stocked(state: TillState, entry: Entry, moved: StockMoved) -> TillState:
    days, stocked, making = state.days, state.stocked, state.making
    if moved.change_milli > 0:
        days = with_restocked(days, moved.sku)
        stocked = (
            stocked if moved.sku in stocked else stocked.with_item(moved.sku, entry.at.date().toordinal())
        )
        if moved.reason is StockReason.RECEIVED:
            making = making_book.with_arrived(making, moved.sku, moved.change_milli)
    elif moved.sku in stocked:
        days = with_gone(days, {moved.sku: -moved.change_milli}, state.stock_milli, entry.at)
    return replace(
        state,
        stock_milli=plus(state.stock_milli, moved.sku, moved.change_milli),
        stock_diary=with_movement(state.stock_diary, entry, moved),
        stocked=stocked,
        days=days,
        making=making,
        elsewhere_milli=with_moved_away(state.elsewhere_milli, moved),
        arrivals=freshness.with_moved(
            state.arrivals, moved, state.stock_milli.get(moved.sku, 0), entry.at.date()
        ),
        materials=material_book.with_made(state.materials, moved),
    )


def _made_otherwise(state: TillState, entry: Entry, event: MakingEvent) -> TillState:
    arrivals = state.arrivals
    if isinstance(event, MakingRulesChanged):
        here_milli = state.stock_milli.get(event.rules.sku, 0)
        arrivals = freshness.with_rules(arrivals, event.rules, here_milli, entry.at.date())
    return replace(state, making=making_book.with_event(state.making, entry, event), arrivals=arrivals)


def _bought(state: TillState, entry: Entry, event: PurchaseEvent) -> TillState:
    materials = state.materials
    if isinstance(event, GoodsReceived):
        materials = material_book.with_bought(materials, entry, event)
    elif isinstance(event, PurchaseOrderPlaced):
        materials = material_book.with_ordered(materials, event)
    return replace(
        state, purchasing=purchasing_book.with_event(state.purchasing, entry, event), materials=materials
    )


def _sold(state: TillState, entry: Entry, sale: SaleRecorded) -> TillState:
    numbers_used_at = state.numbers_used_at
    sold_milli = goods_moved(sale)
    kept_milli = {sku: milli for sku, milli in sold_milli.items() if sku in state.stocked}
    # what was ordered before is no demand of the market: the plan counts open orders on their own
    walk_in_milli = {} if sale.order_id else sold_milli
    if sale.pickup is not None:
        numbers_used_at = numbers_used_at.with_item(sale.pickup.number, entry.seq)
    return replace(
        state,
        last_receipt_number=sale.receipt_number,
        sales=state.sales + 1,
        total_minor=state.total_minor + sale.total_minor,
        session=None if state.session is None else with_sale(state.session, entry, sale, sold_milli),
        sale_seqs=state.sale_seqs.with_item(sale.sale_id, entry.seq),
        stock_milli=plus_all(state.stock_milli, {sku: -milli for sku, milli in sold_milli.items()}),
        sold_milli=plus_all(state.sold_milli, sold_milli),
        numbers_used_at=numbers_used_at,
        vouchers=vouchers.with_sale(state.vouchers, sale),
        orders=orders.with_paid(state.orders, sale),
        coupons_taken=with_coupons(state.coupons_taken, sale),
        cards=card_attempts.with_sale(state.cards, sale),
        days=with_sold(
            with_gone(state.days, kept_milli, state.stock_milli, entry.at), walk_in_milli, entry.at
        ),
        baskets=with_basket(state.baskets, sold_milli),
    )


def _given_back(state: TillState, entry: Entry, refund: SaleRefunded) -> TillState:
    back_milli = goods_back(refund.lines)
    to_stock_milli = goods_back(line for line in refund.lines if line.to_stock)
    days = with_returned(state.days, back_milli)
    for sku in to_stock_milli:
        days = with_restocked(days, sku)
    return replace(
        state,
        last_receipt_number=refund.receipt_number,
        total_minor=state.total_minor - refund.total_minor,
        session=None if state.session is None else with_refund(state.session, entry, refund),
        sale_seqs=state.sale_seqs.with_item(SaleId(refund.refund_id), entry.seq),
        stock_milli=plus_all(state.stock_milli, to_stock_milli),
        sold_milli=plus_all(state.sold_milli, {sku: -milli for sku, milli in back_milli.items()}),
        given_back=with_given_back(state.given_back, refund),
        vouchers=vouchers.with_refund(state.vouchers, refund),
        orders=orders.with_refunded(state.orders, refund),
        coupons_taken=with_coupons_back(state.coupons_taken, refund),
        cards=card_attempts.with_refund(state.cards, refund),
        days=days,
    )
