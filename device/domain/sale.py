"""A sale as the seller asks for it, and why the till may say no. Prices and payments are worked out in `pricing`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from device.domain.card_attempts import CardNotTaken
from device.domain.customer import Customer
from device.domain.pricing.cart import CartLine, CartRefusal
from device.domain.pricing.deposit import DepositTooMuch
from device.domain.pricing.discount import WantedDiscount
from device.domain.pricing.payment import SettleRefusal, Tender
from device.domain.trade_rules import CouponRefused
from device.domain.vouchers import VoucherRefused
from shared.events.sale import LineKind, SaleLine, SaleRecorded
from shared.ids import SaleId, Sku

TIP_MINOR_MAX = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleOrder:
    """What the seller asks the till to record.

    `expected_total_minor` is what the customer saw; None does not ask. A `kept` order was made while the till was away
    and is taken at the prices in its lines, which the customer saw and paid; it says itself whether its `vat_added`, and what
    coins added or took. `order_id` is the order that it pays for: a deposit of `deposit_minor`, or else the balance, whose
    lines may be left to the order. `approved_by` names who allowed a discount beyond what a cashier may give.
    """

    sale_id: SaleId
    lines: tuple[CartLine, ...]
    tenders: tuple[Tender, ...]
    expected_total_minor: int | None
    collect_at_locker: bool
    kept: bool
    cashier: str
    customer: Customer | None = None
    discounts: tuple[WantedDiscount, ...] = ()
    coupon: str = ""
    tip_minor: int = 0
    price_list: str = ""
    order_id: str = ""
    deposit_minor: int | None = None
    vat_added: bool | None = None
    rounding_minor: int | None = None
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class UnknownPriceList:
    """No product has a price in such a list."""

    price_list: str


@dataclass(frozen=True, slots=True)
class UnknownOrder:
    """No such order is open here: it was collected, cancelled, or placed at another till."""

    order_id: str


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """The order was changed or paid while this sale was being rung up."""

    order_id: str


@dataclass(frozen=True, slots=True)
class KeptDoesNotAddUp:
    """A sale that a phone kept tells a total that its own prices do not come to."""

    said_minor: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class DiscountNeedsApproval:
    """More was taken off than a cashier may give alone; both in basis points of the goods' price."""

    limit_bp: int
    asked_bp: int


@dataclass(frozen=True, slots=True)
class BadTip:
    """A tip is nothing, or far too much."""

    tip_minor: int


@dataclass(frozen=True, slots=True)
class SaleIdReused:
    """A sale with this id is recorded already, and it was another one."""

    sale_id: SaleId


@dataclass(frozen=True, slots=True)
class NoPickupNumber:
    """The till has no free pick-up number left, or knows no hub at all."""


@dataclass(frozen=True, slots=True)
class BeyondShare:
    """The cloud gave this till a share of a product, and a parcel would promise more than is left of it."""

    sku: str
    left_milli: int


SaleRefusal: TypeAlias = (
    CartRefusal
    | SettleRefusal
    | CouponRefused
    | VoucherRefused
    | CardNotTaken
    | BadTip
    | UnknownOrder
    | UnknownPriceList
    | OrderChanged
    | DepositTooMuch
    | KeptDoesNotAddUp
    | DiscountNeedsApproval
    | SaleIdReused
    | NoPickupNumber
    | BeyondShare
)


def is_same_sale(recorded: SaleRecorded, order: SaleOrder) -> bool:
    """Tell whether an order asks for the sale that is recorded: the same things, discounts, tip and way of handing over.

    How it was paid is not asked: a repeat whose answer was lost may say “what is due” where the first said an amount.
    """
    return (
        _same_lines(recorded, order)
        and _same_discounts(recorded, order)
        and (recorded.tip_minor, recorded.order_id) == (order.tip_minor, order.order_id)
        and recorded.price_list == order.price_list
        and (recorded.pickup is not None) == order.collect_at_locker
    )


def _same_lines(recorded: SaleRecorded, order: SaleOrder) -> bool:
    kinds = {line.kind for line in recorded.lines}
    if LineKind.DEPOSIT in kinds or order.deposit_minor is not None:
        return LineKind.DEPOSIT in kinds and order.deposit_minor is not None
    if order.order_id and not order.lines:
        return True  # the lines are the order's own
    had = [line for line in recorded.lines if line.kind in (LineKind.GOODS, LineKind.VOUCHER)]
    return [_what(line) for line in had] == [_what(line) for line in order.lines]


def _what(line: SaleLine | CartLine) -> tuple[LineKind, str, int, int | None]:
    """A voucher is known by its worth, goods by their number."""
    if line.kind is LineKind.VOUCHER:
        return line.kind, "", line.quantity_milli, line.unit_price_minor
    return line.kind, line.sku, line.quantity_milli, None


def _same_discounts(recorded: SaleRecorded, order: SaleOrder) -> bool:
    """The receipt tells discounts of lines before those of the cart, and coupons by their code."""
    wanted = sorted(order.discounts, key=lambda one: one.line is None)
    had = [(one.kind, one.value, one.line) for one in recorded.discounts]
    if order.order_id:  # those that the order was agreed on with stand there, too
        asked = [(one.kind, one.value, one.line) for one in wanted]
        return all(had.count(one) >= asked.count(one) for one in asked)
    codes = [one.code.casefold() for one in recorded.discounts[len(wanted) :]]
    return had[: len(wanted)] == [(one.kind, one.value, one.line) for one in wanted] and codes == (
        [order.coupon.strip().casefold()] if order.coupon else []
    )


def goods_moved(sale: SaleRecorded) -> dict[Sku, int]:
    """Return what left the stock with a sale, in thousandths by product."""
    return goods_on(sale.lines)


def goods_on(lines: Iterable[SaleLine]) -> dict[Sku, int]:
    """Return what lines take from the stock, in thousandths by product: a bundle its parts, a voucher nothing."""
    moved: dict[Sku, int] = {}
    for line in lines:
        if line.kind is not LineKind.GOODS:
            continue
        parts = [(part.sku, part.quantity_milli * line.quantity_milli // 1_000) for part in line.parts]
        for sku, quantity_milli in parts or [(line.sku, line.quantity_milli)]:
            moved[sku] = moved.get(sku, 0) + quantity_milli
    return moved
