"""Import a catalogue file: the good rows count at once and go up as entries, the broken ones are told and kept."""

import asyncio
from dataclasses import replace

from device.domain.catalogue import Catalogue
from device.domain.catalogue_csv import ImportedProduct, ReadCatalogue, read_catalogue, write_catalogue
from device.domain.import_plan import ImportPlan, plan_import
from device.domain.own_changes import lay_over, record_changes
from device.domain.settings import REFUSED_ROWS_MAX
from device.domain.stock import count_imported
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.stores import DocumentStore, SettingsStore
from device.services.assortment import CurrentAssortment
from shared.csv_table import WHOLE_FILE, RefusedRow, decode_text
from shared.events.stock import ProductsChanged, StockMoved

NOT_UTF_8 = (
    "the file cannot be read as text. In the spreadsheet choose “Save as”, “CSV UTF-8”, then import it again."
)
ROWS_AT_ONCE = 5_000
"""One append of the ledger is written as a whole or not at all, and has a limit; importing a file again changes nothing."""


class ImportCatalogue:
    """The service behind `POST /api/catalogue/import`."""

    def __init__(
        self, *, ledger: Ledger, settings: SettingsStore, assortment: CurrentAssortment, currency: str
    ) -> None:
        self._ledger = ledger
        self._settings = settings
        self._assortment = assortment
        self._currency = currency

    async def import_csv(self, content: bytes, cashier: str) -> ReadCatalogue:
        """Take over a file's products, and count the stock that it names."""
        read = await asyncio.to_thread(self._read, content)
        for first in range(0, len(read.imported), ROWS_AT_ONCE):
            await self._take(read.imported[first : first + ROWS_AT_ONCE], cashier)
        refused = read.refused[:REFUSED_ROWS_MAX]
        await asyncio.to_thread(self._settings.change, lambda old: replace(old, refused_rows=refused))
        return read

    async def plan(self, content: bytes) -> ImportPlan:
        """Say what a file would change; nothing is written."""
        return await asyncio.to_thread(self._plan, content)

    def _plan(self, content: bytes) -> ImportPlan:
        state = self._ledger.state
        return plan_import(
            self._read(content), self._assortment.of(state).catalogue, state.stock_milli.items()
        )

    def export(self) -> str:
        """Return the products that are offered as a file that can be imported again."""
        return write_catalogue(self._assortment.now().catalogue.products, currency=self._currency)

    async def _take(self, imported: tuple[ImportedProduct, ...], cashier: str) -> None:
        def decide(state: TillState) -> tuple[ProductsChanged | StockMoved, ...]:
            catalogue = self._assortment.of(state).catalogue
            changed = record_changes(catalogue, (item.product for item in imported), cashier=cashier)
            sheet_id = f"file-{state.head.seq + 1}"
            return (*changed, *count_imported(state, imported, cashier=cashier, sheet_id=sheet_id))

        await self._ledger.append(decide)

    def _read(self, content: bytes) -> ReadCatalogue:
        text = decode_text(content)
        if text is None:
            return ReadCatalogue(refused=(RefusedRow(row=WHOLE_FILE, text="", reason=NOT_UTF_8),))
        return read_catalogue(text, currency=self._currency, known=self._assortment.now().catalogue)


async def adopt_local_catalogue(ledger: Ledger, settings: SettingsStore, documents: DocumentStore) -> None:
    """Put the products of an installation that kept them in its settings into the ledger, and empty that place.

    A power cut in between does no harm: what the ledger has already is not said again.
    """
    local = settings.current.catalogue
    if not local.products:
        return
    content = documents.current.catalogue()
    base = Catalogue(products=content.products if content else ())

    def decide(state: TillState) -> tuple[ProductsChanged, ...]:
        known = lay_over(base, state.own_changes, 0)
        missing = (product for product in local.products if known.find(product.sku) is None)
        return record_changes(known, missing, cashier="")

    await ledger.append(decide)
    await asyncio.to_thread(settings.change, lambda old: replace(old, catalogue=Catalogue()))
