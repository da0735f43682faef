"""What a file of materials or recipes would do here: said before it is taken over, and the events that do it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from device.domain.import_plan import ImportPlan, PlannedRow
from device.domain.materials.book import MaterialEvent
from shared.csv_table import Line, RefusedRow

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """What is said of a file, and the events that take it over: none of them where everything is so already."""

    said: ImportPlan
    events: tuple[MaterialEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned(Generic[T]):
    """Something that a file says and that can be: what changes by it, and by which events."""

    line: Line
    what: T
    row: PlannedRow
    events: tuple[MaterialEvent, ...]


def file_plan(planned: Iterable[Planned[T]], refused: Iterable[RefusedRow]) -> FilePlan:
    """Gather a file's plan; what changes nothing is only counted."""
    everything = tuple(planned)
    rows = tuple(one.row for one in everything if one.events)
    return FilePlan(
        said=ImportPlan(
            rows=rows,
            same=len(everything) - len(rows),
            refused=tuple(sorted(refused, key=lambda row: row.row)),
        ),
        events=tuple(event for one in everything for event in one.events),
    )
