"""Orders to suppliers: drafted from what is needed now, approved by a tap or by themselves, followed until all came."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from device.domain.need import Need
from device.domain.purchasing.book import OPEN_MAX, PurchaseOrder, PurchasingBook
from device.domain.purchasing.deliver import receive
from device.domain.purchasing.draft import Draft, Drafts, DraftTerms, draft_orders
from device.domain.purchasing.offers import PACKS_MAX
from device.domain.purchasing.place import place_order
from device.domain.purchasing.refusals import (
    BadPurchase,
    DraftChanged,
    DraftHeld,
    NothingToOrder,
    PurchaseDone,
    PurchaseRefusal,
    TooManyPurchases,
    UnknownPurchase,
)
from device.domain.purchasing.sending import SendState
from device.domain.stock import count_as_none
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.world import Clock, Randomness
from device.services.changes import Changes
from shared.entry import Entry
from shared.events.event import Event
from shared.events.purchase import (
    OrderChannel,
    PurchaseOrderCancelled,
    PurchaseOrderClosed,
    PurchaseOrderPaid,
    PurchaseOrderSent,
    SendOutcome,
)
from shared.ids import Sku

BY_ITSELF: Final = "till"
"""Who approved an order that nobody approved."""
LOOK_EVERY_S: Final = 3600.0
LOOK_AGAIN_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWish:
    """A draft as somebody approved it: with what it cost then, and packs changed by hand by the line's key."""

    order_id: str
    supplier_id: str
    total_minor: int
    cashier: str
    packs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _AsItWas:
    """What was asked for stands in the ledger already."""


_Decision: TypeAlias = tuple[Event, ...] | _AsItWas | PurchaseRefusal


