"""What a product may be at this till: what it may be anywhere, and no barcode that another one has."""

from device.domain.catalogue import Catalogue, Product
from shared.product_rules import COLOUR_MAX, BadProduct, find_fault

__all__ = ("COLOUR_MAX", "BadProduct", "find_clash", "find_fault")


def find_clash(catalogue: Catalogue, product: Product) -> BadProduct | None:
    """Return whether another product that is offered has the barcode already."""
    if not product.barcode or product.retired:
        return None
    for other in catalogue.offered:
        if other.barcode == product.barcode and other.sku != product.sku:
            return BadProduct("barcode", f"the barcode {product.barcode} belongs to {other.sku} already")
    return None
