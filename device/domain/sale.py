"""A cart becomes a priced sale, or a refusal. Everything is decided here before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from device.domain.catalogue import Catalogue
from device.domain.customer import Customer
from shared.events.sale import Payment, PaymentMethod, SaleLine, SaleRecorded
from shared.ids import SaleId, Sku
from shared.money import times_quantity
from shared.vat import VatLine, split_vat

LINES_MAX = 200
QUANTITY_MILLI_MAX = 100_000_000
PRICE_MINOR_MAX = 100_000_000
TENDERED_MINOR_MAX = 1_000_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLine:
    """What is wanted; `unit_price_minor` is given only by a sale that was kept while the till was away."""

    sku: Sku
    quantity_milli: int
    unit_price_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleOrder:
    """What the seller asks the till to record.

    `expected_total_minor` is what the customer saw; None does not ask. A `kept` order was made while the till was away
    and is taken at the prices in its lines, which the customer saw and paid.
    """

    sale_id: SaleId
    lines: tuple[CartLine, ...]
    tendered_minor: int
    expected_total_minor: int | None
    collect_at_locker: bool
    kept: bool
    cashier: str
    customer: Customer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedCart:
    """A cart with its prices and its tax; the lines' totals add up to `total_minor`, and so do the tax lines'."""

    lines: tuple[SaleLine, ...]
    total_minor: int
    vat: tuple[VatLine, ...]


@dataclass(frozen=True, slots=True)
class EmptyCart:
    """There is nothing to sell, or far too much for one receipt."""

    lines: int


@dataclass(frozen=True, slots=True)
class UnknownProduct:
    """The catalogue has no such product."""

    sku: str


@dataclass(frozen=True, slots=True)
class BadQuantity:
    """Nobody can sell so much, or so little, of a product."""

    sku: str
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class MissingPrice:
    """A kept sale does not say what the customer paid for a product, or says what cannot be."""

    sku: str


@dataclass(frozen=True, slots=True)
class TotalChanged:
    """The total is not what the customer saw: a price changed in between."""

    expected_minor: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class TenderedTooLittle:
    """The customer gave less than the total (or an impossible amount)."""

    total_minor: int
    tendered_minor: int


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


CartRefusal: TypeAlias = EmptyCart | UnknownProduct | BadQuantity | MissingPrice
SaleRefusal: TypeAlias = (
    CartRefusal | TotalChanged | TenderedTooLittle | SaleIdReused | NoPickupNumber | BeyondShare
)


def price_cart(catalogue: Catalogue, lines: Sequence[CartLine], *, kept: bool) -> PricedCart | CartRefusal:
    """Price a cart at the catalogue's prices, or, for a kept one, at those that its lines carry."""
    if not 1 <= len(lines) <= LINES_MAX:
        return EmptyCart(len(lines))
    priced = []
    for line in lines:
        sale_line = _price_line(catalogue, line, kept=kept)
        if not isinstance(sale_line, SaleLine):
            return sale_line
        priced.append(sale_line)
    vat = split_vat((line.vat_rate_bp, line.total_minor) for line in priced)
    return PricedCart(lines=tuple(priced), total_minor=sum(line.total_minor for line in priced), vat=vat)


def _price_line(catalogue: Catalogue, line: CartLine, *, kept: bool) -> SaleLine | CartRefusal:
    product = catalogue.find(line.sku)
    if product is None:
        return UnknownProduct(line.sku)
    if not 0 < line.quantity_milli <= QUANTITY_MILLI_MAX:
        return BadQuantity(line.sku, line.quantity_milli)
    price_minor = line.unit_price_minor if kept else product.price_minor
    if price_minor is None or not 0 <= price_minor <= PRICE_MINOR_MAX:
        return MissingPrice(line.sku)
    return SaleLine(
        sku=product.sku,
        name=product.name,
        category=product.category,
        quantity_milli=line.quantity_milli,
        unit_price_minor=price_minor,
        total_minor=times_quantity(price_minor, line.quantity_milli),
        vat_rate_bp=product.vat_rate_bp,
    )


def settle_in_cash(
    cart: PricedCart, *, tendered_minor: int, expected_total_minor: int | None
) -> Payment | TotalChanged | TenderedTooLittle:
    """Take cash for a cart and give change."""
    if expected_total_minor is not None and expected_total_minor != cart.total_minor:
        return TotalChanged(expected_total_minor, cart.total_minor)
    if not cart.total_minor <= tendered_minor <= TENDERED_MINOR_MAX:
        return TenderedTooLittle(cart.total_minor, tendered_minor)
    return Payment(
        method=PaymentMethod.CASH,
        amount_minor=cart.total_minor,
        tendered_minor=tendered_minor,
        change_minor=tendered_minor - cart.total_minor,
    )


def is_same_sale(recorded: SaleRecorded, order: SaleOrder) -> bool:
    """Tell whether an order asks for the sale that is recorded: the same products, quantities and way of handing over."""
    wanted = tuple((line.sku, line.quantity_milli) for line in order.lines)
    had = tuple((line.sku, line.quantity_milli) for line in recorded.lines)
    return wanted == had and (recorded.pickup is not None) == order.collect_at_locker
