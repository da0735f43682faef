"""What a product may be at this till: what it may be anywhere, and what fits the other products that are offered."""

from device.domain.catalogue import Catalogue, Product
from shared.product_rules import COLOUR_MAX, BadProduct, find_bundle_fault, find_fault

__all__ = ("COLOUR_MAX", "BadProduct", "find_clash", "find_fault")


def find_clash(catalogue: Catalogue, product: Product) -> BadProduct | None:
    """Return what does not fit other products: a barcode or a place in the family that is taken, parts that cannot be."""
    if product.retired:
        return None
    return (
        _find_barcode_clash(catalogue, product)
        or _find_family_clash(catalogue, product)
        or find_bundle_fault(product, catalogue.find)
    )


def _find_barcode_clash(catalogue: Catalogue, product: Product) -> BadProduct | None:
    if not product.barcode:
        return None
    for other in catalogue.offered:
        if other.barcode == product.barcode and other.sku != product.sku:
            return BadProduct("barcode", f"the barcode {product.barcode} belongs to {other.sku} already")
    return None


def _find_family_clash(catalogue: Catalogue, product: Product) -> BadProduct | None:
    if not product.family:
        return None
    for other in catalogue.offered:
        if other.sku != product.sku and (other.family, other.options) == (product.family, product.options):
            return BadProduct("options", f"“{other.name}” is that one of the family already")
    return None
