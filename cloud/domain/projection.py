"""What one entry says to the dashboards: an entry and its event in, facts out.

Nothing else decides what is counted. An entry that cannot be read, or whose numbers no database could add up, stays in
its chain with its exact bytes and is told as rejected.
"""

from typing import assert_never

from cloud.domain.coupon_uses import CouponUse, coupons_of_refund, coupons_of_sale
from cloud.domain.facts import (
    DayClosed,
    DayOpened,
    Fact,
    NotUnderstood,
    ParcelPromised,
    ProductSold,
    ProductsTold,
    RefundCounted,
    SaleCounted,
)
from cloud.domain.facts_of_parcel import facts_of_parcel
from cloud.domain.market_ahead import MarketDaySaid, SignalSaid, market_word
from cloud.domain.over_refunds import BackLine, ReceiptKey, RefundClaim
from cloud.domain.plain_text import TEXT_MAX, plain_text
from cloud.domain.product import clean_product, fault_of_change
from cloud.domain.transfers import TransferMove, moves_of
from cloud.domain.voucher_uses import VoucherUse, uses_of_refund, uses_of_sale
from shared.entry import Entry
from shared.events.card import CardAnswered, CardAsked
from shared.events.cash import CashMoved, CashSessionClosed, CashSessionOpened
from shared.events.event import Event, UnreadableEvent, read_event
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
from shared.events.sale import DEPOSIT_SKU, LedgerOpened, LineKind, SaleRecorded, SaleRefunded
from shared.events.stock import ProductsChanged, StockMoved
from shared.products import ProductChange
from shared.sync.receiver import ReceivedLine

AMOUNT_MAX = 10**12
"""No sale at a stall, and no quantity in thousandths, comes near; sums of a million of them still fit 64 bits."""


def facts_of_line(line: ReceivedLine) -> tuple[Fact, ...] | NotUnderstood:
    """Return what a received entry adds to the read model."""
    if line.entry is None:
        return NotUnderstood(line.seq, line.unreadable)
    event = read_event(line.entry)
    if isinstance(event, UnreadableEvent):
        return NotUnderstood(line.seq, event.reason)
    facts = facts_of_event(line.entry, event)
    fault = next((words for fact in facts if (words := _fault(fact))), None)
    return NotUnderstood(line.seq, fault) if fault else facts


def facts_of_event(entry: Entry, event: Event) -> tuple[Fact, ...]:  # noqa: PLR0911 - one for each kind
    """Return what an event adds; sales, days, parcels and what lies ahead; the rest is in the entries for later questions."""
    match event:
        case SaleRecorded():
            return _sale(entry, event)
        case SaleRefunded():
            return (_refund(entry, event), *uses_of_refund(entry, event), *coupons_of_refund(entry, event))
        case CashSessionOpened():
            return (DayOpened(source=entry.stream.source, business_date=event.business_date),)
        case CashSessionClosed():
            return (_closed(entry, event),)
        case StockMoved():
            return moves_of(entry, event)
        case ProductsChanged():
            return (_products(entry, event),)
        case MarketDayPlanned() | MarketDayDropped() | SignalNoted() | SignalCancelled():
            return (market_word(entry, event),)
        case (
            CompartmentReserved()
            | ParcelWaiting()
            | DoorCommanded()
            | DoorAnswered()
            | ParcelDeposited()
            | ParcelCollected()
            | ParcelExpired()
        ):
            return facts_of_parcel(entry, event)
        case (
            CashMoved()
            | CardAsked()
            | CardAnswered()
            | OrderPlaced()
            | OrderCancelled()
            | OrderReady()
            | UsualDaysChanged()
            | ProductsLinked()
            | MakingRulesChanged()
            | WorkshopChanged()
            | PlanAccepted()
            | PromiseDropped()
            | MaterialChanged()
            | RecipeChanged()
            | MaterialMoved()
            | GoodsReceived()
            | PriceListImported()
            | PurchaseOrderCancelled()
            | PurchaseOrderClosed()
            | PurchaseOrderPaid()
            | PurchaseOrderPlaced()
            | PurchaseOrderSendingStarted()
            | PurchaseOrderSent()
            | SupplierChanged()
            | LedgerOpened()
            | PickupNumbersLeased()
            | PickupCodeMissed()
            | PickupCodeRenewed()
        ):
            return ()
        case _:
            assert_never(event)


