"""Import a catalogue file: the good rows count at once, the broken ones are told and kept."""

import asyncio
from dataclasses import replace

from device.domain.catalogue_csv import ReadCatalogue, read_catalogue
from device.domain.settings import REFUSED_ROWS_MAX, Settings
from device.domain.stock import count_imported
from device.ports import Ledger, SettingsStore
from shared.catalogue_csv import WHOLE_FILE, RefusedRow

NOT_UTF_8 = "the file is not UTF-8. In the spreadsheet choose “Save as”, “CSV UTF-8”, then import it again."


class ImportCatalogue:
    """The service behind `POST /api/catalogue/import`."""

    def __init__(self, *, ledger: Ledger, settings: SettingsStore, currency: str) -> None:
        self._ledger = ledger
        self._settings = settings
        self._currency = currency

    async def import_csv(self, content: bytes) -> ReadCatalogue:
        """Take over a file's products, and count the stock that it names."""
        read = self._read(content)
        if read.imported:
            products = [item.product for item in read.imported]

            def merge(old: Settings) -> Settings:
                return replace(old, catalogue=old.catalogue.merged(products))

            await asyncio.to_thread(self._settings.change, merge)
            await self._ledger.append(lambda state: count_imported(state, read.imported))
        refused = read.refused[:REFUSED_ROWS_MAX]
        await asyncio.to_thread(self._settings.change, lambda old: replace(old, refused_rows=refused))
        return read

    def _read(self, content: bytes) -> ReadCatalogue:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return ReadCatalogue(refused=(RefusedRow(row=WHOLE_FILE, text="", reason=NOT_UTF_8),))
        return read_catalogue(text, currency=self._currency, known=self._settings.current.catalogue)
