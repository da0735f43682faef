"""What a product may be, whoever says so: a file, somebody at a till, or the maker on the dashboard."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from shared.ids import Sku
from shared.products import ListPrice, ProductDetails, ProductOption, ProductPart

PRICE_MINOR_MAX = 100_000_000
VAT_BP_MAX = 3_000
NAME_MAX = 120
COLOUR_MAX = 40
BARCODE_MAX = 48
WORD_MAX = 40
OPTIONS_MAX = 4
PARTS_MAX = 20
PRICES_MAX = 8
PART_MILLI_MAX = 1_000_000
_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_PHOTO = re.compile(r"[0-9a-f]{64}|")
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
    return _fault_in_barcode(product.barcode) or _fault_in_kind(product) or _fault_in_lists(product)


def find_bundle_fault(
    product: ProductDetails, find: Callable[[Sku], ProductDetails | None]
) -> BadProduct | None:
    """Return why the parts of a bundle cannot be sold as one: a line of a receipt has one VAT rate."""
    for part in product.parts:
        held = find(part.sku)
        if held is None:
            return BadProduct("parts", f"there is no product “{part.sku}” to put into the bundle")
        if held.parts:
            return BadProduct("parts", f"“{held.name}” is a bundle itself: put its parts in, one by one")
        if held.vat_rate_bp != product.vat_rate_bp:
            return BadProduct(
                "parts", f"“{held.name}” has another VAT rate than the bundle: sell it as a line of its own"
            )
    return None


def _fault_in_kind(product: ProductDetails) -> BadProduct | None:
    """How it is sold, what it cost, and its picture."""
    if not _is_word(product.unit):
        return BadProduct("unit", f"the unit must have 1 to {WORD_MAX} characters")
    if product.weighed and product.unit == "piece":
        return BadProduct("unit", "what is weighed is sold by kg, l or m, not by the piece")
    if product.cost_minor is not None and not 0 <= product.cost_minor <= PRICE_MINOR_MAX:
        return BadProduct("cost_minor", f"what it cost must lie between 0 and {PRICE_MINOR_MAX // 100}")
    if not _PHOTO.fullmatch(product.photo):
        return BadProduct("photo", "the photo is named by its SHA-256")
    return None


def _fault_in_family(product: ProductDetails) -> BadProduct | None:
    if product.family and not _is_word(product.family, NAME_MAX):
        return BadProduct("family", f"the family must have at most {NAME_MAX} characters, without = and ;")
    if product.family and not product.options:
        return BadProduct("options", "say what tells it from the others of its family, such as size=M")
    if product.options and not product.family:
        return BadProduct("family", "say which family it belongs to, or leave out size, colour and the like")
    return None


def _fault_in_lists(product: ProductDetails) -> BadProduct | None:
    return (
        _fault_in_family(product)
        or _fault_in_options(product.options)
        or _fault_in_prices(product.prices)
        or _fault_in_parts(product)
    )


def _fault_in_options(options: tuple[ProductOption, ...]) -> BadProduct | None:
    names = {option.name.casefold() for option in options}
    if len(options) > OPTIONS_MAX or len(names) < len(options):
        return BadProduct("options", f"there may be at most {OPTIONS_MAX} options, each of another name")
    if all(_is_word(text) for option in options for text in (option.name, option.value)):
        return None
    return BadProduct(
        "options", f"an option has a name and a value of 1 to {WORD_MAX} characters, without = and ;"
    )


def _fault_in_prices(prices: tuple[ListPrice, ...]) -> BadProduct | None:
    if len(prices) > PRICES_MAX or len({price.list_name for price in prices}) < len(prices):
        return BadProduct("prices", f"a product may stand in at most {PRICES_MAX} price lists, once in each")
    for price in prices:
        if not _is_word(price.list_name):
            return BadProduct(
                "prices", f"a price list's name has 1 to {WORD_MAX} characters, without = and ;"
            )
        if not 0 <= price.price_minor <= PRICE_MINOR_MAX:
            return BadProduct(
                "prices", f"the price in “{price.list_name}” must lie between 0 and {PRICE_MINOR_MAX // 100}"
            )
    return None


def _fault_in_parts(product: ProductDetails) -> BadProduct | None:
    parts: tuple[ProductPart, ...] = product.parts
    if len(parts) > PARTS_MAX or len({part.sku for part in parts}) < len(parts):
        return BadProduct("parts", f"a bundle holds at most {PARTS_MAX} products, each named once")
    for part in parts:
        if part.sku == product.sku or not _SKU.fullmatch(part.sku):
            return BadProduct("parts", f"a bundle cannot hold “{part.sku}”")
        if not 1 <= part.quantity_milli <= PART_MILLI_MAX:
            return BadProduct("parts", f"a bundle cannot hold so much, or so little, of “{part.sku}”")
    return None


def _is_word(text: str, limit: int = WORD_MAX) -> bool:
    return (
        1 <= len(text) <= limit and text.isprintable() and text == text.strip() and not {"=", ";"} & set(text)
    )


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
