"""What a product of the catalogue may be: texts cut and cleaned, prices and rates within bounds."""

from dataclasses import replace
from typing import Final

from cloud.domain.plain_text import plain_text
from shared.ids import Sku
from shared.products import ListPrice, ProductChange, ProductDetails, ProductOption, ProductPart

SKU_MAX: Final = 48
NAME_MAX: Final = 120
TEXT_MAX: Final = 48
PRICE_MINOR_MAX: Final = 10**9
VAT_BP_MAX: Final = 10_000
ITEMS_MAX: Final = 20
"""Options, parts or price lists of one product."""
PHOTO_MAX: Final = 64
PRODUCTS_MAX: Final = 20_000
"""As many as fit a document of the most bytes; a stall has some dozens."""


def clean_product(product: ProductDetails) -> ProductDetails:
    """Return a product with its texts made fit for every database and screen."""
    return replace(
        product,
        sku=Sku(plain_text(product.sku, SKU_MAX)),
        name=plain_text(product.name, NAME_MAX),
        category=plain_text(product.category, NAME_MAX),
        barcode=plain_text(product.barcode, TEXT_MAX),
        colour=plain_text(product.colour, TEXT_MAX),
        unit=plain_text(product.unit, TEXT_MAX),
        family=plain_text(product.family, NAME_MAX),
        options=tuple(
            ProductOption(name=_word(one.name), value=_word(one.value)) for one in product.options[:ITEMS_MAX]
        ),
        parts=tuple(
            ProductPart(sku=Sku(_word(one.sku)), quantity_milli=one.quantity_milli)
            for one in product.parts[:ITEMS_MAX]
        ),
        prices=tuple(
            ListPrice(list_name=_word(one.list_name), price_minor=one.price_minor)
            for one in product.prices[:ITEMS_MAX]
        ),
        photo=plain_text(product.photo, PHOTO_MAX),
    )


def _word(text: str) -> str:
    """A name within a list, which is told as `name=value; …`."""
    return plain_text(text, TEXT_MAX).replace("=", "-").replace(";", ",")


def fault_of_product(product: ProductDetails) -> str | None:
    """Say what is wrong with a product, if anything."""
    if not product.sku.strip():
        return "a product has no number (sku)"
    if not product.name.strip():
        return f"the product {product.sku} has no name"
    if not 0 <= product.price_minor <= PRICE_MINOR_MAX:
        return f"the price of {product.sku} is beyond all bounds"
    if not 0 <= product.vat_rate_bp <= VAT_BP_MAX:
        return f"the VAT rate of {product.sku} is beyond all bounds"
    return _fault_of_lists(product)


def _fault_of_lists(product: ProductDetails) -> str | None:
    amounts = (product.cost_minor or 0, *(price.price_minor for price in product.prices))
    if not all(0 <= amount <= PRICE_MINOR_MAX for amount in amounts):
        return f"the cost of {product.sku}, or its price in a list, is beyond all bounds"
    if not all(0 < part.quantity_milli <= PRICE_MINOR_MAX for part in product.parts):
        return f"the bundle {product.sku} holds an amount beyond all bounds"
    return None


def fault_of_change(change: ProductChange) -> str | None:
    """Say what is wrong with a change, if anything."""
    if change.before is not None and change.before.sku != change.after.sku:
        return f"a change turns {change.before.sku} into {change.after.sku}: a product keeps its number"
    return fault_of_product(change.after)
