"""What the ledger's writer decides about a sale, against the state with everything before it in the batch."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from device.domain.assortment import Assortment
from device.domain.card_attempts import CardNotTaken, refuse_card
from device.domain.coupons_taken import find_spent
from device.domain.identity import HubMembership
from device.domain.opening import open_if_needed
from device.domain.orders import OpenOrder
from device.domain.pickup import free_numbers
from device.domain.pricing.cart import PricedCart
from device.domain.pricing.payment import Settlement
from device.domain.sale import BeyondShare, NoPickupNumber, OrderChanged, SaleOrder
from device.domain.till_state import TillState
from device.domain.trade_rules import CouponRefused, TradeRules
from device.domain.vouchers import VoucherLimits, VoucherRefused, refuse_voucher
from shared.events.event import Event
from shared.events.sale import ConcealedCustomer, LineKind, PaymentMethod, PickupPromise, SaleRecorded
from shared.ids import ParcelId, SaleId


@dataclass(frozen=True, slots=True)
class RecordedAlready:
    """The sale stands in the ledger already, in entry `seq`."""

    seq: int


@dataclass(frozen=True, slots=True)
class PromiseDraft:
    """A pick-up promise without its number, which the ledger's writer gives."""

    parcel_id: ParcelId
    membership: HubMembership
    sealed: str
    size: str = ""

    def numbered(self, number: int) -> PickupPromise:
        """Return the promise under a number."""
        return PickupPromise(parcel_id=self.parcel_id, hub=self.membership.hub, number=number,
                             sealed=self.sealed, size=self.size)  # fmt: skip


NotNow: TypeAlias = (
    RecordedAlready
    | NoPickupNumber
    | BeyondShare
    | VoucherRefused
    | CardNotTaken
    | OrderChanged
    | CouponRefused
)
Decision: TypeAlias = tuple[Event, ...] | NotNow


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleDraft:
    """A sale that is priced and paid, and waits for its place in the ledger."""

    order: SaleOrder
    cart: PricedCart
    settlement: Settlement
    promise: PromiseDraft | None
    customer: ConcealedCustomer | None
    assortment: Assortment
    currency: str
    session_id: str
    at: datetime
    voucher_limits: VoucherLimits
    rules: TradeRules
    open_order: OpenOrder | None = None
    approved_by: str = ""


def decide_sale(draft: SaleDraft, state: TillState, *, find: Callable[[TillState, SaleId], int | None],
                leased_at: dict[int, int]) -> Decision:  # fmt: skip
    """Return the sale, after the opening of a cash session where none is open, or why it cannot be recorded now."""
    recorded_seq = find(state, draft.order.sale_id)
    if recorded_seq is not None:
        return RecordedAlready(recorded_seq)
    overtaken = _overtaken(draft, state)
    if overtaken is not None:
        return overtaken
    beyond = draft.assortment.find_beyond_share(state, draft.cart.lines) if draft.promise else None
    if beyond is not None:
        return beyond
    numbers = free_numbers(state, leased_at) if draft.promise else []
    if draft.promise and not numbers:
        return NoPickupNumber()
    opening = open_if_needed(state, session_id=draft.session_id, at=draft.at, cashier=draft.order.cashier)
    session = opening[0] if opening else state.open_session
    if session is None:
        raise AssertionError("a session was opened just now if there was none")
    sale = _sale(draft, state.last_receipt_number + 1)
    sale = replace(sale, session_id=session.session_id, business_date=session.business_date,
                   pickup=draft.promise.numbered(numbers[0]) if draft.promise else None)  # fmt: skip
    refused = _refused_voucher(draft, state, sale) or refuse_card(state.cards, sale)
    return refused or (*opening, sale)


def _overtaken(draft: SaleDraft, state: TillState) -> OrderChanged | CouponRefused | None:
    """Tell whether entries that came in between have changed the order, or spent the coupon."""
    order_id = draft.order.order_id
    if order_id and state.orders.open.get(order_id) != draft.open_order:
        return OrderChanged(order_id)
    return find_spent(state, draft.cart.discounts, order_id=order_id)


def _sale(draft: SaleDraft, receipt_number: int) -> SaleRecorded:
    order, cart = draft.order, draft.cart
    return SaleRecorded(
        sale_id=order.sale_id,
        receipt_number=receipt_number,
        session_id=draft.session_id,
        business_date=draft.at.date(),
        cashier=order.cashier,
        currency=draft.currency,
        lines=cart.lines,
        total_minor=cart.total_minor,
        vat=cart.vat,
        payments=draft.settlement.payments,
        customer=draft.customer,
        kept=order.kept,
        catalogue_version=0 if order.kept else draft.assortment.priced.version,
        discounts=cart.discounts,
        tip_minor=order.tip_minor,
        rounding_minor=draft.settlement.rounding_minor,
        vat_added=cart.vat_added,
        price_list=order.price_list,
        order_id=order.order_id,
        approved_by=draft.approved_by,
    )


def _refused_voucher(draft: SaleDraft, state: TillState, sale: SaleRecorded) -> VoucherRefused | None:
    for paid in sale.payments:
        if paid.method is PaymentMethod.VOUCHER:
            refused = refuse_voucher(state.vouchers, paid.reference, paid.amount_minor,
                                     session_id=sale.session_id, limits=draft.voucher_limits)  # fmt: skip
            if refused:
                return refused
    return None


def with_voucher_ids(cart: PricedCart, id_on_line: Callable[[int], str]) -> PricedCart:
    """Give each voucher that is sold its id."""
    lines = tuple(
        replace(line, reference=id_on_line(place)) if line.kind is LineKind.VOUCHER else line
        for place, line in enumerate(cart.lines)
    )
    return replace(cart, lines=lines)
