"""A supplier's price list as a table: each row becomes a price, or a refusal that says why.

Columns in any order: item and price, and if wanted name, article, pack and min packs, in English or German. `item` is a
product's number, barcode or name, or a material's number or name; where both have it, `product: …` or `material: …` tells
them apart. `pack` is how much one pack holds, 1 where it says nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

from device.domain.catalogue import Catalogue
from device.domain.materials.book import MaterialBook
from shared.csv_table import RefusedRow
from shared.events.purchase import PriceRow
from shared.money import parse_minor

ROWS_MAX: Final = 2_000
ROWS_AN_ENTRY: Final = 200
TEXT_MAX: Final = 80
PRICE_MAX: Final = 10**8
PACK_MILLI_MAX: Final = 10**9
PACKS_MIN_MAX: Final = 1_000
TEXT_SHOWN: Final = 200
WORDS: Final[Mapping[str, str]] = {
    "item": "item", "sku": "item", "product": "item", "material": "item", "produkt": "item", "ware": "item",
    "name": "name", "description": "name", "bezeichnung": "name",
    "article": "article", "article number": "article", "artikelnummer": "article", "artikel": "article",
    "pack": "pack", "pack size": "pack", "packung": "pack", "gebinde": "pack", "inhalt": "pack",
    "price": "price", "preis": "price",
    "min packs": "packs_min", "minimum packs": "packs_min", "minimum": "packs_min", "mindestmenge": "packs_min",
}  # fmt: skip

Table: TypeAlias = Sequence[Sequence[str]]
"""Rows of cells as text; the first row is the heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPriceList:
    """What a table holds: prices in its order, and the rows that were refused."""

    rows: tuple[PriceRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()


class _CellError(ValueError):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItems:
    """What can be bought at all: products and materials by whatever a list may call them, in small letters."""

    found: Mapping[str, tuple[tuple[str, bool, str], ...]]

    def find(self, text: str) -> tuple[tuple[str, bool, str], ...]:
        """Return what goes by a name: its id, whether it is a material, and its own name."""
        kind, colon, rest = text.partition(":")
        if colon and kind.strip().casefold() in {"product", "material", "produkt"}:
            wants_material = kind.strip().casefold() == "material"
            return tuple(
                one for one in self.found.get(rest.strip().casefold(), ()) if one[1] is wants_material
            )
        return self.found.get(text.casefold(), ())


def known_items(catalogue: Catalogue, materials: MaterialBook) -> KnownItems:
    """Gather what a price list may speak of."""
    found: dict[str, dict[tuple[str, bool, str], None]] = {}
    for product in catalogue.offered:
        for text in (product.sku, product.name, product.barcode or ""):
            found.setdefault(text.casefold(), {})[product.sku, False, product.name] = None
    for material in materials.materials.items().values():
        if not material.retired:
            for text in (material.material_id, material.name):
                found.setdefault(text.casefold(), {})[material.material_id, True, material.name] = None
    return KnownItems(found={text: tuple(items) for text, items in found.items() if text})


def read_price_list(table: Table, items: KnownItems, currency: str) -> ReadPriceList:
    """Read a table of prices."""
    heading = [WORDS.get(cell.strip().casefold(), "") for cell in (table[0] if table else ())]
    missing = [name for name in ("item", "price") if name not in heading]
    if missing:
        reason = f"the heading lacks {' and '.join(missing)}: the columns are item, price, name, article, pack, min packs"
        return _whole(reason, ",".join(table[0]) if table else "")
    if len(table) > ROWS_MAX + 1:
        return _whole(f"the file has more than {ROWS_MAX} rows; split it", "")
    rows: dict[tuple[bool, str], PriceRow] = {}
    refused: list[RefusedRow] = []
    for number, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        named = {name: cell.strip() for name, cell in zip(heading, cells, strict=False) if name}
        try:
            row = _row(named, items, currency)
            _require_new(row, rows)
            rows[row.is_material, row.item] = row
        except _CellError as error:
            shown = ",".join(cells)[:TEXT_SHOWN]
            refused.append(RefusedRow(row=number, text=shown, reason=str(error), field=error.field))
    return ReadPriceList(rows=tuple(rows.values()), refused=tuple(refused))


def _require_new(row: PriceRow, rows: Mapping[tuple[bool, str], PriceRow]) -> None:
    if (row.is_material, row.item) in rows:
        raise _CellError("item", f"“{row.name}” stands further up already")


def _row(cells: Mapping[str, str], items: KnownItems, currency: str) -> PriceRow:
    text = cells.get("item", "")
    if not text:
        raise _CellError("item", "the item is missing")
    found = items.find(text)
    if not found:
        raise _CellError(
            "item", f"“{text}” is no product or material of yours: add it first, or correct its number"
        )
    if len(found) > 1:
        raise _CellError(
            "item", f"“{text}” means several things: write its number, or product: or material: before it"
        )
    (item, is_material, own_name) = found[0]
    return PriceRow(
        item=item,
        is_material=is_material,
        name=_text("name", cells.get("name", "")) or own_name[:TEXT_MAX],
        article=_text("article", cells.get("article", "")),
        pack_milli=_pack(cells.get("pack", "")),
        price_minor=_price(cells.get("price", ""), currency),
        packs_min=_packs_min(cells.get("packs_min", "")),
    )


def _text(field: str, text: str) -> str:
    if len(text) > TEXT_MAX or not text.isprintable():
        raise _CellError(
            field, f"the {field} is longer than {TEXT_MAX} letters, or has signs that cannot be printed"
        )
    return text


def _price(text: str, currency: str) -> int:
    try:
        price = parse_minor(text, currency)
    except ValueError as error:
        raise _CellError("price", f"the price {error}") from error
    if not 0 < price <= PRICE_MAX:
        raise _CellError("price", f"“{text}” is no price of a pack")
    return price


def _pack(text: str) -> int:
    milli = _decimal("pack", text or "1") * 1000
    if milli != int(milli) or not 0 < milli <= PACK_MILLI_MAX:
        raise _CellError(
            "pack", f"“{text}” is no size of a pack: write a number above 0, with three places at most"
        )
    return int(milli)


def _packs_min(text: str) -> int:
    count = _decimal("packs_min", text or "1")
    if count != int(count) or not 1 <= count <= PACKS_MIN_MAX:
        raise _CellError("packs_min", f"“{text}” is no number of packs from 1 to {PACKS_MIN_MAX}")
    return int(count)


def _decimal(field: str, text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise _CellError(field, f"“{text}” is no number") from None
    # a number of absurd size would take absurdly long to turn into an integer
    if not number.is_finite() or abs(number) > PACK_MILLI_MAX:
        raise _CellError(field, f"“{text}” is no number that can be used here")
    return number


def _whole(reason: str, text: str) -> ReadPriceList:
    return ReadPriceList(refused=(RefusedRow(row=1, text=text[:TEXT_SHOWN], reason=reason),))
