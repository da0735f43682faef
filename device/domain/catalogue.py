"""What the stall sells: products, and the versioned catalogue that holds them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.ids import Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One product: `price_minor` is gross, for one `unit`; `barcode` and `colour` may be empty."""

    sku: Sku
    name: str
    category: str
    price_minor: int
    vat_rate_bp: int
    barcode: str = ""
    colour: str = ""
    unit: str = "piece"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The products in the order in which they are shown; `version` rises with each change."""

    version: int = 0
    products: tuple[Product, ...] = ()
    _by_sku: Mapping[Sku, Product] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_sku", {product.sku: product for product in self.products})

    def find(self, sku: Sku) -> Product | None:
        """Return the product of a number, or None."""
        return self._by_sku.get(sku)

    def merged(self, products: Iterable[Product]) -> "Catalogue":
        """Return the next version: products of a known sku take its place, others come after; none goes away."""
        merged = dict(self._by_sku)
        merged.update((product.sku, product) for product in products)
        return Catalogue(version=self.version + 1, products=tuple(merged.values()))
