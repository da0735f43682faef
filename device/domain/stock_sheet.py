"""Several movements of stock at once: a delivery, a stock-take, waste, goods for another stall or from it.

A count is compared with what was there when it was counted, as the till said in that moment. What is booked is the
difference, so that sales before and after the count, and while the sheet lay there, all keep their effect: only the order of
entries decides.

Goods that are sent get a transfer number that people can read out; whoever takes them in types it, so that the cloud can
match both ends. Without it the goods are taken in all the same.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from device.domain.catalogue import Catalogue
from device.domain.pricing.cart import UnknownProduct
from device.domain.product_rules import BadProduct
from device.domain.stock import BadStockChange, move_stock
from shared.events.stock import StockMoved, StockReason, WasteReason
from shared.ids import Sku

ROWS_MAX = 5_000
PLACE_MAX = 60
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_TRANSFER = re.compile(f"[{_LETTERS}]{{6}}")
_TRANSFERS = frozenset({StockReason.SENT, StockReason.ARRIVED})
_TAKEN_OUT = frozenset({StockReason.WASTED, StockReason.SENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRow:
    """One product of a sheet: `quantity_milli` came, went or was counted; it was counted where `have_milli` should be."""

    sku: Sku
    quantity_milli: int
    have_milli: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StockSheet:
    """What is to be booked at once. `waste` is why goods went bad, `place` where they went or came from."""

    sheet_id: str
    reason: StockReason
    rows: Sequence[StockRow]
    cashier: str
    waste: WasteReason | None = None
    place: str = ""
    transfer: str = ""


@dataclass(frozen=True, slots=True)
class BadSheet:
    """What the sheet says besides its rows cannot be; `field` is place or transfer."""

    field: str
    reason: str


SheetRefusal: TypeAlias = UnknownProduct | BadStockChange | BadProduct | BadSheet


def transfer_number(sheet_id: str) -> str:
    """Return the number of the goods that a sheet sends: six signs that nobody mistakes, the same whenever it is asked."""
    drawn = int.from_bytes(hashlib.sha256(sheet_id.encode()).digest()[:8], "big")
    signs = []
    for _ in range(6):
        drawn, place = divmod(drawn, len(_LETTERS))
        signs.append(_LETTERS[place])
    return "".join(signs)


def book_sheet(catalogue: Catalogue, sheet: StockSheet) -> tuple[StockMoved, ...] | SheetRefusal:
    """Return the movements of a sheet, or why one row cannot be; then nothing is booked."""
    about = _about(sheet)
    if not isinstance(about, StockSheet):
        return about
    counted = sheet.reason is StockReason.COUNTED
    if counted and (below := next((row for row in sheet.rows if row.quantity_milli < 0), None)):
        return BadStockChange(below.quantity_milli, StockReason.COUNTED)
    sign = -1 if sheet.reason in _TAKEN_OUT else 1
    changes = (
        (row.sku, sign * row.quantity_milli - (row.have_milli if counted else 0)) for row in sheet.rows
    )
    moved = _move_all(catalogue, changes, about)
    return tuple(one for one in moved if one.change_milli) if isinstance(moved, tuple) else moved


def _about(sheet: StockSheet) -> StockSheet | BadSheet:
    """Return the sheet with what it says besides its rows as it goes into the ledger."""
    waste = sheet.waste if sheet.reason is StockReason.WASTED else None
    if sheet.reason not in _TRANSFERS:
        return replace(sheet, waste=waste, place="", transfer="")
    place = sheet.place.strip()
    if not 1 <= len(place) <= PLACE_MAX or not place.isprintable():
        return BadSheet("place", "say which stall or hub it is about")
    if sheet.reason is StockReason.SENT:
        return replace(sheet, waste=None, place=place, transfer=transfer_number(sheet.sheet_id))
    transfer = re.sub(r"[\s-]", "", sheet.transfer).upper()
    if transfer and not _TRANSFER.fullmatch(transfer):
        return BadSheet("transfer", "a transfer number has six letters and digits, such as K7F 3Q2")
    return replace(sheet, waste=None, place=place, transfer=transfer)


def _move_all(
    catalogue: Catalogue, changes: Iterable[tuple[Sku, int]], sheet: StockSheet
) -> tuple[StockMoved, ...] | SheetRefusal:
    moved: dict[Sku, StockMoved] = {}
    for sku, change_milli in changes:
        if sku in moved:
            return BadProduct("sku", f"the sheet names “{sku}” twice")
        one = move_stock(catalogue, sku=sku, change_milli=change_milli, reason=sheet.reason)
        if not isinstance(one, StockMoved):
            return one
        moved[sku] = replace(
            one, cashier=sheet.cashier, sheet_id=sheet.sheet_id, waste=sheet.waste, place=sheet.place,
            transfer_id=sheet.transfer,
        )  # fmt: skip
    return tuple(moved.values())
