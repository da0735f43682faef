"""A sheet taken back: by a counter-entry that says so, never by taking anything out of the ledger, and not twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from device.domain.stock_diary import SheetMark, StockDiary
from shared.events.stock import StockMoved


@dataclass(frozen=True, slots=True)
class UnknownSheet:
    """No such sheet is remembered: it is too long ago, or there was none."""

    sheet_id: str


@dataclass(frozen=True, slots=True)
class SheetUndone:
    """Somebody took the sheet back already, or it is itself what took another one back."""

    by: str


@dataclass(frozen=True, slots=True)
class CountedSince:
    """A product of the sheet was counted after it: what was counted holds, whatever the sheet said."""

    name: str


@dataclass(frozen=True, slots=True)
class SheetReused:
    """A sheet with this id is booked already, and said something else."""

    sheet_id: str


UndoRefusal: TypeAlias = UnknownSheet | SheetUndone | CountedSince


def undo_id(sheet_id: str) -> str:
    """Return the id of the sheet that takes another one back: there can be one only."""
    return f"undo-{sheet_id}"


def find_undo_fault(diary: StockDiary, sheet_id: str) -> SheetMark | UndoRefusal:
    """Return the sheet if it may be taken back as far as the diary alone can tell, or why not."""
    mark = diary.sheets.find(sheet_id)
    if mark is None:
        return UnknownSheet(sheet_id)
    if mark.undone_by is not None:
        return SheetUndone(mark.undone_by)
    return SheetUndone(mark.cashier) if mark.undoes else mark


def undo_sheet(
    diary: StockDiary, sheet_id: str, moves: Sequence[StockMoved], *, cashier: str
) -> tuple[StockMoved, ...] | UndoRefusal:
    """Return the counter-entries of a sheet whose movements are `moves`, or why it cannot be taken back."""
    mark = find_undo_fault(diary, sheet_id)
    if not isinstance(mark, SheetMark):
        return mark
    for move in moves:
        if diary.counted_seqs.get(move.sku, 0) > mark.last_seq:
            return CountedSince(move.name)
    return tuple(
        replace(
            move,
            change_milli=-move.change_milli,
            cashier=cashier,
            sheet_id=undo_id(sheet_id),
            undoes=sheet_id,
        )
        for move in moves
    )
