"""A field of a product as one line of text, and read back: for settlements, differences, and the columns of a file.

Options read `size=M; colour=blue`, parts `mug=2; tea=0.5` (sku and quantity), prices `members=1800` (minor units). Neither
names nor values hold `=` or `;`: `product_rules` refuses them.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, cast

from shared.ids import Sku
from shared.money import QUANTITY_ONE_MILLI
from shared.products import ListPrice, ProductDetails, ProductOption, ProductPart

_QUANTITY = re.compile(r"(\d{1,9})(?:[.,](\d{1,3}))?")


def field_text(value: object) -> str:
    """Return a field's value as text."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case tuple():
            return "; ".join(map(_item_text, value))
        case _:
            return str(value)


def with_field_text(product: ProductDetails, name: str, text: str) -> ProductDetails:
    """Return a product with a field set to what `field_text` once said; raises ValueError if it is no such value."""
    return replace(product, **cast("dict[str, Any]", {name: _value(name, text)}))


def quantity_text(quantity_milli: int) -> str:
    """Return thousandths as a plain decimal: `2`, `0.5`."""
    whole, part = divmod(quantity_milli, QUANTITY_ONE_MILLI)
    return f"{whole}.{part:03d}".rstrip("0") if part else str(whole)


def parse_quantity(text: str) -> int:
    """Return the thousandths of `2`, `0.5` or `0,5`; raises ValueError."""
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"“{text}” is no quantity, such as 2 or 0.5")
    return int(match[1]) * QUANTITY_ONE_MILLI + int((match[2] or "").ljust(3, "0"))


def parse_options(text: str) -> tuple[ProductOption, ...]:
    """Return the options of `size=M; colour=blue`; raises ValueError."""
    return tuple(ProductOption(name=name, value=value) for name, value in _pairs(text))


def parse_parts(text: str) -> tuple[ProductPart, ...]:
    """Return the parts of `mug=2; tea=0.5`; raises ValueError."""
    return tuple(ProductPart(sku=Sku(sku), quantity_milli=parse_quantity(much)) for sku, much in _pairs(text))


def _item_text(item: object) -> str:
    match item:
        case ProductOption(name=name, value=value):
            return f"{name}={value}"
        case ProductPart(sku=sku, quantity_milli=quantity_milli):
            return f"{sku}={quantity_text(quantity_milli)}"
        case ListPrice(list_name=list_name, price_minor=price_minor):
            return f"{list_name}={price_minor}"
        case _:
            return str(item)


def _value(name: str, text: str) -> object:
    if name == "cost_minor":
        return int(text) if text else None
    return _READERS.get(name, str)(text)


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    for item in filter(str.strip, text.split(";")):
        name, equals, value = (part.strip() for part in item.partition("="))
        if not (name and equals and value):
            raise ValueError(f"“{item.strip()}” does not read like “size=M”")
        yield name, value


def _parse_prices(text: str) -> tuple[ListPrice, ...]:
    return tuple(ListPrice(list_name=name, price_minor=int(price)) for name, price in _pairs(text))


def _is_true(text: str) -> bool:
    return text == "true"


_READERS: Final[Mapping[str, Callable[[str], object]]] = MappingProxyType(
    dict.fromkeys(("retired", "weighed", "free_price", "favourite"), _is_true)
    | dict.fromkeys(("price_minor", "vat_rate_bp"), int)
    | {"options": parse_options, "parts": parse_parts, "prices": _parse_prices}
)
