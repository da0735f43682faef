"""A file of materials laid beside the book: which are new, which change, what was counted, and which rows cannot be.

Names are compared when all rows are known, so that two materials may change theirs with each other. A row that is refused
leaves its material as it is, which may take a name back from another row.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, Final, TypeAlias, cast

from device.domain.import_plan import PlannedRow
from device.domain.materials.book import MaterialBook
from device.domain.materials.file_plan import FilePlan, Planned, file_plan
from device.domain.materials.material_file import MaterialRow, ReadMaterials, is_new_id, shown_milli
from device.domain.materials.noting import (
    MATERIALS_MAX,
    NAME_TAKEN,
    QUANTITY_MILLI_MAX,
    TOO_MANY,
    find_details_fault,
)
from device.domain.quantity_words import words_of_quantity
from shared.csv_table import RefusedRow, RowError
from shared.events.material import MaterialChanged, MaterialDetails, MaterialMoved, MaterialReason

FIELDS: Final = tuple(field.name for field in fields(MaterialDetails) if field.name != "material_id")
NAME_HELD: Final = f"{NAME_TAKEN}: give one of them another name, or take its material_id out"
_Planned: TypeAlias = Planned[MaterialDetails]


def plan_materials(read: ReadMaterials, book: MaterialBook, *, cashier: str) -> FilePlan:
    """Return what a file would do."""
    known = _Known.of(book, read.rows)
    planned: list[_Planned] = []
    refused = [*read.refused]
    for row in read.rows:
        try:
            planned.append(_planned(row, known.find(row), book, cashier))
        except RowError as error:
            refused.append(row.line.refused(str(error), error.field))
    planned, clashing = _without_clashes(planned, book)
    planned, beyond = _within_bounds(planned, book)
    return file_plan(planned, [*refused, *clashing, *beyond])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The book's materials by their number and by their name, and those that a row spoke of already."""

    by_id: dict[str, MaterialDetails]
    by_name: dict[str, MaterialDetails]
    spoken_of: set[str]

    @classmethod
    def of(cls, book: MaterialBook, rows: Iterable[MaterialRow]) -> "_Known":
        """What is in use goes before what is not; what a row names by its number goes by no name."""
        materials = book.materials.items()
        numbered = {row.material_id for row in rows if row.material_id}
        named = sorted(
            (one for one in materials.values() if one.material_id not in numbered),
            key=lambda one: not one.retired,
        )
        return cls(
            by_id={**materials},
            by_name={one.name.casefold(): one for one in named},
            spoken_of=set(),
        )

    def find(self, row: MaterialRow) -> MaterialDetails:
        """Return the material that a row is about as it is, a new one without a name. Raises RowError."""
        found = self.by_id.get(row.material_id) if row.material_id else self.by_name.get(row.name.casefold())
        material = found or MaterialDetails(material_id=self._new_id(row), name="", unit="")
        if material.material_id in self.spoken_of:
            raise RowError(f"“{row.name}” stands further up already: take one of the rows out", "name")
        self.spoken_of.add(material.material_id)
        return material

    def _new_id(self, row: MaterialRow) -> str:
        """A number that the same file gives again."""
        if row.material_id:
            if not is_new_id(row.material_id):
                raise RowError("its material_id is none of this till's: empty it", "material_id")
            return row.material_id
        told, tries = row.name.casefold(), 0
        while (number := _hashed(f"{tries} {told}")) in self.by_id:
            tries += 1
        return number


def _hashed(text: str) -> str:
    return f"file-{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def _planned(row: MaterialRow, before: MaterialDetails, book: MaterialBook, cashier: str) -> _Planned:
    is_new = before.material_id not in book.materials
    after = replace(before, retired=False, **cast("dict[str, Any]", dict(row.said)))
    fault = find_details_fault(after)
    if fault is not None:
        raise RowError(fault.reason, fault.field)
    there = book.stock_milli.get(after.material_id, 0)
    change = _counted(row, there, shown_milli(book, after))
    changed = () if after == before else (MaterialChanged(material=after, cashier=cashier),)
    moved = () if change == 0 else (_count(after.material_id, change, cashier),)
    return Planned(
        line=row.line,
        what=after,
        row=PlannedRow(
            key=after.material_id, name=after.name, is_new=is_new,
            fields={name: (None if is_new else getattr(before, name), getattr(after, name)) for name in _touched(before, after)},
            stock_milli=(there, there + change) if change else None,
        ),
        events=(*changed, *moved),
    )  # fmt: skip


def _touched(before: MaterialDetails, after: MaterialDetails) -> tuple[str, ...]:
    return tuple(name for name in FIELDS if getattr(before, name) != getattr(after, name))


def _counted(row: MaterialRow, there_milli: int, shown: int) -> int:
    """Return by how much a row's count changes what is there. Raises RowError where the file is too old to say."""
    counted, before = row.stock_milli, row.stock_before_milli
    if counted is None or counted == before:
        return 0
    if counted > QUANTITY_MILLI_MAX:
        raise RowError(f"the stock cannot be {words_of_quantity(counted)}", "stock")
    if before is None or before == shown:
        return counted - there_milli
    if counted == shown:
        return 0
    was, now = words_of_quantity(before), words_of_quantity(shown)
    raise RowError(
        f"{was} was there when the file was saved, {now} is there now: count again, and empty stock_before",
        "stock",
    )


def _count(material_id: str, change_milli: int, cashier: str) -> MaterialMoved:
    return MaterialMoved(
        material_id=material_id, change_milli=change_milli, reason=MaterialReason.COUNTED, cashier=cashier
    )


def _without_clashes(
    planned: list[_Planned], book: MaterialBook
) -> tuple[list[_Planned], tuple[RefusedRow, ...]]:
    """Return those that have their name for themselves: who had it keeps it, else the one further up in the file gets it."""
    said = {one.what.material_id: one for one in planned}
    had = {one.material_id: one.name.casefold() for one in book.materials.items().values() if not one.retired}
    holders = {
        name: holder for holder, name in had.items() if holder not in said or _name(said[holder]) == name
    }
    clashing = [
        one for one in planned if holders.setdefault(_name(one), one.what.material_id) != one.what.material_id
    ]
    for one in clashing:  # it grows: who stays as it is keeps a name that another row was given
        own = had.get(one.what.material_id)
        if own is not None:
            loser = holders.get(own, one.what.material_id)
            holders[own] = one.what.material_id
            if loser != one.what.material_id:
                clashing.append(said[loser])
    out = {one.what.material_id for one in clashing}
    refused = (one.line.refused(NAME_HELD.format(name=one.what.name), "name") for one in clashing)
    return [one for one in planned if one.what.material_id not in out], tuple(refused)


def _name(one: _Planned) -> str:
    return one.what.name.casefold()


def _within_bounds(
    planned: list[_Planned], book: MaterialBook
) -> tuple[list[_Planned], tuple[RefusedRow, ...]]:
    """Return as many as there may be; what is beyond is new, so that leaving it out takes no name from another."""
    free = MATERIALS_MAX - len(book.materials.items())
    new = [one for one in planned if one.row.is_new]
    beyond = {one.what.material_id for one in new[max(0, free) :]}
    kept = [one for one in planned if one.what.material_id not in beyond]
    refused = (one.line.refused(TOO_MANY, "name") for one in planned if one.what.material_id in beyond)
    return kept, tuple(refused)
