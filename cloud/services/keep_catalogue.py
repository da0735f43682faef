"""Keep the catalogue: what the maker changes on the dashboard, imports from a file, and decides where two stalls contradicted.

The maker's changes count like those of a source named `cloud`, which knows what the page showed (`seen_revision`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cloud.domain.catalogue import CLOUD, Origin, with_value
from cloud.domain.catalogue_state import CatalogueState
from cloud.domain.issued import Issued, Settled
from cloud.domain.product import PRODUCTS_MAX, clean_product, fault_of_change
from cloud.ports.documents import Shelf, Shelves
from cloud.ports.world import Clock
from cloud.services.issue_documents import DocumentOffice
from shared.catalogue_csv import read_catalogue, write_catalogue
from shared.csv_table import RefusedRow
from shared.documents import EVERYONE, DocumentKind
from shared.product_rules import find_fault
from shared.products import ProductChange, ProductDetails

OPEN_SHOWN: Final = 50
REFUSED_SHOWN: Final = 200
GONE: Final = "This was decided already, or a later change came. Look at the page again."


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Nothing was changed; `reason` says why and what to do."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueView:
    """The catalogue as it stands, with what waits for the next version."""

    newest: Issued | None
    state: CatalogueState
    products: list[ProductDetails]
    settlements: list[Settled]
    open_settlements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What a file would change: counts, the rows that would not be taken and why, and the changes themselves."""

    added: int
    changed: int
    same: int
    refused: tuple[RefusedRow, ...]
    changes: tuple[ProductChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueKeeping:
    """The door for the maker's changes."""

    shelves: Shelves
    office: DocumentOffice
    clock: Clock

    def view(self, tenant: str) -> CatalogueView:
        """Return the catalogue, after issuing what is due."""
        self.office.issue_catalogue_if_due(tenant)
        with self.shelves.reading(tenant) as shelf:
            return CatalogueView(
                newest=shelf.documents.newest(DocumentKind.CATALOGUE, EVERYONE),
                state=shelf.catalogue.state(),
                products=shelf.catalogue.products(),
                settlements=shelf.catalogue.settlements(limit=OPEN_SHOWN, open_only=True),
                open_settlements=shelf.catalogue.count_open(),
            )

    def change(
        self, tenant: str, changes: Sequence[ProductChange], *, seen_revision: int, by: str
    ) -> NotTaken | None:
        """Take changes that somebody made on a page that showed the catalogue up to a revision."""
        cleaned = [
            ProductChange(before=one.before and clean_product(one.before), after=clean_product(one.after))
            for one in changes
        ]
        fault = next((words for change in cleaned if (words := _fault(change))), None)
        if fault:
            return NotTaken(f"Nothing was changed: {fault}.")
        with self.shelves.writing(tenant) as shelf:
            if refusal := _too_many(shelf, cleaned):
                return refusal
            self._fold(shelf, cleaned, seen_revision=seen_revision, by=by)
        self.office.announce(tenant)
        return None

    def plan_import(self, tenant: str, text: str, *, currency: str) -> ImportPlan:
        """Read a file against the catalogue and say what it would change; nothing is changed."""
        with self.shelves.reading(tenant) as shelf:
            return _plan(shelf.catalogue.products(), text, currency)

    def import_csv(self, tenant: str, text: str, *, currency: str, by: str) -> ImportPlan | NotTaken:
        """Take over a file's good rows; the broken ones are told. A product keeps what the file says nothing about."""
        with self.shelves.writing(tenant) as shelf:
            plan = _plan(shelf.catalogue.products(), text, currency)
            if refusal := _too_many(shelf, plan.changes):
                return refusal
            if plan.changes:
                knows = shelf.catalogue.state().revision
                self._fold(shelf, plan.changes, seen_revision=knows, by=by)
        self.office.announce(tenant)
        return plan

    def export_csv(self, tenant: str, *, currency: str) -> str:
        """Return the catalogue as a file that can be imported again."""
        with self.shelves.reading(tenant) as shelf:
            return write_catalogue(shelf.catalogue.products(), currency=currency)

    def acknowledge(self, tenant: str, position: int, *, by: str) -> NotTaken | None:
        """Note that somebody has seen how a contradiction was settled and leaves it so."""
        with self.shelves.writing(tenant) as shelf:
            if not shelf.catalogue.acknowledge(position, by=by, at_ms=self.clock.now_ms()):
                return NotTaken(GONE)
        self.office.announce(tenant)
        return None

    def choose_other(self, tenant: str, position: int, *, by: str) -> NotTaken | None:
        """Let the value count that did not: the maker's own change, which everybody gets with the next version."""
        with self.shelves.writing(tenant) as shelf:
            settled = shelf.catalogue.find_settlement(position)
            if settled is None or not shelf.catalogue.acknowledge(position, by=by, at_ms=self.clock.now_ms()):
                return NotTaken(GONE)
            told = settled.settlement
            before = next((one for one in shelf.catalogue.products() if one.sku == told.sku), None)
            if before is None:
                return NotTaken(GONE)
            change = ProductChange(before=before, after=with_value(before, told.field, told.dropped_value))
            self._fold(shelf, [change], seen_revision=shelf.catalogue.state().revision, by=by)
        self.office.announce(tenant)
        return None

    def _fold(self, shelf: Shelf, changes: Sequence[ProductChange], *, seen_revision: int, by: str) -> None:
        origin = Origin(writer=CLOUD, knows_revision=seen_revision, person=by)
        shelf.catalogue.fold(changes, origin, at_ms=self.clock.now_ms())


def _fault(change: ProductChange) -> str | None:
    """What is typed here must be what every till can sell; what tills say is taken as long as it can be kept."""
    wrong = find_fault(change.after)
    return wrong.reason if wrong else fault_of_change(change)


def _too_many(shelf: Shelf, changes: Sequence[ProductChange]) -> NotTaken | None:
    known = {product.sku for product in shelf.catalogue.products()}
    total = len(known | {change.after.sku for change in changes})
    if total <= max(PRODUCTS_MAX, len(known)):
        return None
    return NotTaken(
        f"Nothing was changed: the catalogue would have {total:,} products, {PRODUCTS_MAX:,} is the most. "
        "Leave out what is not sold any more."
    )


def _plan(standing: Sequence[ProductDetails], text: str, currency: str) -> ImportPlan:
    known = {product.sku: product for product in standing}
    read = read_catalogue(text, currency=currency, known=standing)
    changes = [
        ProductChange(before=known.get(row.product.sku), after=row.product)
        for row in read.imported
        if known.get(row.product.sku) != row.product
    ]
    added = sum(change.before is None for change in changes)
    return ImportPlan(
        added=added, changed=len(changes) - added, same=len(read.imported) - len(changes),
        refused=read.refused, changes=tuple(changes),
    )  # fmt: skip
