"""Labels for goods on sheets that stationers sell: what stands where, in tenths of a millimetre from the top left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

A4_WIDTH, A4_HEIGHT = 2_100, 2_970
LABELS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet of labels; all lengths in tenths of a millimetre. `pitch` is from one label's edge to the next one's."""

    columns: int
    rows: int
    width: int
    height: int
    left: int
    top: int
    pitch_x: int
    pitch_y: int

    @property
    def labels(self) -> int:
        """How many labels it has."""
        return self.columns * self.rows


SHEETS: Final[Mapping[str, Sheet]] = MappingProxyType({
    "3x8": Sheet(columns=3, rows=8, width=635, height=339, left=72, top=129, pitch_x=660, pitch_y=339),
    "3x7": Sheet(columns=3, rows=7, width=635, height=381, left=72, top=151, pitch_x=660, pitch_y=381),
    "5x13": Sheet(columns=5, rows=13, width=381, height=212, left=47, top=107, pitch_x=406, pitch_y=212),
    "2x7": Sheet(columns=2, rows=7, width=991, height=381, left=47, top=151, pitch_x=1016, pitch_y=381),
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What stands on a label: a name, a price in words, and the text of its barcode."""

    name: str
    price: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLabel:
    """A label with its page, counted from 0, and its top left corner."""

    page: int
    x: int
    y: int
    label: Label


@dataclass(frozen=True, slots=True)
class NoLabels:
    """Labels cannot be laid out so; `reason` is a sentence without its full stop."""

    reason: str


def place_labels(
    sheet: Sheet, wanted: Sequence[tuple[Label, int]], *, start: int
) -> tuple[PlacedLabel, ...] | NoLabels:
    """Put labels, each so many times, on sheets, from the `start`-th place (1 is the first) of the first sheet on."""
    count = sum(times for _, times in wanted)
    if not 1 <= start <= sheet.labels:
        return NoLabels(f"a sheet has places 1 to {sheet.labels}")
    if not 1 <= count <= LABELS_MAX or any(times < 0 for _, times in wanted):
        return NoLabels(f"1 to {LABELS_MAX} labels can be printed at once")
    labels = (label for label, times in wanted for _ in range(times))
    return tuple(_place(sheet, labels, start - 1))


def _place(sheet: Sheet, labels: Iterator[Label], first: int) -> Iterator[PlacedLabel]:
    for place, label in enumerate(labels, start=first):
        page, on_page = divmod(place, sheet.labels)
        row, column = divmod(on_page, sheet.columns)
        x, y = sheet.left + column * sheet.pitch_x, sheet.top + row * sheet.pitch_y
        yield PlacedLabel(page=page, x=x, y=y, label=label)