def _sale(entry: Entry, sale: SaleRecorded) -> tuple[Fact, ...]:
    source, at = entry.stream.source, _label(entry)
    counted = SaleCounted(
        source=source,
        business_date=sale.business_date,
        hour=entry.at.hour,
        at=at,
        currency=plain_text(sale.currency, 3),
        total_minor=sale.total_minor,
        products=tuple(
            ProductSold(
                sku=plain_text(line.sku, TEXT_MAX),
                name=plain_text(line.name, TEXT_MAX),
                category=plain_text(line.category, TEXT_MAX),
                quantity_milli=line.quantity_milli,
                total_minor=line.total_minor,
            )
            for line in sale.lines
            if line.kind is LineKind.GOODS  # vouchers and deposits are money: their goods come later
        ),
    )
    codes: tuple[Fact, ...] = (*uses_of_sale(entry, sale), *coupons_of_sale(entry, sale))
    if sale.pickup is None:
        return (counted, *codes)
    promised = ParcelPromised(
        parcel_id=plain_text(sale.pickup.parcel_id, TEXT_MAX),
        till=source,
        hub=plain_text(sale.pickup.hub, TEXT_MAX),
        number=sale.pickup.number,
        at=at,
    )
    return (counted, *codes, promised)


def _refund(entry: Entry, refund: SaleRefunded) -> RefundCounted:
    stream, currency = entry.stream, plain_text(refund.currency, 3)
    products = tuple(
        ProductSold(
            sku=plain_text(line.sku, TEXT_MAX), name=plain_text(line.name, TEXT_MAX), category=plain_text(line.category, TEXT_MAX),
            quantity_milli=line.quantity_milli, total_minor=line.total_minor,
        )
        for line in refund.lines
        if line.sku != DEPOSIT_SKU and not line.reference
    )  # fmt: skip
    claim = RefundClaim(
        source=stream.source, epoch=stream.epoch, seq=entry.seq, at=_label(entry), currency=currency,
        total_minor=refund.total_minor,
        original=ReceiptKey(plain_text(refund.original.epoch, 48), refund.original.receipt_number, refund.original.seq),
        lines=tuple(
            BackLine(sku=one.sku, name=one.name, quantity_milli=one.quantity_milli, total_minor=one.total_minor)
            for one in products
        ),
    )  # fmt: skip
    return RefundCounted(source=stream.source, business_date=refund.business_date, hour=entry.at.hour, currency=currency,
                         total_minor=refund.total_minor, products=products, claim=claim)  # fmt: skip


def _products(entry: Entry, event: ProductsChanged) -> ProductsTold:
    changes = tuple(
        ProductChange(
            before=clean_product(change.before) if change.before else None, after=clean_product(change.after)
        )
        for change in event.changes
    )
    stream = entry.stream
    return ProductsTold(source=stream.source, epoch=stream.epoch, seq=entry.seq,
                        catalogue_version=event.catalogue_version, changes=changes)  # fmt: skip


def _closed(entry: Entry, closed: CashSessionClosed) -> DayClosed:
    return DayClosed(
        source=entry.stream.source,
        business_date=closed.business_date,
        sales=closed.sales,
        total_minor=closed.total_minor - closed.refund_minor,
    )


def _label(entry: Entry) -> str:
    return entry.at.isoformat(timespec="seconds")


def _fault(fact: Fact) -> str | None:
    """Say why a fact cannot be taken, if so."""
    if any(not -AMOUNT_MAX <= amount <= AMOUNT_MAX for amount in _amounts(fact)):
        return "an amount in this entry is beyond all bounds"
    if isinstance(fact, ProductsTold):
        return next((words for change in fact.changes if (words := fault_of_change(change))), None)
    return None


def _amounts(fact: Fact) -> tuple[int, ...]:  # noqa: PLR0911 - one for each kind
    match fact:
        case SaleCounted() | RefundCounted():
            of_products = ((product.quantity_milli, product.total_minor) for product in fact.products)
            return (fact.total_minor, *(amount for amounts in of_products for amount in amounts))
        case VoucherUse():
            return (fact.put_minor, fact.taken_minor)
        case CouponUse():
            return (fact.taken_minor,)
        case TransferMove():
            return (fact.sent_milli, fact.arrived_milli)
        case MarketDaySaid():
            return (fact.visitors,)
        case SignalSaid():
            return (fact.strength_milli, fact.value)
        case DayClosed():
            return (fact.sales, fact.total_minor)
        case _:
            return ()
