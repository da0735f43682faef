"""TinyDB itself, with the journal beneath and the table of entries as its default table."""

from typing import cast

from tinydb import TinyDB

from device.adapters.ledger.journal import Journal
from device.adapters.ledger.storage import ENTRIES_TABLE, JournalStorage
from device.adapters.ledger.table import JournalTable


class JournalDatabase(TinyDB):
    """A TinyDB whose only table is the ledger's."""

    table_class = JournalTable  # type: ignore[assignment]  # it opens for a JournalStorage only
    default_table_name = ENTRIES_TABLE

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal, storage=JournalStorage)

    @property
    def entries(self) -> JournalTable:
        """The table of entries."""
        return cast("JournalTable", self.table(ENTRIES_TABLE))
