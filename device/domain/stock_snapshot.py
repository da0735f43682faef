"""The stock diary in the snapshot of a till's state."""

from typing import Any, Final, cast

from pydantic import TypeAdapter

from device.domain.growing import RecentMap
from device.domain.snapshot_fields import Fields, counts_of, read_by_sku
from device.domain.stock_diary import SheetMark, StockDiary
from shared.entry import Json

_MARKS: Final = TypeAdapter(tuple[SheetMark, ...])


def dump_diary(diary: StockDiary) -> dict[str, Json]:
    """Return a diary as JSON, oldest sheet first."""
    marks = _MARKS.dump_python(tuple(diary.sheets.items().values()), mode="json")
    return {"sheets": cast("Json", marks), "counted_seqs": counts_of(diary.counted_seqs.items())}


def load_diary(fields: Fields) -> StockDiary:
    """Read what `dump_diary` wrote; raises KeyError, TypeError or ValueError for anything else."""
    sheets: RecentMap[str, SheetMark] = RecentMap()
    for mark in _MARKS.validate_python(cast("list[Any]", fields["sheets"])):
        sheets = sheets.with_item(mark.sheet_id, mark)
    return StockDiary(sheets=sheets, counted_seqs=read_by_sku(fields, "counted_seqs"))
