"""The columns of a catalogue file that it may lack: what their cells mean, and what is written into them.

`price:members` holds the prices of the list “members”; an empty cell there leaves the product out of that list. Options read
`size=M; colour=blue`, parts `mug=2; tea=0.5`; `weighed`, `free_price` and `favourite` say yes or no.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, cast

from shared.money import format_minor, parse_minor
from shared.product_words import field_text, parse_options, parse_parts
from shared.products import ListPrice, ProductDetails

LIST_MARK: Final = "price:"
PLAIN: Final = (
    "barcode",
    "colour",
    "unit",
    "weighed",
    "free_price",
    "favourite",
    "family",
    "options",
    "parts",
)
COST: Final = "cost"
_TRUE: Final = frozenset({"yes", "ja", "x", "1", "true"})
_FALSE: Final = frozenset({"", "no", "nein", "0", "false"})


class CellError(ValueError):
    """A cell says nothing that its field understands; `field` is the product's."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def optional_columns(products: Iterable[ProductDetails]) -> tuple[str, ...]:
    """Return the heading for products after the columns that are always there: one for each price list."""
    lists = {price.list_name: None for product in products for price in product.prices}
    return (*PLAIN, COST, *(f"{LIST_MARK}{name}" for name in sorted(lists)))


def optional_cells(product: ProductDetails, columns: Iterable[str], currency: str) -> list[str]:
    """Return a product's cells of such columns."""
    listed = {f"{LIST_MARK}{price.list_name}": price.price_minor for price in product.prices}
    cost = {} if product.cost_minor is None else {COST: product.cost_minor}
    amounts = listed | cost
    return [
        _plain_text(product, name)
        if name in PLAIN
        else format_minor(amounts[name], currency)
        if name in amounts
        else ""
        for name in columns
    ]


def with_cells(product: ProductDetails, row: Mapping[str, str], currency: str) -> ProductDetails:
    """Return a product with what a row's cells say; what has no column stays. Raises CellError."""
    said: dict[str, object] = {name: _read(name, _READERS[name], row[name]) for name in PLAIN if name in row}
    if COST in row:
        said["cost_minor"] = (
            _read("cost_minor", lambda text: parse_minor(text, currency), row[COST]) if row[COST] else None
        )
    lists = [name for name in row if name.startswith(LIST_MARK)]
    if lists:
        named = {name.removeprefix(LIST_MARK) for name in lists}
        kept = (price for price in product.prices if price.list_name not in named)
        priced = (_list_price(name, row[name], currency) for name in lists if row[name])
        said["prices"] = tuple(sorted((*kept, *priced), key=lambda price: price.list_name))
    return replace(product, **cast("dict[str, Any]", said))


def _list_price(column: str, text: str, currency: str) -> ListPrice:
    price_minor = cast("int", _read("prices", lambda cell: parse_minor(cell, currency), text))
    return ListPrice(list_name=column.removeprefix(LIST_MARK), price_minor=price_minor)


def _read(field: str, reader: Callable[[str], object], text: str) -> object:
    try:
        return reader(text)
    except ValueError as error:
        raise CellError(field, f"the {field.removesuffix('_minor').replace('_', ' ')}: {error}") from error


def _plain_text(product: ProductDetails, name: str) -> str:
    value = getattr(product, name)
    return ("yes" if value else "") if isinstance(value, bool) else field_text(value)


def _yes_or_no(text: str) -> bool:
    word = text.casefold()
    if word not in _TRUE | _FALSE:
        raise ValueError(f"“{text}” is neither yes nor no")
    return word in _TRUE


_READERS: Final[Mapping[str, Callable[[str], object]]] = MappingProxyType(
    dict.fromkeys(("barcode", "colour", "family"), str)
    | dict.fromkeys(("weighed", "free_price", "favourite"), _yes_or_no)
    | {"unit": lambda text: text or "piece", "options": parse_options, "parts": parse_parts}
)
