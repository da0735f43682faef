"""Sell: price the cart, append the sale, answer its receipt. The same sale id again gives the same receipt."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from device.domain.assortment import Assortment
from device.domain.customer import Customer
from device.domain.identity import HubMembership
from device.domain.opening import open_if_needed
from device.domain.pickup import free_numbers, pickup_secret, seal_info, secret_text
from device.domain.sale import (
    BeyondShare,
    NoPickupNumber,
    PricedCart,
    SaleIdReused,
    SaleOrder,
    SaleRefusal,
    is_same_sale,
    price_cart,
    settle_in_cash,
)
from device.domain.till_state import TillState
from device.ports.hub import Sealer
from device.ports.ledger import Ledger
from device.ports.people import Concealer
from device.ports.stores import SettingsStore
from device.ports.world import Clock, Randomness
from device.services.assortment import CurrentAssortment
from shared.entry import Entry, parse_entry
from shared.events.event import Event, read_event
from shared.events.sale import ConcealedCustomer, Payment, PickupPromise, SaleRecorded
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


@dataclass(frozen=True, slots=True)
class _RecordedAlready:
    seq: int


@dataclass(frozen=True, slots=True)
class _PromiseDraft:
    """A pick-up promise without its number, which the ledger's writer gives."""

    parcel_id: ParcelId
    membership: HubMembership
    sealed: str

    def numbered(self, number: int) -> PickupPromise:
        return PickupPromise(
            parcel_id=self.parcel_id, hub=self.membership.hub, number=number, sealed=self.sealed
        )


_NotNow: TypeAlias = _RecordedAlready | NoPickupNumber | BeyondShare
_Decision: TypeAlias = tuple[Event, ...] | _NotNow


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
        assortment = self._assortment.now()
        cart = price_cart(assortment.priced, order.lines, kept=order.kept)
        if not isinstance(cart, PricedCart):
            return cart
        expected = None if order.kept else order.expected_total_minor
        payment = settle_in_cash(cart, tendered_minor=order.tendered_minor, expected_total_minor=expected)
        if not isinstance(payment, Payment):
            return payment
        draft = self._draft_promise(order)
        if isinstance(draft, NoPickupNumber):
            return draft
        customer = await asyncio.to_thread(self._conceal, order) if order.customer else None
        return await self._record(order, self._decision(order, cart, payment, draft, customer, assortment))

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

    async def _record(
        self, order: SaleOrder, decide: Callable[[TillState], _Decision]
    ) -> Receipt | SaleRefusal:
        answer: tuple[Entry, ...] | _NotNow = await self._ledger.append(decide)
        match answer:
            case _RecordedAlready(seq=seq):
                return self._repeat(order, seq)
            case NoPickupNumber() | BeyondShare():
                return answer
            case entries:
                return self._receipt(entries[-1], is_repeat=False)

    def _decision(self, order: SaleOrder, cart: PricedCart, payment: Payment, draft: _PromiseDraft | None,
                  customer: ConcealedCustomer | None, assortment: Assortment) -> Callable[[TillState], _Decision]:  # fmt: skip
        at, session_id = self._clock.now(), self._randomness.new_id()
        leased_at = self._settings.current.numbers_leased_at
        catalogue_version = 0 if order.kept else assortment.priced.version

        def decide(state: TillState) -> _Decision:
            recorded_seq = self._find(state, order.sale_id)
            if recorded_seq is not None:
                return _RecordedAlready(recorded_seq)
            beyond = assortment.find_beyond_share(state, cart.lines) if draft else None
            if beyond is not None:
                return beyond
            numbers = free_numbers(state, leased_at) if draft else []
            if draft and not numbers:
                return NoPickupNumber()
            opening = open_if_needed(state, session_id=session_id, at=at, cashier=order.cashier)
            session = opening[0] if opening else state.open_session
            if session is None:
                raise AssertionError("a session was opened just now if there was none")
            sale = SaleRecorded(
                sale_id=order.sale_id,
                receipt_number=state.last_receipt_number + 1,
                session_id=session.session_id,
                business_date=session.business_date,
                cashier=order.cashier,
                currency=self._currency,
                lines=cart.lines,
                total_minor=cart.total_minor,
                vat=cart.vat,
                payments=(payment,),
                pickup=draft.numbered(numbers[0]) if draft else None,
                customer=customer,
                kept=order.kept,
                catalogue_version=catalogue_version,
            )
            return (*opening, sale)

        return decide

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

    def _draft_promise(self, order: SaleOrder) -> _PromiseDraft | NoPickupNumber | None:
        if not order.collect_at_locker:
            return None
        if self._membership is None:
            return NoPickupNumber()
        parcel_id = ParcelId(self._randomness.new_id())
        secret = pickup_secret(self._settings.current.pickup_key, order.sale_id)
        key = self._membership.sealing_public_key
        sealed = self._sealer.seal(key, secret_text(secret), info=seal_info(parcel_id))
        return _PromiseDraft(parcel_id, self._membership, sealed)

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
