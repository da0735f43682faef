"""Somebody at the till changes a product, adds one or takes one out of the offer: decided here before anything is written."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

from device.domain.assortment import Assortment
from device.domain.barcode import make_ean13
from device.domain.catalogue import Catalogue, Product
from device.domain.own_changes import FieldValue, record_changes
from device.domain.pricing.cart import UnknownProduct
from device.domain.product_rules import BadProduct, find_clash, find_fault
from shared.events.stock import ProductsChanged
from shared.ids import Sku
from shared.products import FIELD_NAMES

EDITABLE = FIELD_NAMES
OWN_PREFIX = 20
OWN_NUMBERS = 10**10
Wish: TypeAlias = Mapping[str, FieldValue]
"""The fields of EDITABLE that are to change, and to what."""


@dataclass(frozen=True, slots=True)
class PriceSetFromAfar:
    """The cloud sets the price of this product for this till, so that a change here would not be seen."""

    sku: Sku
    price_minor: int


ProductRefusal: TypeAlias = UnknownProduct | BadProduct | PriceSetFromAfar
_Decision: TypeAlias = tuple[ProductsChanged, ...] | ProductRefusal


def change_product(assortment: Assortment, sku: Sku, wish: Wish, *, cashier: str) -> _Decision:
    """Return the event for a change of some fields, nothing where they are so already, or why it cannot be."""
    before, priced = assortment.catalogue.find(sku), assortment.priced.find(sku)
    if before is None or priced is None:
        return UnknownProduct(sku)
    if "price_minor" in wish and priced.price_minor != before.price_minor:
        return PriceSetFromAfar(sku, priced.price_minor)
    return _decide(assortment.catalogue, replace(before, **_fields(wish)), cashier)


def new_sku(name: str, letters: str) -> Sku:
    """Return a number for a new product; random `letters` make it one that no other till gives."""
    return Sku(f"{_slug(name)}-{letters}")


def add_product(assortment: Assortment, sku: Sku, wish: Wish, *, cashier: str) -> _Decision:
    """Return the event for a new product, or why it cannot be."""
    if assortment.catalogue.find(sku) is not None:
        return BadProduct("sku", f"the sku {sku} is given already: try again")
    empty = Product(sku=sku, name="", category="", price_minor=0, vat_rate_bp=0)
    return _decide(assortment.catalogue, replace(empty, **_fields(wish)), cashier)


def barcode_for(catalogue: Catalogue, chance: bytes) -> str:
    """Return an EAN-13 of our own for a product that came without one; no product here has it.

    The number is drawn, so that two tills that make one at the same time hardly ever make the same.
    """
    taken = {product.barcode for product in catalogue.products}
    number = int.from_bytes(chance, "big")
    while True:
        made = make_ean13(OWN_PREFIX, number % OWN_NUMBERS)
        if isinstance(made, str) and made not in taken:
            return made
        number += 1


def _decide(catalogue: Catalogue, product: Product, cashier: str) -> _Decision:
    fault = find_fault(product) or find_clash(catalogue, product)
    return fault or record_changes(catalogue, (product,), cashier=cashier)


def _fields(wish: Wish) -> dict[str, Any]:
    """Only EDITABLE fields; their types were checked where the wish came in."""
    return cast("dict[str, Any]", {name: wish[name] for name in EDITABLE if name in wish})


def _slug(name: str) -> str:
    """The plain letters of a name: people read product numbers in lists and files."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:30].strip("-") or "product"
