"""What in the catalogue wants tidying up: found here in one pass, mended by people, one finding at a time.

What is missing is told only where other products have it: a stall without a scanner needs no barcodes, one without
photos no photos, and one that pays no VAT has none on anything.
"""

import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from device.domain.catalogue import Product
from device.domain.selling_day import SellingDay
from shared.ids import Sku

DAYS_WITHOUT = 10
"""On so many selling days in a row nothing was sold of it before a product is taken for one that is gone."""


class FindingKind(StrEnum):
    """What is not in order. The order is that of the page: what can cost money comes first."""

    NO_PRICE = "no_price"
    NO_VAT = "no_vat"
    SHARED_BARCODE = "shared_barcode"
    SAME_NAME = "same_name"
    MIXED_UNITS = "mixed_units"
    NO_BARCODE = "no_barcode"
    NO_PHOTO = "no_photo"
    LONG_GONE = "long_gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Products that one thing is wrong with; `about` is what they share: a name, a barcode, a family."""

    kind: FindingKind
    products: tuple[Product, ...]
    about: str = ""


def find_untidy(
    products: Sequence[Product], stock_milli: Mapping[Sku, int], days: Sequence[SellingDay]
) -> tuple[Finding, ...]:
    """Return what wants tidying up among the products that are offered, in the order of FindingKind."""
    return tuple(
        chain(
            _singly(FindingKind.NO_PRICE, _priceless(products)),
            _singly(FindingKind.NO_VAT, _lacking(products, lambda one: one.vat_rate_bp > 0)),
            _sharing(FindingKind.SHARED_BARCODE, products, lambda one: one.barcode),
            _sharing(FindingKind.SAME_NAME, products, _name_and_options),
            _mixed_units(products),
            _singly(FindingKind.NO_BARCODE, _lacking(products, lambda one: bool(one.barcode))),
            _singly(FindingKind.NO_PHOTO, _lacking(products, lambda one: bool(one.photo))),
            _singly(FindingKind.LONG_GONE, _long_gone(products, stock_milli, days)),
        )
    )


def plain_name(name: str) -> str:
    """Return a name as people hear it: without capitals, accents and extra spaces."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())


def _singly(kind: FindingKind, products: Iterable[Product]) -> Iterable[Finding]:
    return (Finding(kind=kind, products=(product,)) for product in products)


def _priceless(products: Sequence[Product]) -> Iterable[Product]:
    return (one for one in products if one.price_minor == 0 and not one.free_price)


def _lacking(products: Sequence[Product], has: Callable[[Product], bool]) -> list[Product]:
    """Those that lack what others have."""
    lacking = [one for one in products if not has(one)]
    return lacking if len(lacking) < len(products) else []


def _grouped(
    products: Sequence[Product], key_of: Callable[[Product], Hashable]
) -> Mapping[Hashable, list[Product]]:
    groups: dict[Hashable, list[Product]] = {}
    for product in products:
        if key := key_of(product):
            groups.setdefault(key, []).append(product)
    return groups


def _sharing(
    kind: FindingKind, products: Sequence[Product], key_of: Callable[[Product], Hashable]
) -> Iterable[Finding]:
    for same in _grouped(products, key_of).values():
        if len(same) > 1:
            about = same[0].barcode if kind is FindingKind.SHARED_BARCODE else same[0].name
            yield Finding(kind=kind, products=tuple(same), about=about)


def _name_and_options(product: Product) -> Hashable:
    """Members of a family may have one name: their options tell them apart."""
    return plain_name(product.name), plain_name(product.family), product.options


def _mixed_units(products: Sequence[Product]) -> Iterable[Finding]:
    """Members of a family are sold by one unit, and so is what has one name."""
    by_family = _grouped(products, lambda one: plain_name(one.family))
    by_name = _grouped([one for one in products if not one.family], lambda one: plain_name(one.name))
    for same in chain(by_family.values(), by_name.values()):
        if len({one.unit for one in same}) > 1:
            about = same[0].family or same[0].name
            yield Finding(kind=FindingKind.MIXED_UNITS, products=tuple(same), about=about)


def _long_gone(
    products: Sequence[Product], stock_milli: Mapping[Sku, int], days: Sequence[SellingDay]
) -> Iterable[Product]:
    """Nothing was there on the last selling days, nor sold nor brought in.

    Bundles have no stock of their own, and what never had any may be new.
    """
    lately = days[-DAYS_WITHOUT:]
    if len(lately) < DAYS_WITHOUT:
        return ()
    return (
        one
        for one in products
        if not one.parts
        and stock_milli.get(one.sku, 0) <= 0
        and all(one.sku in day.sold_out and day.sold_milli.get(one.sku, 0) == 0 for day in lately)
    )
