"""Which products a signal is about, and how much of it reaches each: all of it, or a relative's smaller share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from device.domain.catalogue import Product
from shared.events.market import SignalScope
from shared.ids import Sku

CLOSE_SHARE: Final = 0.5
"""What reaches a product of the same family, and one that the maker linked."""
CATEGORY_SHARE: Final = 0.2
LEAST_SHARE: Final = 0.1
"""What is bought together more seldom than this is no relative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relatives:
    """What is known of how products belong together: their families and categories, links, shared baskets."""

    products: Sequence[Product] = ()
    links: Mapping[Sku, Sequence[Sku]] = field(default_factory=dict)
    baskets: Mapping[Sku, Mapping[Sku, float]] = field(default_factory=dict)

    def shares(self, scope: SignalScope, about: str, /) -> Mapping[Sku, float]:
        """Return how much of a signal reaches each product, from above 0 to 1; products that it does not reach are absent.

        A signal about nothing that is known, such as a product that was taken away, reaches nothing.
        """
        match scope:
            case SignalScope.EVERYTHING:
                return {product.sku: 1.0 for product in self.products}
            case SignalScope.CATEGORY:
                wanted = about.casefold()
                return {one.sku: 1.0 for one in self.products if one.category.casefold() == wanted}
            case SignalScope.PRODUCT:
                return self._of_product(Sku(about))

    def _of_product(self, sku: Sku) -> Mapping[Sku, float]:
        itself = next((one for one in self.products if one.sku == sku), None)
        if itself is None:
            return {}
        linked = {*self.links.get(sku, ()), *(other for other, to in self.links.items() if sku in to)}
        together = self.baskets.get(sku, {})
        shares = {one.sku: self._share(itself, one, linked, together) for one in self.products}
        return {other: share for other, share in shares.items() if share >= LEAST_SHARE}

    def _share(
        self, itself: Product, other: Product, linked: set[Sku], together: Mapping[Sku, float]
    ) -> float:
        if other.sku == itself.sku:
            return 1.0
        is_close = other.sku in linked or (itself.family != "" and other.family == itself.family)
        is_alike = itself.category != "" and other.category == itself.category
        bought = min(CLOSE_SHARE, together.get(other.sku, 0.0))
        return max(CLOSE_SHARE if is_close else 0.0, CATEGORY_SHARE if is_alike else 0.0, bought)
