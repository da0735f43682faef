"""A sale as the seller asks for it, and why the till may say no. Prices and payments are worked out in `pricing`."""

from dataclasses import dataclass
from typing import TypeAlias

from device.domain.customer import Customer
from device.domain.pricing.cart import CartLine, CartRefusal
from device.domain.pricing.discount import WantedDiscount
from device.domain.pricing.payment import SettleRefusal, Tender
from device.domain.trade_rules import CouponRefused
from device.domain.vouchers import VoucherRefused
from shared.events.sale import LineKind, SaleRecorded
from shared.ids import SaleId, Sku

TIP_MINOR_MAX = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleOrder:
    """What the seller asks the till to record.

    `expected_total_minor` is what the customer saw; None does not ask. A `kept` order was made while the till was away
    and is taken at the prices in its lines, which the customer saw and paid.
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
    | BadTip
    | SaleIdReused
    | NoPickupNumber
    | BeyondShare
)


def is_same_sale(recorded: SaleRecorded, order: SaleOrder) -> bool:
    """Tell whether an order asks for the sale that is recorded: the same things, discounts, tip and way of handing over."""
    wanted = tuple((line.sku, line.quantity_milli) for line in order.lines)
    had = tuple((line.sku, line.quantity_milli) for line in recorded.lines)
    same_discounts = len(recorded.discounts) == len(order.discounts) + bool(order.coupon)
    return (
        wanted == had
        and same_discounts
        and recorded.tip_minor == order.tip_minor
        and (recorded.pickup is not None) == order.collect_at_locker
    )


def goods_moved(sale: SaleRecorded) -> dict[Sku, int]:
    """Return what left the stock with a sale, in thousandths by product: a bundle moves its parts, a voucher nothing."""
    moved: dict[Sku, int] = {}
    for line in sale.lines:
        if line.kind is not LineKind.GOODS:
            continue
        parts = [(part.sku, part.quantity_milli * line.quantity_milli // 1_000) for part in line.parts]
        for sku, quantity_milli in parts or [(line.sku, line.quantity_milli)]:
            moved[sku] = moved.get(sku, 0) + quantity_milli
    return moved
