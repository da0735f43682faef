"""TinyDB's Storage over the journal: reads through to the file, so that no document is kept and none is shared."""

import json
from collections.abc import ItemsView, Iterator, Mapping
from threading import get_ident
from typing import Any, cast

from tinydb.storages import Storage

from device.adapters.ledger.errors import LedgerHasOneWriter, LedgerIsAppendOnly
from device.adapters.ledger.journal import Journal
from device.adapters.ledger.sealed import Fields
from shared.entry import Entry

ENTRIES_TABLE = "entries"
_READ_AT_ONCE = 256


class StoredEntries(Mapping[str, Fields]):
    """The documents of the journal by number as text, TinyDB's way; each is read from the file when asked for."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def __getitem__(self, doc_id: str) -> Fields:
        seq = int(doc_id) if doc_id.isdecimal() else 0
        if not 1 <= seq <= len(self):
            raise KeyError(doc_id)
        return _fields(*self._journal.read_lines(seq, seq))

    def __iter__(self) -> Iterator[str]:
        return (str(seq) for seq in range(1, len(self) + 1))

    def __len__(self) -> int:
        return self._journal.head.seq

    def items(self) -> ItemsView[str, Fields]:
        """Return all documents; going through them reads the file in blocks."""
        return _StoredItems(self)

    def in_blocks(self) -> Iterator[tuple[str, Fields]]:
        """Go through all documents that are there now, many lines a read."""
        last_seq = len(self)
        for first_seq in range(1, last_seq + 1, _READ_AT_ONCE):
            lines = self._journal.read_lines(first_seq, min(first_seq + _READ_AT_ONCE - 1, last_seq))
            for index, line in enumerate(lines):
                yield str(first_seq + index), _fields(line)


class _StoredItems(ItemsView[str, Fields]):
    _mapping: StoredEntries

    def __iter__(self) -> Iterator[tuple[str, Fields]]:
        return self._mapping.in_blocks()


def _fields(line: bytes) -> Fields:
    return cast("Fields", json.loads(line))


class JournalStorage(Storage):
    """One table of entries over an open journal. Only the thread that claimed it may append."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.entries = StoredEntries(journal)
        self._writer: int | None = None

    def read(self) -> dict[str, dict[str, Any]]:
        """Return the tables: a new dict each time, whose documents are read when asked for."""
        return {ENTRIES_TABLE: cast("dict[str, Any]", self.entries)}

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Refuse: only TinyDB's dropping of tables comes this way."""
        dropped = ", ".join({ENTRIES_TABLE} - set(data)) or "a whole database"
        raise LedgerIsAppendOnly(f"dropping or replacing {dropped}")

    def append(self, entries: list[Entry]) -> None:
        """Make entries durable; see `Journal.append`. Raises LedgerHasOneWriter in any thread but the owner's."""
        if self._writer not in (None, get_ident()):
            raise LedgerHasOneWriter
        self.journal.append(entries)

    def claim(self) -> None:
        """From now on only the calling thread may append."""
        self._writer = get_ident()

    def require_table(self, name: str) -> None:
        """Raise LedgerIsAppendOnly for any table but the one of entries: the ledger holds nothing else."""
        if name != ENTRIES_TABLE:
            raise LedgerIsAppendOnly(f"a table “{name}” beside the entries")

    def close(self) -> None:
        """Close the journal."""
        self.journal.close()
