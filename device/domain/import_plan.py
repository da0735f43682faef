"""What a file would change here, before anybody says yes: what is new, changed fields, counted stock."""

from collections.abc import Mapping
from dataclasses import dataclass

from device.domain.catalogue import Catalogue
from device.domain.catalogue_csv import ImportedProduct, ReadCatalogue
from shared.csv_table import RefusedRow
from shared.ids import Sku
from shared.products import ProductChange, changed_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """One thing that a file changes: which fields from what to what, and its stock where the row counts another one.

    `key` is a product's number or a material's; values are texts, numbers, yes or no, or several dataclasses.
    """

    key: str
    name: str
    is_new: bool
    fields: Mapping[str, tuple[object, object]]
    stock_milli: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What taking a file over would do; `same` counts the rows that change nothing."""

    rows: tuple[PlannedRow, ...]
    same: int
    refused: tuple[RefusedRow, ...]

    @property
    def added(self) -> int:
        """How many are new."""
        return sum(row.is_new for row in self.rows)

    @property
    def counted(self) -> int:
        """Of how many the stock changes."""
        return sum(row.stock_milli is not None for row in self.rows)


def plan_import(read: ReadCatalogue, catalogue: Catalogue, stock_milli: Mapping[Sku, int]) -> ImportPlan:
    """Lay a catalogue file that was read beside what is there."""
    planned = [_planned(item, catalogue, stock_milli.get(item.product.sku, 0)) for item in read.imported]
    rows = tuple(row for row in planned if row.fields or row.stock_milli)
    return ImportPlan(rows=rows, same=len(planned) - len(rows), refused=read.refused)


def _planned(item: ImportedProduct, catalogue: Catalogue, have_milli: int) -> PlannedRow:
    product, before = item.product, catalogue.find(item.product.sku)
    touched = changed_fields(ProductChange(before=before, after=product))
    counted = item.stock_milli is not None and item.stock_milli != have_milli
    return PlannedRow(
        key=product.sku, name=product.name, is_new=before is None,
        fields={name: (None if before is None else getattr(before, name), getattr(product, name)) for name in touched},
        stock_milli=(have_milli, item.stock_milli) if counted and item.stock_milli is not None else None,
    )  # fmt: skip
