"""A catalogue as people write it in a spreadsheet: every row becomes a product, or a refusal that says why.

One broken row never blocks the good ones. Columns, in any order: sku, name, category, price, vat_percent, and, if
wanted, barcode, stock, colour. The separator may be a comma, a semicolon or a tab. Till and cloud read and write the same.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from shared.ids import Sku
from shared.money import QUANTITY_ONE_MILLI, MoneyFormatError, format_minor, parse_minor
from shared.products import ProductDetails

REQUIRED = ("sku", "name", "category", "price", "vat_percent")
OPTIONAL = ("barcode", "stock", "colour")
ROW_TEXT_MAX = 400
WHOLE_FILE = 0
PRICE_MINOR_MAX = 100_000_000
VAT_BP_MAX = 3_000
STOCK_MILLI_MAX = 1_000_000_000
NAME_MAX = 120
_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_DECIMAL = re.compile(r"(\d{1,7})(?:[.,](\d{1,3}))?")
_GTIN_LENGTHS = (8, 12, 13)


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


def read_catalogue(text: str, *, currency: str, barcodes: Mapping[str, str]) -> ReadCatalogue:
    """Read a catalogue file; `barcodes` maps those of the catalogue that it will be merged into to their skus."""
    heading, *rows = list(_rows(text)) or [(1, [], "")]
    columns = [name.strip().lower() for name in heading[1]]
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        reason = (
            f"the heading lacks {', '.join(missing)}: the columns are {', '.join((*REQUIRED, *OPTIONAL))}"
        )
        return ReadCatalogue(refused=(RefusedRow(row=1, text=heading[2], reason=reason),))
    return _read_rows(columns, rows, currency, _Taken(barcodes))


def write_catalogue(products: Iterable[ProductDetails], *, currency: str) -> str:
    """Return a file that `read_catalogue` reads back as the same products; those that are retired stay out."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow((*REQUIRED, *OPTIONAL))
    for product in products:
        if not product.retired:
            whole, part = divmod(product.vat_rate_bp, 100)
            vat = f"{whole}.{part:02d}" if part else f"{whole}"
            price = format_minor(product.price_minor, currency)
            rows.writerow(
                (product.sku, product.name, product.category, price, vat, product.barcode, "", product.colour)
            )
    return file.getvalue()


def _rows(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Give each line's number, cells and text; a cell that spans lines is not catalogue-like and ends with its line."""
    lines = text.removeprefix("\ufeff").splitlines()
    separator = max(",;\t", key=lines[0].count) if lines else ","
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, next(csv.reader([line], delimiter=separator)), line


def _read_rows(
    columns: list[str], rows: list[tuple[int, list[str], str]], currency: str, taken: "_Taken"
) -> ReadCatalogue:
    imported, refused = [], []
    for number, cells, line in rows:
        try:
            imported.append(_read_row(_named(columns, cells), currency, taken))
        except _RowError as error:
            refused.append(RefusedRow(row=number, text=line[:ROW_TEXT_MAX], reason=str(error)))
    return ReadCatalogue(imported=tuple(imported), refused=tuple(refused))


def _named(columns: list[str], cells: list[str]) -> Row:
    if len(cells) > len(columns):
        raise _RowError(
            f"it has {len(cells)} cells, the heading has {len(columns)}: quote a text with commas"
        )
    return dict(zip(columns, (cell.strip() for cell in cells), strict=False))


def _read_row(row: Row, currency: str, taken: "_Taken") -> ImportedProduct:
    product, stock_milli = _product(row, currency), _stock(row.get("stock", ""))
    taken.take(product)
    return ImportedProduct(product=product, stock_milli=stock_milli)


class _Taken:
    """Which product numbers and barcodes are given away."""

    def __init__(self, barcodes: Mapping[str, str]) -> None:
        self._skus: set[str] = set()
        self._barcodes = dict(barcodes)

    def take(self, product: ProductDetails) -> None:
        if product.sku in self._skus:
            raise _RowError(f"the sku {product.sku} stands in the file twice")
        holder = self._barcodes.get(product.barcode)
        if product.barcode and holder not in (None, product.sku):
            raise _RowError(f"the barcode {product.barcode} belongs to {holder} already")
        self._skus.add(product.sku)
        if product.barcode:
            self._barcodes[product.barcode] = product.sku


def _product(row: Row, currency: str) -> ProductDetails:
    sku = row.get("sku", "")
    if not _SKU.fullmatch(sku):
        raise _RowError(f"the sku “{sku}” must be 1 to 40 letters, digits, full stops, hyphens")
    return ProductDetails(
        sku=Sku(sku),
        name=_text(row, "name"),
        category=_text(row, "category"),
        price_minor=_price(row.get("price", ""), currency),
        vat_rate_bp=_vat(row.get("vat_percent", "")),
        barcode=_barcode(row.get("barcode", "")),
        colour=row.get("colour", "")[:40],
    )


def _text(row: Row, column: str) -> str:
    text = row.get(column, "")
    if not 1 <= len(text) <= NAME_MAX or not text.isprintable():
        raise _RowError(f"the {column} must have 1 to {NAME_MAX} characters")
    return text


def _price(text: str, currency: str) -> int:
    try:
        price_minor = parse_minor(text, currency)
    except MoneyFormatError as error:
        raise _RowError(f"the price {error}") from error
    if not 0 <= price_minor <= PRICE_MINOR_MAX:
        raise _RowError(f"the price “{text}” must lie between 0 and {PRICE_MINOR_MAX // 100}")
    return price_minor


def _vat(text: str) -> int:
    match = _DECIMAL.fullmatch(text.removesuffix("%").strip())
    if match is None or len(match[2] or "") > 2:
        raise _RowError(f"the VAT “{text}” is no rate in percent, such as 19 or 7")
    rate_bp = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
    if rate_bp > VAT_BP_MAX:
        raise _RowError(f"the VAT “{text}” is no known rate: the highest is {VAT_BP_MAX // 100} percent")
    return rate_bp


def _barcode(text: str) -> str:
    if not text:
        return ""
    if not (text.isascii() and text.isprintable() and len(text) <= 48):
        raise _RowError(f"the barcode “{text}” must be at most 48 plain letters and digits")
    if text.isdigit() and len(text) in _GTIN_LENGTHS and not _check_digit_fits(text):
        raise _RowError(f"the barcode {text} has a wrong check digit: scan it again")
    return text


def _check_digit_fits(digits: str) -> bool:
    """Tell whether the last digit of a GTIN (EAN-8, UPC-A, EAN-13) is right: GS1 General Specifications, 7.9."""
    return sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(reversed(digits))) % 10 == 0


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
