"""Sell: price the cart, append the sale, answer its receipt. The same sale id again gives the same receipt."""

import asyncio
from dataclasses import dataclass

from device.domain.assortment import Assortment
from device.domain.customer import Customer
from device.domain.identity import HubMembership
from device.domain.pickup import pickup_secret, seal_info, secret_text
from device.domain.pricing.cart import PricedCart, price_cart
from device.domain.pricing.payment import Settlement, TotalChanged, settle
from device.domain.sale import (
    TIP_MINOR_MAX,
    BadTip,
    BeyondShare,
    NoPickupNumber,
    SaleIdReused,
    SaleOrder,
    SaleRefusal,
    is_same_sale,
)
from device.domain.till_state import TillState
from device.domain.trade_rules import CouponRefused, find_coupon
from device.domain.vouchers import CODE_BYTES, VoucherLimits, VoucherRefused, make_code
from device.ports.hub import Sealer
from device.ports.ledger import Ledger
from device.ports.people import Concealer
from device.ports.stores import SettingsStore
from device.ports.world import Clock, Randomness
from device.services.assortment import CurrentAssortment
from device.services.record_sale import (
    Decision,
    NotNow,
    PromiseDraft,
    RecordedAlready,
    SaleDraft,
    decide_sale,
    with_voucher_codes,
)
from shared.entry import Entry, parse_entry
from shared.events.event import read_event
from shared.events.sale import ConcealedCustomer, SaleRecorded
from shared.ids import ParcelId, SaleId
from shared.wire.pickup_code import format_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A recorded sale with its entry; `pickup_code` is printed for the customer and stands in no file."""

    entry: Entry
    sale: SaleRecorded
    pickup_code: str | None
    is_repeat: bool
    customer: Customer | None = None


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

    async def sell(self, order: SaleOrder) -> Receipt | SaleRefusal:
        """Record a sale, durable before this answers; a repeat answers the receipt that there is."""
        known_seq = self._find(self._ledger.state, order.sale_id)
        if known_seq is not None:
            return self._repeat(order, known_seq)
        draft = await self._draft(order)
        return await self._record(order, draft) if isinstance(draft, SaleDraft) else draft

    def price(self, order: SaleOrder) -> PricedCart | SaleRefusal:
        """Return what a cart costs now, without selling it."""
        return self._price(order, self._assortment.now())

    async def _draft(self, order: SaleOrder) -> SaleDraft | SaleRefusal:
        """Price the order and take the payment, by what the till knows now; the ledger's writer has the last word."""
        assortment, rules = self._assortment.now(), self._settings.current.trade_rules
        cart = self._price(order, assortment)
        if not isinstance(cart, PricedCart):
            return cart
        if not order.kept and order.expected_total_minor not in (None, cart.total_minor):
            return TotalChanged(order.expected_total_minor or 0, cart.total_minor)
        settlement = settle(cart.total_minor + order.tip_minor, order.tenders, rules.money(self._currency))
        if not isinstance(settlement, Settlement):
            return settlement
        promise = self._draft_promise(order)
        if isinstance(promise, NoPickupNumber):
            return promise
        return SaleDraft(
            order=order, cart=with_voucher_codes(cart, lambda: make_code(self._randomness.bytes(CODE_BYTES))),
            settlement=settlement, promise=promise, assortment=assortment, currency=self._currency,
            customer=await asyncio.to_thread(self._conceal, order) if order.customer else None,
            session_id=self._randomness.new_id(), at=self._clock.now(),
            voucher_limits=VoucherLimits(each_minor=rules.voucher_elsewhere_max_minor,
                                         session_minor=rules.voucher_elsewhere_session_max_minor),
        )  # fmt: skip

    def _price(self, order: SaleOrder, assortment: Assortment) -> PricedCart | SaleRefusal:
        rules = self._settings.current.trade_rules
        if not 0 <= order.tip_minor <= TIP_MINOR_MAX:
            return BadTip(order.tip_minor)
        cart = price_cart(assortment.priced, order.lines, kept=order.kept, discounts=order.discounts,
                          vat_added=rules.vat_added)  # fmt: skip
        if not order.coupon or not isinstance(cart, PricedCart):
            return cart
        coupon = find_coupon(
            rules.coupons, order.coupon, on=self._clock.now().date(), cart_minor=cart.total_minor
        )
        if isinstance(coupon, CouponRefused):
            return coupon
        return price_cart(assortment.priced, order.lines, kept=order.kept, discounts=(*order.discounts, coupon),
                          vat_added=rules.vat_added)  # fmt: skip

    def find(self, sale_id: SaleId) -> Receipt | None:
        """Return the receipt of a recorded sale, or None."""
        seq = self._find(self._ledger.state, sale_id)
        entry = None if seq is None else self._read(seq)
        is_sale = entry is not None and isinstance(read_event(entry), SaleRecorded)  # refunds have ids, too
        return self._receipt(entry, is_repeat=True) if entry is not None and is_sale else None

    def _find(self, state: TillState, sale_id: SaleId) -> int | None:
        """Find a sale among those under way or just recorded, else in the ledger's index, which knows all others."""
        seq = state.sale_seqs.find(sale_id)
        return self._ledger.find_sale(sale_id) if seq is None else seq

    async def _record(self, order: SaleOrder, draft: SaleDraft) -> Receipt | SaleRefusal:
        leased_at = dict(self._settings.current.numbers_leased_at)

        def decide(state: TillState) -> Decision:
            return decide_sale(draft, state, find=self._find, leased_at=leased_at)

        answer: tuple[Entry, ...] | NotNow = await self._ledger.append(decide)
        match answer:
            case RecordedAlready(seq=seq):
                return self._repeat(order, seq)
            case NoPickupNumber() | BeyondShare() | VoucherRefused():
                return answer
            case entries:
                return self._receipt(entries[-1], is_repeat=False)

    def forget_customer(self, customer_id: str) -> bool:
        """Forget a customer's words wherever they stand, in the ledger, at the hub, at the cloud; waits for the disk."""
        return self._concealer is not None and self._concealer.forget(customer_id)

    def _conceal(self, order: SaleOrder) -> ConcealedCustomer | None:
        if order.customer is None or self._concealer is None:
            return None
        box = self._concealer.conceal(order.customer)
        return ConcealedCustomer(customer_id=order.customer.customer_id, box=box)

    def _reveal(self, concealed: ConcealedCustomer | None) -> Customer | None:
        if concealed is None or self._concealer is None:
            return None
        return self._concealer.reveal(concealed.customer_id, concealed.box)

    def _draft_promise(self, order: SaleOrder) -> PromiseDraft | NoPickupNumber | None:
        if not order.collect_at_locker:
            return None
        if self._membership is None:
            return NoPickupNumber()
        parcel_id = ParcelId(self._randomness.new_id())
        secret = pickup_secret(self._settings.current.pickup_key, order.sale_id)
        key = self._membership.sealing_public_key
        sealed = self._sealer.seal(key, secret_text(secret), info=seal_info(parcel_id))
        return PromiseDraft(parcel_id, self._membership, sealed)

    def _repeat(self, order: SaleOrder, seq: int) -> Receipt | SaleIdReused:
        entry = self._read(seq)
        recorded = read_event(entry)
        if not isinstance(recorded, SaleRecorded) or not is_same_sale(recorded, order):
            return SaleIdReused(order.sale_id)
        return self._receipt(entry, is_repeat=True)

    def _read(self, seq: int) -> Entry:
        return parse_entry(self._ledger.read_lines(seq, seq)[0])

    def _receipt(self, entry: Entry, *, is_repeat: bool) -> Receipt:
        sale = read_event(entry)
        if not isinstance(sale, SaleRecorded):
            raise AssertionError(f"entry {entry.seq} was folded as a sale and is none")  # noqa: TRY004 - our bug
        code = None
        if sale.pickup is not None:
            secret = pickup_secret(self._settings.current.pickup_key, sale.sale_id)
            code = format_code(sale.pickup.number, secret)
        return Receipt(entry=entry, sale=sale, pickup_code=code, is_repeat=is_repeat,
                       customer=self._reveal(sale.customer))  # fmt: skip
