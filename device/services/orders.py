"""Orders: placed, changed and cancelled in the ledger; deposit and balance are sales that name them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from device.domain.coupons_taken import find_spent, times_taken
from device.domain.customer import Customer
from device.domain.order_board import OrderBoard, order_board
from device.domain.orders import OpenOrder
from device.domain.place_order import (
    OrderRefusal,
    OrderRequest,
    cancel,
    fault_of,
    is_same_order,
    place,
)
from device.domain.pricing.cart import PricedCart
from device.domain.quote import QuoteTerms, quote
from device.domain.sale import DiscountNeedsApproval, UnknownOrder
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.people import Concealer
from device.ports.stores import SettingsStore
from device.ports.world import Clock
from device.services.assortment import CurrentAssortment
from shared.entry import Entry
from shared.events.event import Event
from shared.events.order import OrderCancelled, OrderPlaced, OrderReady
from shared.events.sale import ConcealedCustomer


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTold:
    """An open order with its customer's own words; `is_repeat` says that it stood there as it is before."""

    open: OpenOrder
    customer: Customer | None
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class _PlacedAlready:
    pass


_Decision: TypeAlias = tuple[Event, ...] | _PlacedAlready | OrderRefusal


class Orders:
    """The service behind `/api/orders`; `hub` is the one whose lockers the till knows, empty if none."""

    def __init__(self, *, ledger: Ledger, settings: SettingsStore, assortment: CurrentAssortment, clock: Clock,
                 currency: str, hub: str = "", concealer: Concealer | None = None,
                 free_compartments: Callable[[], Mapping[str, int] | None] = lambda: None) -> None:  # fmt: skip
        self._ledger = ledger
        self._settings = settings
        self._assortment = assortment
        self._clock = clock
        self._currency = currency
        self._hub = hub
        self._concealer = concealer
        self._free_compartments = free_compartments

    async def place(self, request: OrderRequest) -> OrderTold | OrderRefusal:
        """Place an order, or put it in the place of its earlier form; durable before this answers."""
        fault = fault_of(request, self._clock.now().date(), self._hub)
        if fault is not None:
            return fault
        cart = self._price(request)
        if not isinstance(cart, PricedCart):
            return cart
        if cart.reduced_bp <= self._settings.current.trade_rules.discount_limit_bp:
            request = replace(request, approved_by="")
        customer = await asyncio.to_thread(self._conceal, request.customer) if request.customer else None

        def decide(state: TillState) -> _Decision:
            had = state.orders.open.get(request.order_id)
            if had is not None and is_same_order(had.order, request, cart):
                return _PlacedAlready()
            spent = find_spent(state, cart.discounts, order_id=request.order_id)
            placed = spent or place(state.orders, request, cart, currency=self._currency, customer=customer)
            return (placed,) if isinstance(placed, OrderPlaced) else placed

        answer = await self._append(decide)
        return await self._answered(request.order_id, answer)

    def _price(self, request: OrderRequest) -> PricedCart | OrderRefusal:
        """Price an order as a sale of today; what was taken off beyond a cashier's limit is allowed now or never."""
        rules, state = self._settings.current.trade_rules, self._ledger.state
        cart = quote(request.as_sale(), QuoteTerms(
            catalogue=self._assortment.now().priced, rules=rules, today=self._clock.now().date(),
            coupons_taken=lambda code: times_taken(state, code, order_id=request.order_id),
        ))  # fmt: skip
        if (
            isinstance(cart, PricedCart)
            and cart.reduced_bp > rules.discount_limit_bp
            and not request.approved_by
        ):
            return DiscountNeedsApproval(rules.discount_limit_bp, cart.reduced_bp)
        return cart

    async def cancel(self, order_id: str, *, cashier: str, reason: str) -> OrderTold | OrderRefusal:
        """Cancel an open order; answers it as it was, with what was paid for it and has to be given back."""
        before = self.find(order_id)
        if before is None:
            return UnknownOrder(order_id)

        def decide(state: TillState) -> _Decision:
            cancelled = cancel(state.orders, order_id, cashier=cashier, reason=reason)
            return (cancelled,) if isinstance(cancelled, OrderCancelled) else cancelled

        answer = await self._append(decide)
        return before if isinstance(answer, tuple | _PlacedAlready) else answer

    async def say_ready(
        self, order_id: str, *, cashier: str, is_ready: bool = True
    ) -> OrderTold | OrderRefusal:
        """Record that an open order can be collected, or that it cannot after all; a repeat changes nothing."""

        def decide(state: TillState) -> _Decision:
            found = state.orders.open.get(order_id)
            if found is None:
                return UnknownOrder(order_id)
            if found.is_ready == is_ready:
                return _PlacedAlready()
            return (OrderReady(order_id=order_id, cashier=cashier, is_ready=is_ready),)

        return await self._answered(order_id, await self._append(decide))

    @property
    def board(self) -> OrderBoard:
        """What the stall's pick-up board shows now."""
        return order_board(self._ledger.state.orders, self._clock.now().date())

    def find(self, order_id: str) -> OrderTold | None:
        """Return an open order, or None; may wait for the disk."""
        found = self._ledger.state.orders.open.get(order_id)
        return None if found is None else self._told(found)

    def due_by(self, day: date | None) -> tuple[OrderTold, ...]:
        """Return the open orders due on a day or before, or all, the most urgent first; may wait for the disk."""
        book = self._ledger.state.orders
        return tuple(self._told(one) for one in (book.by_due_date() if day is None else book.due_by(day)))

    @property
    def lockers(self) -> tuple[str, Mapping[str, int] | None]:
        """The hub whose lockers an order may go to, empty if none, and how many of each size it last said were free."""
        return self._hub, self._free_compartments()

    @property
    def due_today(self) -> int:
        """How many orders are due today or are overdue."""
        return len(self._ledger.state.orders.due_by(self._clock.now().date()))

    async def _append(self, decide: Callable[[TillState], _Decision]) -> _Decision | tuple[Entry, ...]:
        return await self._ledger.append(decide)

    async def _answered(
        self, order_id: str, answer: _Decision | tuple[Entry, ...]
    ) -> OrderTold | OrderRefusal:
        if not isinstance(answer, tuple | _PlacedAlready):
            return answer
        found = self._ledger.state.orders.open.get(order_id)
        if found is None:  # it was paid or cancelled in between
            return UnknownOrder(order_id)
        customer = await asyncio.to_thread(self._reveal, found.order.customer)
        return OrderTold(open=found, customer=customer, is_repeat=isinstance(answer, _PlacedAlready))

    def _told(self, found: OpenOrder) -> OrderTold:
        return OrderTold(open=found, customer=self._reveal(found.order.customer))

    def _conceal(self, customer: Customer) -> ConcealedCustomer | None:
        if self._concealer is None:
            return None
        return ConcealedCustomer(customer_id=customer.customer_id, box=self._concealer.conceal(customer))

    def _reveal(self, concealed: ConcealedCustomer | None) -> Customer | None:
        if concealed is None or self._concealer is None:
            return None
        return self._concealer.reveal(concealed.customer_id, concealed.box)
