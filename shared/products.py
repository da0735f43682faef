"""What a product is, and how a change of one is told, field by field, so that two changes can be brought together.

A field that came later is left out of what is written while it says nothing, so that older entries and documents keep
their bytes.
"""

from dataclasses import MISSING, dataclass, fields
from operator import not_
from typing import Annotated

from pydantic import Field

from shared.ids import Sku

UNITS = ("piece", "pair", "kg", "g", "l", "m", "hour")
"""The units that the pages have words for; any other short word may stand there too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOption:
    """What tells one product of a family from the others, such as size M."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPart:
    """What one unit of a bundle holds of another product, in thousandths of that product's unit."""

    sku: Sku
    quantity_milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPrice:
    """What the product costs by a price list such as “members”."""

    list_name: str
    price_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDetails:
    """One product as it travels: `price_minor` is gross, for one `unit`; a `retired` one is no longer offered.

    Of a `weighed` one the quantity may have decimals; of a `free_price` one the cashier types the price. Products of one
    `family` differ in their `options` and are shown as one. A bundle has `parts`, which go out of stock in its place.
    `photo` is the SHA-256 of a picture that the till keeps; it does not travel with the product. `prices` are those of
    price lists, `cost_minor` what one unit cost the stall, None where nobody said.
    """

    sku: Sku
    name: str
    category: str
    price_minor: int
    vat_rate_bp: int
    barcode: str = ""
    colour: str = ""
    unit: str = "piece"
    retired: bool = False
    weighed: Annotated[bool, Field(exclude_if=not_)] = False
    free_price: Annotated[bool, Field(exclude_if=not_)] = False
    favourite: Annotated[bool, Field(exclude_if=not_)] = False
    family: Annotated[str, Field(exclude_if=not_)] = ""
    options: Annotated[tuple[ProductOption, ...], Field(exclude_if=not_)] = ()
    parts: Annotated[tuple[ProductPart, ...], Field(exclude_if=not_)] = ()
    prices: Annotated[tuple[ListPrice, ...], Field(exclude_if=not_)] = ()
    cost_minor: Annotated[int | None, Field(exclude_if=lambda cost: cost is None)] = None
    photo: Annotated[str, Field(exclude_if=not_)] = ""


FIELD_NAMES = tuple(field.name for field in fields(ProductDetails) if field.name != "sku")
DEFAULTS: dict[str, object] = {
    field.name: field.default for field in fields(ProductDetails) if field.default is not MISSING
}
"""The fields that a product may leave empty, and what they say then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChange:
    """A product before somebody changed it (None: it is new) and after; both are of the same sku."""

    before: ProductDetails | None
    after: ProductDetails


def changed_fields(change: ProductChange) -> tuple[str, ...]:
    """Return the names of the fields that a change touched; all of them for a new product."""
    if change.before is None:
        return FIELD_NAMES
    return tuple(name for name in FIELD_NAMES if getattr(change.before, name) != getattr(change.after, name))


def price_of(product: ProductDetails, price_list: str = "") -> int:
    """Return what one unit costs by a price list, in minor units; a list without the product leaves the usual price."""
    listed = (price.price_minor for price in product.prices if price.list_name == price_list)
    return next(listed, product.price_minor)


def is_sellable(product: ProductDetails) -> bool:
    """Tell whether a product may go into a cart: it is offered, and is priced or lets the cashier say the price."""
    return not product.retired and (product.free_price or product.price_minor >= 0)
