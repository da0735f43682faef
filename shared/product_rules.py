"""What a product may be, whoever says so: a file, somebody at a till, or the maker on the dashboard."""

import re
from dataclasses import dataclass

from shared.products import ProductDetails

PRICE_MINOR_MAX = 100_000_000
VAT_BP_MAX = 3_000
NAME_MAX = 120
COLOUR_MAX = 40
BARCODE_MAX = 48
_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_GTIN_LENGTHS = (8, 12, 13)


@dataclass(frozen=True, slots=True)
class BadProduct:
    """A product cannot be like that: the field that is wrong, and why, in words."""

    field: str
    reason: str


def find_fault(product: ProductDetails) -> BadProduct | None:
    """Return what is wrong with a product by itself, or None."""
    if not _SKU.fullmatch(product.sku):
        return BadProduct(
            "sku", f"the sku “{product.sku}” must be 1 to 40 letters, digits, full stops, hyphens"
        )
    for field, text in (("name", product.name), ("category", product.category)):
        if not 1 <= len(text) <= NAME_MAX or not text.isprintable():
            return BadProduct(field, f"the {field} must have 1 to {NAME_MAX} characters")
    if not 0 <= product.price_minor <= PRICE_MINOR_MAX:
        return BadProduct("price_minor", f"the price must lie between 0 and {PRICE_MINOR_MAX // 100}")
    if not 0 <= product.vat_rate_bp <= VAT_BP_MAX:
        return BadProduct(
            "vat_rate_bp", f"the VAT is no known rate: the highest is {VAT_BP_MAX // 100} percent"
        )
    if len(product.colour) > COLOUR_MAX or not (product.colour.isprintable() or not product.colour):
        return BadProduct("colour", f"the colour must have at most {COLOUR_MAX} characters")
    return _fault_in_barcode(product.barcode)


def _fault_in_barcode(text: str) -> BadProduct | None:
    if not (text.isascii() and (text.isprintable() or not text) and len(text) <= BARCODE_MAX):
        return BadProduct(
            "barcode", f"the barcode “{text}” must be at most {BARCODE_MAX} plain letters and digits"
        )
    if text.isdigit() and len(text) in _GTIN_LENGTHS and not _check_digit_fits(text):
        return BadProduct("barcode", f"the barcode {text} has a wrong check digit: scan it again")
    return None


def _check_digit_fits(digits: str) -> bool:
    """Tell whether the last digit of a GTIN (EAN-8, UPC-A, EAN-13) is right: GS1 General Specifications, 7.9."""
    return sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(reversed(digits))) % 10 == 0