class Purchasing:
    """The service behind `/api/purchasing`.

    `needs` says what is missing after stock and after all that is on order when it is asked.
    """

    def __init__(self, *, ledger: Ledger, clock: Clock, randomness: Randomness, changes: Changes, currency: str,
                 needs: Callable[[], Awaitable[tuple[Need, ...]]]) -> None:  # fmt: skip
        self._ledger = ledger
        self._clock = clock
        self._randomness = randomness
        self._changes = changes
        self._currency = currency
        self._needs = needs

    @property
    def book(self) -> PurchasingBook:
        """The book as it is on the disk."""
        return self._ledger.state.purchasing

    def today(self) -> date:
        """Return the day by the till's clock."""
        return self._clock.now().date()

    async def drafts(self, packs: Mapping[str, int] | None = None) -> Drafts | BadPurchase:
        """Draft what should be ordered now; nothing is written."""
        fault = _packs_fault(packs or {})
        if fault is not None:
            return fault
        needs, seq = await self._counted()
        return self._draft(self._ledger.state, needs, seq, packs)

    async def place(self, wish: OrderWish) -> PurchaseOrder | PurchaseRefusal:
        """Place an order as it was seen, durable before this answers; the same id again is answered as it was."""
        fault = _packs_fault(wish.packs)
        if fault is not None:
            return fault
        needs, seq = await self._counted()

        def decide(state: TillState) -> _Decision:
            if wish.order_id in state.purchasing.orders:
                return _AsItWas()
            draft = self._draft(state, needs, seq, wish.packs).of(wish.supplier_id)
            if draft is None:
                return NothingToOrder(wish.supplier_id)
            if draft.total_minor != wish.total_minor:
                return DraftChanged(draft.total_minor)
            return self._placed(state, draft, wish.order_id, wish.cashier)

        return await self._decide(wish.order_id, decide)

    async def place_by_itself(self) -> tuple[PurchaseOrder, ...]:
        """Place what may go out without anybody's tap: one order a supplier and day at most, and nothing that is flagged."""
        if not any(one.auto_limit_minor and not one.retired for one in self.book.suppliers.values()):
            return ()
        needs, seq = await self._counted()
        ids = {supplier: self._randomness.new_id() for supplier in self.book.suppliers}
        today = self.today()

        def decide(state: TillState) -> tuple[Event, ...]:
            already = {
                one.placed.supplier_id
                for one in state.purchasing.orders.values()
                if one.placed.automatic and one.placed_at.date() == today
            }
            events: list[Event] = []
            orders = 0
            for draft in self._draft(state, needs, seq).drafts:
                supplier = draft.supplier.supplier_id
                if draft.goes_by_itself and supplier in ids and supplier not in already:
                    placed = self._placed(state, draft, ids[supplier], BY_ITSELF, after=orders)
                    events += placed if isinstance(placed, tuple) else ()
                    orders += isinstance(placed, tuple)
            return tuple(events)

        await self._ledger.append(decide)
        return tuple(self.book.orders[one] for one in ids.values() if one in self.book.orders)

    async def receive(
        self, order_id: str, came_milli: Mapping[int, int], *, receipt_id: str, cashier: str
    ) -> PurchaseOrder | PurchaseRefusal:
        """Book goods that came, with their stock, durable before this answers; the same receipt is booked once."""

        def decide(state: TillState) -> _Decision:
            order = state.purchasing.orders.get(order_id)
            if order is None:
                return UnknownPurchase(order_id)
            if state.purchasing.receipts.find(receipt_id) is not None:
                return _AsItWas()
            return receive(state, order, came_milli, receipt_id=receipt_id, cashier=cashier)

        return await self._decide(order_id, decide)

    async def mark_paid(self, order_id: str, *, cashier: str) -> PurchaseOrder | PurchaseRefusal:
        """Note that an order is paid."""
        return await self._change(order_id, lambda order: (
            _AsItWas() if order.paid else (PurchaseOrderPaid(order_id=order_id, cashier=cashier),)
        ))  # fmt: skip

    async def close(self, order_id: str, *, cashier: str) -> PurchaseOrder | PurchaseRefusal:
        """Note that nothing more will come of an order."""

        def decide(order: PurchaseOrder) -> _Decision:
            return (PurchaseOrderClosed(order_id=order_id, cashier=cashier),) if order.is_open else _AsItWas()

        return await self._change(order_id, decide)

    async def cancel(self, order_id: str, *, cashier: str) -> PurchaseOrder | PurchaseRefusal:
        """Take an order back of which nothing came."""

        def decide(order: PurchaseOrder) -> _Decision:
            if any(order.received_milli):
                return PurchaseDone(order.placed.number, "came in part already: close it instead")
            cancelled = PurchaseOrderCancelled(order_id=order_id, cashier=cashier)
            return (cancelled,) if order.is_open else _AsItWas()

        return await self._change(order_id, decide)

    async def say_sent(
        self, order_id: str, outcome: SendOutcome, *, cashier: str
    ) -> PurchaseOrder | PurchaseRefusal:
        """Note what somebody knows of an order's sending: it has arrived (`SENT`), or it shall go out once more (`AGAIN`)."""

        def decide(order: PurchaseOrder) -> _Decision:
            if not order.is_open:
                return PurchaseDone(order.placed.number, "is not open any more")
            if outcome is SendOutcome.SENT and order.sending.state is SendState.SENT:
                return _AsItWas()
            channel = OrderChannel.BY_HAND
            return (PurchaseOrderSent(order_id=order_id, channel=channel, outcome=outcome, cashier=cashier),)

        return await self._change(order_id, decide)

    async def run(self) -> None:
        """Place what may go by itself: every hour, and when somebody has taken a plan on."""
        seen, planned, waited_s = self._changes.count, self._ledger.state.making.changed_seq, 0.0
        while True:
            since_ms = self._clock.monotonic_ms()
            seen = await self._changes.wait(seen, LOOK_AGAIN_S)
            waited_s += max(0, self._clock.monotonic_ms() - since_ms) / 1000
            making = self._ledger.state.making.changed_seq
            if making != planned or waited_s >= LOOK_EVERY_S:
                planned, waited_s = making, 0.0
                if await self.place_by_itself():
                    self._changes.tell()

    async def _counted(self) -> tuple[tuple[Need, ...], int]:
        """What is needed, and the entry up to which orders are certainly counted in it."""
        seq = self._ledger.head.seq
        return await self._needs(), seq

    def _draft(
        self, state: TillState, needs: tuple[Need, ...], seq: int, packs: Mapping[str, int] | None = None
    ) -> Drafts:
        terms = DraftTerms(today=self.today(), cash_minor=state.making.workshop.cash_minor, counted_seq=seq)
        return draft_orders(needs, state.purchasing, terms, packs)

    def _placed(
        self, state: TillState, draft: Draft, order_id: str, cashier: str, *, after: int = 0
    ) -> tuple[Event, ...] | DraftHeld | TooManyPurchases:
        """The order of a draft, `after` others of the same decision."""
        if draft.hold is not None:
            return DraftHeld(hold=draft.hold, short_minor=draft.short_minor)
        count = len(state.purchasing.open_orders) + after
        if count >= OPEN_MAX:
            return TooManyPurchases(count)
        number = f"{self._ledger.stream.source}-{state.purchasing.number + 1 + after:04d}"
        products = [(Sku(one.need.item), one.need.name) for one in draft.offers if not one.need.is_material]
        placed = place_order(draft, order_id=order_id, number=number, currency=self._currency, cashier=cashier,
                             automatic=cashier == BY_ITSELF)  # fmt: skip
        return (*count_as_none(state, products, cashier=cashier, sheet_id=f"{order_id}-none"), placed)

    async def _change(
        self, order_id: str, decide_order: Callable[[PurchaseOrder], _Decision]
    ) -> PurchaseOrder | PurchaseRefusal:
        def decide(state: TillState) -> _Decision:
            order = state.purchasing.orders.get(order_id)
            return UnknownPurchase(order_id) if order is None else decide_order(order)

        return await self._decide(order_id, decide)

    async def _decide(
        self, order_id: str, decide: Callable[[TillState], _Decision]
    ) -> PurchaseOrder | PurchaseRefusal:
        answer: tuple[Entry, ...] | _AsItWas | PurchaseRefusal = await self._ledger.append(decide)
        if not isinstance(answer, tuple | _AsItWas):
            return answer
        return self.book.orders.get(order_id) or UnknownPurchase(order_id)


def _packs_fault(packs: Mapping[str, int]) -> BadPurchase | None:
    if any(not 0 <= count <= PACKS_MAX for count in packs.values()):
        return BadPurchase(field="packs", reason=f"an order has 0 to {PACKS_MAX:,} packs of each thing")
    return None
