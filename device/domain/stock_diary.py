"""The stock diary: which sheets changed the stock lately, who did it and why, and whether it can still be undone.

A sheet is what was booked at once: a delivery, a stock-take, waste, goods sent or arrived, one product or many. Its
movements stand one after the other in the ledger. What was booked before there were sheets is a sheet of one movement.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from device.domain.growing import GrowingMap, RecentMap
from shared.entry import Entry
from shared.events.stock import StockMoved, StockReason, WasteReason
from shared.ids import Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetMark:
    """One sheet: its movements are entries `first_seq` to `last_seq`; `name` and `change_milli` are those of the first.

    `undoes` names the sheet that this one takes back, `undone_by` who took this one back.
    """

    sheet_id: str
    first_seq: int
    last_seq: int
    at: datetime
    cashier: str
    reason: StockReason
    name: str
    change_milli: int
    waste: WasteReason | None = None
    place: str = ""
    transfer_id: str = ""
    undoes: str = ""
    undone_by: str | None = None

    @property
    def moved(self) -> int:
        """How many products it moved."""
        return self.last_seq - self.first_seq + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDiary:
    """The newest sheets by their ids, at least 256 of them, and in which entry each product was last counted."""

    sheets: RecentMap[str, SheetMark] = field(default_factory=RecentMap)
    counted_seqs: GrowingMap[Sku, int] = field(default_factory=GrowingMap)

    def newest_first(self) -> tuple[SheetMark, ...]:
        """Return the sheets that are remembered."""
        marks = self.sheets.items().values()
        return tuple(sorted(marks, key=lambda mark: mark.first_seq, reverse=True))


def with_movement(diary: StockDiary, entry: Entry, moved: StockMoved) -> StockDiary:
    """Return the diary after one more movement."""
    sheet_id = moved.sheet_id or f"entry-{entry.seq}"
    before = diary.sheets.find(sheet_id)
    mark = replace(before, last_seq=entry.seq) if before else _mark_of(sheet_id, entry, moved)
    sheets = diary.sheets.with_item(sheet_id, mark)
    undone = diary.sheets.find(moved.undoes) if moved.undoes else None
    if undone is not None and undone.undone_by is None:
        sheets = sheets.with_item(moved.undoes, replace(undone, undone_by=moved.cashier))
    is_count = moved.reason is StockReason.COUNTED and not moved.undoes
    counted = diary.counted_seqs.with_item(moved.sku, entry.seq) if is_count else diary.counted_seqs
    return StockDiary(sheets=sheets, counted_seqs=counted)


def _mark_of(sheet_id: str, entry: Entry, moved: StockMoved) -> SheetMark:
    return SheetMark(
        sheet_id=sheet_id, first_seq=entry.seq, last_seq=entry.seq, at=entry.at, cashier=moved.cashier,
        reason=moved.reason, name=moved.name, change_milli=moved.change_milli, waste=moved.waste, place=moved.place,
        transfer_id=moved.transfer_id, undoes=moved.undoes,
    )  # fmt: skip
