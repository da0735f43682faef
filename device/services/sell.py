"""Sell: price the cart, append the sale, answer its receipt. The same sale id again gives the same receipt."""

import asyncio
from dataclasses import dataclass, replace

from device.domain.assortment import Assortment
from device.domain.coupons_taken import times_taken
from device.domain.customer import Customer
from device.domain.identity import HubMembership
from device.domain.orders import OpenOrder
from device.domain.pickup import pickup_secret, seal_info, secret_text
from device.domain.pricing.cart import PricedCart
from device.domain.pricing.payment import (
    Settlement,
    SettleRefusal,
    Tender,
    TotalChanged,
    fill_in,
    round_to_coins,
    settle,
    settle_kept,
)
from device.domain.quote import QuoteTerms, quote
from device.domain.sale import (
    DiscountNeedsApproval,
    KeptDoesNotAddUp,
    NoPickupNumber,
    SaleIdReused,
    SaleOrder,
    SaleRefusal,
    is_same_sale,
)
from device.domain.till_state import TillState
from device.domain.trade_rules import TradeRules
from device.domain.vouchers import VoucherLimits, VoucherRefused, refuse_voucher
from device.ports.hub import Sealer
from device.ports.ledger import Ledger
from device.ports.people import Concealer
from device.ports.stores import SettingsStore
from device.ports.world import Clock, Randomness
from device.services.assortment import CurrentAssortment
from device.services.receipts import Receipt, Receipts
from device.services.record_sale import (
    Decision,
    NotNow,
    PromiseDraft,
    RecordedAlready,
    SaleDraft,
    decide_sale,
    with_voucher_ids,
)
from device.services.voucher_codes import VoucherCodes
from shared.entry import Entry
from shared.events.amounts import AMOUNT_MAX
from shared.events.event import read_event
from shared.events.sale import ConcealedCustomer, PaymentMethod, SaleRecorded
from shared.ids import ParcelId, SaleId

