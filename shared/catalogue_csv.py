"""A catalogue as people write it in a spreadsheet: every row becomes a product, or a refusal that says why.

One broken row never blocks the good ones. Columns, in any order: sku, name, category, price, vat_percent, and, if
wanted, stock and those of `catalogue_columns`: without such a column a known product keeps what it has. The file is one of
`csv_table`, decimals may have a comma. Till and cloud read and write the same.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from shared.catalogue_columns import LIST_MARK, CellError, optional_cells, optional_columns, with_cells
from shared.csv_table import Line, RefusedRow, Row, RowError, read_table, write_table
from shared.ids import Sku
from shared.money import QUANTITY_ONE_MILLI, MoneyFormatError, format_minor, parse_minor
from shared.product_rules import COLOUR_MAX, BadProduct, find_bundle_fault, find_fault
from shared.products import ProductDetails, ProductOption

REQUIRED = ("sku", "name", "category", "price", "vat_percent")
STOCK_MILLI_MAX = 1_000_000_000
_DECIMAL = re.compile(r"(\d{1,7})(?:[.,](\d{1,3}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedProduct:
    """A product, and the stock that its row counts (None where the row says nothing)."""

    product: ProductDetails
    stock_milli: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCatalogue:
    """What a file holds."""

    imported: tuple[ImportedProduct, ...] = ()
    refused: tuple[RefusedRow, ...] = ()


def read_catalogue(text: str, *, currency: str, known: Iterable[ProductDetails]) -> ReadCatalogue:
    """Read a catalogue file; `known` are the products of the catalogue that it will be merged into."""
    table = read_table(text, _column)
    missing = table.lacks(REQUIRED)
    if missing:
        reason = f"the heading lacks {', '.join(missing)}: the columns are {', '.join(REQUIRED)}, and if wanted barcode, stock, colour, unit and others"
        return ReadCatalogue(refused=(table.heading.refused(reason),))
    return _read_rows(table.columns, table.lines, _Reader(currency, known))


def write_catalogue(products: Iterable[ProductDetails], *, currency: str) -> str:
    """Return a file that `read_catalogue` reads back as the same products; those that are retired stay out."""
    offered = [product for product in products if not product.retired]
    more = optional_columns(offered)
    return write_table([(*REQUIRED, *more), *(_written(product, more, currency) for product in offered)])


def _written(product: ProductDetails, more: Sequence[str], currency: str) -> tuple[str, ...]:
    whole, part = divmod(product.vat_rate_bp, 100)
    vat = f"{whole}.{part:02d}" if part else f"{whole}"
    price = format_minor(product.price_minor, currency)
    return product.sku, product.name, product.category, price, vat, *optional_cells(product, more, currency)


def _read_rows(columns: Sequence[str], lines: Iterable[Line], reader: "_Reader") -> ReadCatalogue:
    imported: list[ImportedProduct] = []
    refused: list[RefusedRow] = []
    line_of: dict[str, Line] = {}
    for line in lines:
        try:
            item = reader.read(line.named(columns))
        except RowError as error:
            refused.append(line.refused(str(error), error.field))
        else:
            imported.append(item)
            line_of[item.product.sku] = line
    faults = reader.bundle_faults(imported)
    refused += (line_of[sku].refused(fault.reason, fault.field) for sku, fault in faults.items())
    return ReadCatalogue(
        imported=tuple(item for item in imported if item.product.sku not in faults),
        refused=tuple(sorted(refused, key=lambda row: row.row)),
    )


def _column(name: str) -> str:
    """A heading's word; the name of a price list keeps its letters."""
    word = name.strip()
    is_list = word.lower().startswith(LIST_MARK)
    return LIST_MARK + word[len(LIST_MARK) :].strip() if is_list else word.lower()


class _Reader:
    """Reads rows one after the other and knows which product numbers and barcodes are given away."""

    def __init__(self, currency: str, known: Iterable[ProductDetails]) -> None:
        self._currency = currency
        self._known = {product.sku: product for product in known}
        self._skus: set[str] = set()
        self._barcodes = {
            product.barcode: product.sku
            for product in self._known.values()
            if product.barcode and not product.retired
        }
        self._members = {
            _member(product): product.sku for product in self._known.values() if not product.retired
        }

    def read(self, row: Row) -> ImportedProduct:
        product, stock_milli = self._product(row), _stock(row.get("stock", ""))
        self._take(product)
        return ImportedProduct(product=product, stock_milli=stock_milli)

    def _product(self, row: Row) -> ProductDetails:
        """What no column says stays as it is."""
        sku = Sku(row.get("sku", ""))
        known = self._known.get(sku)
        base = replace(known, retired=False) if known else _EMPTY
        named = replace(base, sku=sku, name=row.get("name", ""), category=row.get("category", ""))
        if "colour" in row:
            row = {**row, "colour": row["colour"][:COLOUR_MAX]}
        try:
            texts = _sound(with_cells(replace(named, price_minor=0, vat_rate_bp=0), row, self._currency))
        except CellError as error:
            raise RowError(error.reason, error.field) from error
        price_minor = _price(row.get("price", ""), self._currency)
        vat_rate_bp = _vat(row.get("vat_percent", ""))
        return _sound(replace(texts, price_minor=price_minor, vat_rate_bp=vat_rate_bp))

    def bundle_faults(self, imported: Iterable[ImportedProduct]) -> dict[str, BadProduct]:
        """Return which bundles cannot be, seen together with the whole file and what is known."""
        all_products = self._known | {item.product.sku: item.product for item in imported}
        found = {item.product.sku: find_bundle_fault(item.product, all_products.get) for item in imported}
        return {sku: fault for sku, fault in found.items() if fault is not None}

    def _take(self, product: ProductDetails) -> None:
        if product.sku in self._skus:
            raise RowError(f"the sku {product.sku} stands in the file twice", "sku")
        holder = self._barcodes.get(product.barcode)
        if product.barcode and holder not in (None, product.sku):
            raise RowError(f"the barcode {product.barcode} belongs to {holder} already", "barcode")
        twin = self._members.get(_member(product))
        if product.family and twin not in (None, product.sku):
            raise RowError(f"{twin} is that one of the family “{product.family}” already", "options")
        self._skus.add(product.sku)
        if product.barcode:
            self._barcodes[product.barcode] = product.sku
        self._members[_member(product)] = product.sku


_EMPTY = ProductDetails(sku=Sku(""), name="", category="", price_minor=0, vat_rate_bp=0)


def _member(product: ProductDetails) -> tuple[str, tuple[ProductOption, ...]]:
    return product.family, product.options


def _sound(product: ProductDetails) -> ProductDetails:
    fault = find_fault(product)
    if fault is not None:
        raise RowError(fault.reason, fault.field)
    return product


def _price(text: str, currency: str) -> int:
    try:
        return parse_minor(text, currency)
    except MoneyFormatError as error:
        raise RowError(f"the price {error}", "price_minor") from error


def _vat(text: str) -> int:
    match = _DECIMAL.fullmatch(text.removesuffix("%").strip())
    if match is None or len(match[2] or "") > 2:
        raise RowError(f"the VAT “{text}” is no rate in percent, such as 19 or 7", "vat_rate_bp")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def _stock(text: str) -> int | None:
    if not text:
        return None
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise RowError(f"the stock “{text}” is no quantity, such as 12 or 0.5", "stock")
    stock_milli = int(match[1]) * QUANTITY_ONE_MILLI + int((match[2] or "").ljust(3, "0"))
    if stock_milli > STOCK_MILLI_MAX:
        raise RowError(f"the stock “{text}” is too large", "stock")
    return stock_milli
