"""A cart and its price: what is wanted, at which prices, less which discounts, with which tax."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from device.domain.catalogue import Catalogue, Product
from device.domain.pricing.discount import BadDiscount, PriceItem, WantedDiscount, take_off
from shared.events.sale import BundlePart, Discount, LineKind, SaleLine
from shared.ids import Sku
from shared.money import QUANTITY_ONE_MILLI, times_quantity
from shared.products import price_of
from shared.vat import BASIS_POINTS, VatLine, add_vat_on, split_vat

LINES_MAX = 200
QUANTITY_MILLI_MAX = 100_000_000
PRICE_MINOR_MAX = 100_000_000
NOTE_MAX = 200
VOUCHER_SKU = Sku("voucher")
VOUCHER_NAME = "Gift voucher"


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLine:
    """What is wanted.

    `unit_price_minor` is given by a sale that was kept while the till was away, by a voucher's worth, and where the cashier
    says the price; a kept sale may also say the `vat_rate_bp` that its phone knew.
    """

    sku: Sku
    quantity_milli: int
    unit_price_minor: int | None = None
    note: str = ""
    kind: LineKind = LineKind.GOODS
    vat_rate_bp: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedCart:
    """A cart with its prices and its tax; the gross amounts of `vat` add up to `total_minor`."""

    lines: tuple[SaleLine, ...]
    total_minor: int
    vat: tuple[VatLine, ...]
    discounts: tuple[Discount, ...] = ()
    vat_added: bool = False

    @property
    def goods_minor(self) -> int:
        """What the goods cost, less discounts."""
        return sum(line.total_minor for line in self.lines if line.kind is LineKind.GOODS)

    @property
    def reduced_bp(self) -> int:
        """How much of the goods' price people took off, coupons not counted, in basis points rounded up."""
        full_minor = self.goods_minor + self.discount_minor
        off_minor = sum(discount.amount_minor for discount in self.discounts if not discount.code)
        return -(-off_minor * BASIS_POINTS // full_minor) if full_minor else 0

    @property
    def discount_minor(self) -> int:
        """What all discounts took off."""
        return sum(discount.amount_minor for discount in self.discounts)


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


CartRefusal: TypeAlias = EmptyCart | UnknownProduct | BadQuantity | MissingPrice | BadDiscount


def price_cart(catalogue: Catalogue, lines: Sequence[CartLine], *, kept: bool,
               discounts: Sequence[WantedDiscount] = (), vat_added: bool = False,
               price_list: str = "", agreed: Sequence[SaleLine] = (),
               taken_off: Sequence[SaleLine] = ()) -> PricedCart | CartRefusal:  # fmt: skip
    """Price a cart at the catalogue's prices by a price list, or, for a kept one, at those that its lines carry.

    Where `vat_added`, the catalogue's prices are net and the tax comes on top. `agreed` are the lines of an order, whose prices
    go before the catalogue's; `taken_off` are the lines of its deposits.
    """
    if not 1 <= len(lines) <= LINES_MAX:
        return EmptyCart(len(lines))
    priced: list[SaleLine] = []
    for line in lines:
        sale_line = (
            _price_voucher(line)
            if line.kind is LineKind.VOUCHER
            else _price_line(catalogue, line, kept=kept, price_list=price_list, agreed=agreed)
        )
        if not isinstance(sale_line, SaleLine):
            return sale_line
        priced.append(sale_line)
    off = take_off([_item(line) for line in priced], discounts)
    if isinstance(off, BadDiscount):
        return off
    reduced = [_less(line, minor) for line, minor in zip(priced, off[0], strict=True)]
    return sum_up([*reduced, *taken_off], discounts=off[1], vat_added=vat_added)


def sum_up(
    lines: Sequence[SaleLine], *, discounts: tuple[Discount, ...] = (), vat_added: bool = False
) -> PricedCart:
    """Add lines up: the tax of each rate is rounded once, half up; the total is what the tax lines say gross."""
    split = add_vat_on if vat_added else split_vat
    vat = split((line.vat_rate_bp, line.total_minor) for line in lines)
    return PricedCart(lines=tuple(lines), total_minor=sum(line.gross_minor for line in vat), vat=vat,
                      discounts=discounts, vat_added=vat_added)  # fmt: skip


def _item(line: SaleLine) -> PriceItem:
    return PriceItem(total_minor=line.total_minor, is_reducible=line.kind is LineKind.GOODS)


def _less(line: SaleLine, off_minor: int) -> SaleLine:
    return (
        replace(line, discount_minor=off_minor, total_minor=line.total_minor - off_minor)
        if off_minor
        else line
    )


def _price_line(
    catalogue: Catalogue, line: CartLine, *, kept: bool, price_list: str, agreed: Sequence[SaleLine]
) -> SaleLine | CartRefusal:
    product = _agreed(agreed, line) or catalogue.find(line.sku)
    if product is None:
        return UnknownProduct(line.sku)
    if not 0 < line.quantity_milli <= QUANTITY_MILLI_MAX:
        return BadQuantity(line.sku, line.quantity_milli)
    price_minor = line.unit_price_minor if kept else _usual_price(product, line, price_list)
    if price_minor is None or not 0 <= price_minor <= PRICE_MINOR_MAX:
        return MissingPrice(line.sku)
    return SaleLine(
        sku=product.sku,
        name=product.name,
        category=product.category,
        quantity_milli=line.quantity_milli,
        unit_price_minor=price_minor,
        total_minor=times_quantity(price_minor, line.quantity_milli),
        vat_rate_bp=line.vat_rate_bp if kept and line.vat_rate_bp is not None else product.vat_rate_bp,
        note=line.note[:NOTE_MAX],
        parts=product.parts if isinstance(product, SaleLine) else _parts_of(product),
    )


def _agreed(agreed: Sequence[SaleLine], line: CartLine) -> SaleLine | None:
    """Return the line of an order that a line is about; a product may stand there twice, at two prices."""
    of_sku = [one for one in agreed if one.sku == line.sku]
    same = (one for one in of_sku if one.unit_price_minor == line.unit_price_minor)
    return next(same, of_sku[-1] if of_sku else None)


def _usual_price(product: Product | SaleLine, line: CartLine, price_list: str) -> int:
    """The agreed price of an order, what the cashier types where the price is free, or what a price list says."""
    if isinstance(product, SaleLine):
        return product.unit_price_minor
    if product.free_price and line.unit_price_minor is not None:
        return line.unit_price_minor
    return price_of(product, price_list)


def _parts_of(product: Product) -> tuple[BundlePart, ...]:
    return tuple(BundlePart(sku=part.sku, quantity_milli=part.quantity_milli) for part in product.parts)


def _price_voucher(line: CartLine) -> SaleLine | CartRefusal:
    """A voucher is sold for its worth, untaxed; its code is drawn when the sale is recorded."""
    if line.quantity_milli != QUANTITY_ONE_MILLI:
        return BadQuantity(VOUCHER_SKU, line.quantity_milli)
    worth_minor = line.unit_price_minor
    if worth_minor is None or not 0 < worth_minor <= PRICE_MINOR_MAX:
        return MissingPrice(VOUCHER_SKU)
    return SaleLine(
        sku=VOUCHER_SKU, name=VOUCHER_NAME, category="", quantity_milli=QUANTITY_ONE_MILLI, unit_price_minor=worth_minor,
        total_minor=worth_minor, vat_rate_bp=0, kind=LineKind.VOUCHER, note=line.note[:NOTE_MAX],
    )  # fmt: skip
