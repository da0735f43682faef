"""A catalogue as people write it in a spreadsheet: every row becomes a product, or a refusal that says why.

One broken row never blocks the good ones. Columns, in any order: sku, name, category, price, vat_percent, and, if
wanted, barcode, stock, colour: without such a column a known product keeps what it has. The separator may be a comma, a
semicolon or a tab. Till and cloud read and write the same.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from shared.ids import Sku
from shared.money import QUANTITY_ONE_MILLI, MoneyFormatError, format_minor, parse_minor
from shared.product_rules import COLOUR_MAX, find_fault
from shared.products import ProductDetails

REQUIRED = ("sku", "name", "category", "price", "vat_percent")
OPTIONAL = ("barcode", "colour")
ROW_TEXT_MAX = 400
WHOLE_FILE = 0
STOCK_MILLI_MAX = 1_000_000_000
_DECIMAL = re.compile(r"(\d{1,7})(?:[.,](\d{1,3}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that was not taken: its line in the file (the heading is 1, `WHOLE_FILE` is all of it), its text, and why."""

    row: int
    text: str
    reason: str


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


class _RowError(ValueError):
    """Why one row is refused."""


Row: TypeAlias = Mapping[str, str]


def read_catalogue(text: str, *, currency: str, known: Iterable[ProductDetails]) -> ReadCatalogue:
    """Read a catalogue file; `known` are the products of the catalogue that it will be merged into."""
    heading, *rows = list(_rows(text)) or [(1, [], "")]
    columns = [name.strip().lower() for name in heading[1]]
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        reason = f"the heading lacks {', '.join(missing)}: the columns are {', '.join(REQUIRED)}, barcode, stock, colour"
        return ReadCatalogue(refused=(RefusedRow(row=1, text=heading[2], reason=reason),))
    return _read_rows(columns, rows, _Reader(currency, known))


def write_catalogue(products: Iterable[ProductDetails], *, currency: str) -> str:
    """Return a file that `read_catalogue` reads back as the same products; those that are retired stay out."""
    sheet = _Sheet()
    rows = csv.writer(sheet, lineterminator="\n")
    rows.writerow((*REQUIRED, *OPTIONAL))
    for product in products:
        if not product.retired:
            whole, part = divmod(product.vat_rate_bp, 100)
            vat = f"{whole}.{part:02d}" if part else f"{whole}"
            price = format_minor(product.price_minor, currency)
            rows.writerow(
                (product.sku, product.name, product.category, price, vat, product.barcode, product.colour)
            )
    return "".join(sheet.lines)


class _Sheet:
    """What a csv.writer writes to, in memory."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> None:
        self.lines.append(line)


def _rows(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Give each line's number, cells and text; a cell that spans lines is not catalogue-like and ends with its line."""
    lines = text.removeprefix("\ufeff").splitlines()
    separator = max(",;\t", key=lines[0].count) if lines else ","
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, next(csv.reader([line], delimiter=separator)), line


def _read_rows(
    columns: list[str], rows: list[tuple[int, list[str], str]], reader: "_Reader"
) -> ReadCatalogue:
    imported, refused = [], []
    for number, cells, line in rows:
        try:
            imported.append(reader.read(_named(columns, cells)))
        except _RowError as error:
            refused.append(RefusedRow(row=number, text=line[:ROW_TEXT_MAX], reason=str(error)))
    return ReadCatalogue(imported=tuple(imported), refused=tuple(refused))


def _named(columns: list[str], cells: list[str]) -> Row:
    if len(cells) > len(columns):
        raise _RowError(
            f"it has {len(cells)} cells, the heading has {len(columns)}: quote a text with commas"
        )
    return dict(zip(columns, (cell.strip() for cell in cells), strict=False))


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

    def read(self, row: Row) -> ImportedProduct:
        product, stock_milli = self._product(row), _stock(row.get("stock", ""))
        self._take(product)
        return ImportedProduct(product=product, stock_milli=stock_milli)

    def _product(self, row: Row) -> ProductDetails:
        """What no column says stays as it is."""
        sku = Sku(row.get("sku", ""))
        known = self._known.get(sku)
        texts = _sound(ProductDetails(
            sku=sku,
            name=row.get("name", ""),
            category=row.get("category", ""),
            price_minor=0,
            vat_rate_bp=0,
            barcode=row.get("barcode", known.barcode if known else ""),
            colour=row.get("colour", known.colour if known else "")[:COLOUR_MAX],
            unit=known.unit if known else "piece",
        ))  # fmt: skip
        price_minor, vat_rate_bp = (
            _price(row.get("price", ""), self._currency),
            _vat(row.get("vat_percent", "")),
        )
        return _sound(replace(texts, price_minor=price_minor, vat_rate_bp=vat_rate_bp))

    def _take(self, product: ProductDetails) -> None:
        if product.sku in self._skus:
            raise _RowError(f"the sku {product.sku} stands in the file twice")
        holder = self._barcodes.get(product.barcode)
        if product.barcode and holder not in (None, product.sku):
            raise _RowError(f"the barcode {product.barcode} belongs to {holder} already")
        self._skus.add(product.sku)
        if product.barcode:
            self._barcodes[product.barcode] = product.sku


def _sound(product: ProductDetails) -> ProductDetails:
    fault = find_fault(product)
    if fault is not None:
        raise _RowError(fault.reason)
    return product


def _price(text: str, currency: str) -> int:
    try:
        return parse_minor(text, currency)
    except MoneyFormatError as error:
        raise _RowError(f"the price {error}") from error


def _vat(text: str) -> int:
    match = _DECIMAL.fullmatch(text.removesuffix("%").strip())
    if match is None or len(match[2] or "") > 2:
        raise _RowError(f"the VAT “{text}” is no rate in percent, such as 19 or 7")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def _stock(text: str) -> int | None:
    if not text:
        return None
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise _RowError(f"the stock “{text}” is no quantity, such as 12 or 0.5")
    stock_milli = int(match[1]) * QUANTITY_ONE_MILLI + int((match[2] or "").ljust(3, "0"))
    if stock_milli > STOCK_MILLI_MAX:
        raise _RowError(f"the stock “{text}” is too large")
    return stock_milli
