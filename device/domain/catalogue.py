"""What the stall sells: products, and the catalogue that holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from shared.ids import Sku
from shared.products import ProductDetails

Product: TypeAlias = ProductDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The products in the order in which they are shown, retired ones among them.

    `version` is that of the cloud's document, 0 before there is one; `waiting` is how many products this till changed
    in a way that the document does not hold yet.
    """

    version: int = 0
    products: tuple[Product, ...] = ()
    waiting: int = 0
    _by_sku: Mapping[Sku, Product] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_sku", {product.sku: product for product in self.products})

    @property
    def offered(self) -> tuple[Product, ...]:
        """The products without the retired ones."""
        return tuple(product for product in self.products if not product.retired)

    def find(self, sku: Sku) -> Product | None:
        """Return the product of a number, retired or not, or None."""
        return self._by_sku.get(sku)
