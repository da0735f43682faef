"""An order that a customer places: checked, priced and numbered, or refused in words."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeAlias

from device.domain.customer import Customer
from device.domain.orders import ORDERS_MAX, OrderBook
from device.domain.pricing.cart import CartLine, PricedCart
from device.domain.pricing.discount import WantedDiscount
from device.domain.quote import QuoteRefusal
from device.domain.sale import DiscountNeedsApproval, SaleOrder, UnknownOrder
from shared.events.order import OrderCancelled, OrderPlaced
from shared.events.sale import ConcealedCustomer, LineKind
from shared.ids import SaleId

DUE_DAYS_MAX: Final = 400
NOTE_MAX: Final = 200
REASON_MAX: Final = 80
SIZES: Final = ("", "S", "M", "L")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """What is ordered, for when, and where it will be collected: at a `hub`'s lockers, or at the stall where it is empty.

    Prices and discounts are agreed on as a sale's are; `approved_by` names who allowed them beyond what a cashier may give.
    """

    order_id: str
    lines: tuple[CartLine, ...]
    due: date
    cashier: str
    hub: str = ""
    size: str = ""
    note: str = ""
    customer: Customer | None = None
    discounts: tuple[WantedDiscount, ...] = ()
    coupon: str = ""
    price_list: str = ""
    approved_by: str = ""

    def as_sale(self) -> SaleOrder:
        """Return the order as a cart that is priced like a sale's."""
        return SaleOrder(
            sale_id=SaleId(self.order_id), lines=self.lines, tenders=(), expected_total_minor=None, collect_at_locker=False,
            kept=False, cashier=self.cashier, discounts=self.discounts, coupon=self.coupon, price_list=self.price_list,
            approved_by=self.approved_by,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class BadOrder:
    """An order cannot be like that; `reason` says why, in words."""

    reason: str


@dataclass(frozen=True, slots=True)
class OrderDone:
    """The order was collected or cancelled: it is not opened anew."""

    order_id: str


OrderRefusal: TypeAlias = BadOrder | OrderDone | UnknownOrder | QuoteRefusal | DiscountNeedsApproval


def fault_of(request: OrderRequest, today: date, hub: str) -> BadOrder | None:
    """Return why a request cannot be; `hub` is the one whose lockers this till knows, if any."""
    if not today - timedelta(days=1) <= request.due <= today + timedelta(days=DUE_DAYS_MAX):
        return BadOrder(f"an order is due today or within {DUE_DAYS_MAX} days")
    if any(line.kind is not LineKind.GOODS for line in request.lines):
        return BadOrder("only goods can be ordered")
    if request.size not in SIZES:
        return BadOrder("a locker is small (S), medium (M) or large (L)")
    if request.hub and request.hub != hub:
        return BadOrder(f"this till knows no lockers at {request.hub}")
    if len(request.note) > NOTE_MAX:
        return BadOrder(f"a note has at most {NOTE_MAX} characters")
    return None


def place(
    book: OrderBook, request: OrderRequest, cart: PricedCart, *, currency: str, customer: ConcealedCustomer | None
) -> OrderPlaced | OrderRefusal:  # fmt: skip
    """Return the order as it goes into the ledger; one that is open already keeps its number."""
    had = book.open.get(request.order_id)
    if request.order_id in book.done:
        return OrderDone(request.order_id)
    if had is None and len(book.open) >= ORDERS_MAX:
        return BadOrder(f"{ORDERS_MAX} orders are open: collect or cancel some first")
    return OrderPlaced(
        order_id=request.order_id,
        number=had.order.number if had else book.last_number + 1,
        cashier=request.cashier,
        currency=currency,
        lines=cart.lines,
        total_minor=cart.total_minor,
        due=request.due,
        hub=request.hub,
        size=request.size,
        note=request.note,
        customer=customer,
        discounts=cart.discounts,
        price_list=request.price_list,
        approved_by=request.approved_by,
    )


def is_same_order(placed: OrderPlaced, request: OrderRequest, cart: PricedCart) -> bool:
    """Tell whether a request, which comes to `cart` now, asks for what is placed already.

    What a customer said of themselves is not compared; of prices only those that somebody typed.
    """
    if any(
        typed.unit_price_minor == now.unit_price_minor != then.unit_price_minor
        for typed, now, then in zip(request.lines, cart.lines, placed.lines, strict=False)
    ):
        return False
    wanted = tuple((line.sku, line.quantity_milli, line.note) for line in request.lines)
    had = tuple((line.sku, line.quantity_milli, line.note) for line in placed.lines)
    asked = (request.due, request.hub, request.size, request.note, request.price_list)
    stands = (placed.due, placed.hub, placed.size, placed.note, placed.price_list)
    return wanted == had and asked == stands and _is_same_deal(placed, request)


def _is_same_deal(placed: OrderPlaced, request: OrderRequest) -> bool:
    wanted = sorted((one.line is None, one.kind, one.value, one.line or 0) for one in request.discounts)
    had = sorted(
        (one.line is None, one.kind, one.value, one.line or 0) for one in placed.discounts if not one.code
    )
    coupons = {one.code.casefold() for one in placed.discounts if one.code}
    same_coupon = coupons == ({request.coupon.casefold()} if request.coupon else set())
    return wanted == had and same_coupon


def cancel(book: OrderBook, order_id: str, *, cashier: str, reason: str) -> OrderCancelled | OrderRefusal:
    """Return the cancelling of an open order."""
    if order_id not in book.open:
        return UnknownOrder(order_id)
    if not reason.strip() or len(reason) > REASON_MAX:
        return BadOrder(f"say why in 1 to {REASON_MAX} characters")
    return OrderCancelled(order_id=order_id, cashier=cashier, reason=reason.strip())