__all__ = ["Quoted", "Receipt", "Sell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What a cart costs now: `due_minor` with the tip, `cash_due_minor` the same in coins; how what is offered would pay it.

    `approval` says that a manager has to allow the discounts.
    """

    cart: PricedCart
    due_minor: int
    cash_due_minor: int
    payment: Settlement | SettleRefusal | VoucherRefused | None
    approval: DiscountNeedsApproval | None


@dataclass(frozen=True, slots=True)
class _Taken:
    """What is offered as payment, vouchers by their ids; `checked` are those whose code the deployment vouches for."""

    tenders: tuple[Tender, ...]
    limits: VoucherLimits


class Sell:
    """The service behind `POST /api/sales`."""

    def __init__(self, *, ledger: Ledger, settings: SettingsStore, assortment: CurrentAssortment,
                 clock: Clock, randomness: Randomness, sealer: Sealer, membership: HubMembership | None, currency: str,
                 concealer: Concealer | None = None) -> None:  # fmt: skip
        self._ledger = ledger
        self._settings = settings
        self._assortment = assortment
        self._clock = clock
        self._randomness = randomness
        self._sealer = sealer
        self._membership = membership
        self._currency = currency
        self._concealer = concealer
        self._codes = VoucherCodes(settings=settings, assortment=assortment)
        self._receipts = Receipts(ledger=ledger, settings=settings, codes=self._codes, reveal=self._reveal)

    async def sell(self, order: SaleOrder) -> Receipt | SaleRefusal:
        """Record a sale, durable before this answers; a repeat answers the receipt that there is."""
        known_seq = self._receipts.seq_of(self._ledger.state, order.sale_id)
        if known_seq is not None:
            return self._repeat(order, known_seq)
        draft = await self._draft(order)
        return await self._record(order, draft) if isinstance(draft, SaleDraft) else draft

    def price(self, order: SaleOrder) -> Quoted | SaleRefusal:
        """Return what a cart costs now and how the payments would settle it, without selling it."""
        rules = self._settings.current.trade_rules
        cart = self._price(order, self._assortment.now())
        if not isinstance(cart, PricedCart):
            return cart
        due_minor = cart.total_minor + order.tip_minor
        payment = self._settle(order, due_minor, self._taken(order, rules), rules) if order.tenders else None
        return Quoted(
            cart=cart, due_minor=due_minor, cash_due_minor=round_to_coins(due_minor, rules.cash_step_minor),
            payment=payment, approval=_approval_needed(order, cart, rules),
        )  # fmt: skip

    def find(self, sale_id: SaleId) -> Receipt | None:
        """Return the receipt of a recorded sale, or None."""
        return self._receipts.find(sale_id)

    def forget_customer(self, customer_id: str) -> bool:
        """Forget a customer's words wherever they stand, in the ledger, at the hub, at the cloud; waits for the disk."""
        return self._concealer is not None and self._concealer.forget(customer_id)

    async def _draft(self, order: SaleOrder) -> SaleDraft | SaleRefusal:
        """Price the order and take the payment, by what the till knows now; the ledger's writer has the last word."""
        assortment, rules, state = (
            self._assortment.now(),
            self._settings.current.trade_rules,
            self._ledger.state,
        )
        cart = self._price(order, assortment)
        if not isinstance(cart, PricedCart):
            return cart
        changed = _total_changed(order, cart) or _approval_needed(order, cart, rules)
        if changed is not None:
            return changed
        taken = self._taken(order, rules)
        settlement = self._settle(order, cart.total_minor + order.tip_minor, taken, rules)
        if not isinstance(settlement, Settlement):
            return settlement
        promise = self._draft_promise(order)
        if isinstance(promise, NoPickupNumber):
            return promise
        open_order = state.orders.open.get(order.order_id) if order.order_id else None
        return SaleDraft(
            order=order, cart=with_voucher_ids(cart, lambda place: self._codes.id_of(order.sale_id, place)),
            settlement=settlement, promise=promise, assortment=assortment, currency=self._currency,
            customer=await asyncio.to_thread(self._conceal, order) if order.customer else None,
            session_id=self._randomness.new_id(), at=self._clock.now(), voucher_limits=taken.limits, rules=rules,
            approved_by=_approved_by(order, open_order) if cart.reduced_bp > rules.discount_limit_bp else "",
            open_order=open_order,
        )  # fmt: skip

    def _price(self, order: SaleOrder, assortment: Assortment) -> PricedCart | SaleRefusal:
        state = self._ledger.state
        return quote(order, QuoteTerms(
            catalogue=assortment.priced, rules=self._settings.current.trade_rules, today=self._clock.now().date(),
            orders=state.orders.open, coupons_taken=lambda code: times_taken(state, code, order_id=order.order_id),
        ))  # fmt: skip

    def _taken(self, order: SaleOrder, rules: TradeRules) -> _Taken:
        """Read the codes of vouchers; what can be no code keeps no reference, and is refused."""
        tenders, checked = [], set[str]()
        cards = self._ledger.state.cards
        for tender in order.tenders:
            attempt = cards.find(tender.attempt_id) if tender.attempt_id else None
            if attempt is not None:
                tenders.append(replace(tender, reference=attempt.reference))
                continue
            if tender.method is not PaymentMethod.VOUCHER:
                tenders.append(tender)
                continue
            read = self._codes.read(tender.reference)
            tenders.append(replace(tender, reference=read.voucher_id if read else ""))
            if read is not None and read.is_checked:
                checked.add(read.voucher_id)
        limits = VoucherLimits(each_minor=rules.voucher_elsewhere_max_minor,
                               session_minor=rules.voucher_elsewhere_session_max_minor, checked=frozenset(checked))  # fmt: skip
        return _Taken(tuple(tenders), limits)

    def _settle(
        self, order: SaleOrder, due_minor: int, taken: _Taken, rules: TradeRules
    ) -> Settlement | SettleRefusal | VoucherRefused:
        state, money = self._ledger.state, rules.money(self._currency)
        session_id = state.open_session.session_id if state.open_session else ""

        def refuse(voucher_id: str, minor: int) -> VoucherRefused | None:
            return refuse_voucher(
                state.vouchers, voucher_id, minor, session_id=session_id, limits=taken.limits
            )

        def payable(voucher_id: str) -> int:
            refused = refuse(voucher_id, AMOUNT_MAX)
            return refused.left_minor if refused else 0

        if order.kept:
            return settle_kept(due_minor, taken.tenders, money, order.rounding_minor or 0)
        for tender in taken.tenders:
            if tender.method is PaymentMethod.VOUCHER and tender.reference and tender.amount_minor is None:
                empty = refuse(tender.reference, 1)
                if empty is not None:
                    return empty
        return settle(due_minor, fill_in(due_minor, taken.tenders, money, payable), money)

    async def _record(self, order: SaleOrder, draft: SaleDraft) -> Receipt | SaleRefusal:
        leased_at = dict(self._settings.current.numbers_leased_at)

        def decide(state: TillState) -> Decision:
            return decide_sale(draft, state, find=self._receipts.seq_of, leased_at=leased_at)

        answer: tuple[Entry, ...] | NotNow = await self._ledger.append(decide)
        match answer:
            case RecordedAlready(seq=seq):
                return self._repeat(order, seq)
            case tuple() as entries:
                return self._receipts.of(entries[-1], is_repeat=False)
            case refusal:
                return refusal

    def _conceal(self, order: SaleOrder) -> ConcealedCustomer | None:
        if order.customer is None or self._concealer is None:
            return None
        box = self._concealer.conceal(order.customer)
        return ConcealedCustomer(customer_id=order.customer.customer_id, box=box)

    def _reveal(self, concealed: ConcealedCustomer) -> Customer | None:
        return self._concealer.reveal(concealed.customer_id, concealed.box) if self._concealer else None

    def _draft_promise(self, order: SaleOrder) -> PromiseDraft | NoPickupNumber | None:
        if not order.collect_at_locker:
            return None
        if self._membership is None:
            return NoPickupNumber()
        parcel_id = ParcelId(self._randomness.new_id())
        secret = pickup_secret(self._settings.current.pickup_key, order.sale_id)
        key = self._membership.sealing_public_key
        sealed = self._sealer.seal(key, secret_text(secret), info=seal_info(parcel_id))
        open_order = self._ledger.state.orders.open.get(order.order_id) if order.order_id else None
        size = open_order.order.size if open_order else ""
        return PromiseDraft(parcel_id, self._membership, sealed, size)

    def _repeat(self, order: SaleOrder, seq: int) -> Receipt | SaleIdReused:
        entry = self._receipts.read(seq)
        recorded = read_event(entry)
        if not isinstance(recorded, SaleRecorded) or not is_same_sale(recorded, order):
            return SaleIdReused(order.sale_id)
        return self._receipts.of(entry, is_repeat=True)


def _total_changed(order: SaleOrder, cart: PricedCart) -> TotalChanged | KeptDoesNotAddUp | None:
    expected = order.expected_total_minor
    if expected is None or expected == cart.total_minor:
        return None
    kind = KeptDoesNotAddUp if order.kept else TotalChanged
    return kind(expected, cart.total_minor)


def _approved_by(order: SaleOrder, open_order: OpenOrder | None) -> str:
    return order.approved_by or (open_order.order.approved_by if open_order else "")


def _approval_needed(order: SaleOrder, cart: PricedCart, rules: TradeRules) -> DiscountNeedsApproval | None:
    """A kept sale is past asking: the customer has paid. What an order's balance is less was allowed when it was placed."""
    is_agreed = bool(order.order_id) and not order.discounts and not order.lines
    if order.kept or order.approved_by or is_agreed or cart.reduced_bp <= rules.discount_limit_bp:
        return None
    return DiscountNeedsApproval(rules.discount_limit_bp, cart.reduced_bp)
