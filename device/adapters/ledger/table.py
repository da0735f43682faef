"""TinyDB's Table over the journal. TinyDB's own code runs unmodified; `_update_table` is the one seam.

TinyDB hands every change as a function over the whole table. Here that function gets a view that reads documents from the
journal and collects what is added; the additions become journal records, made durable before anybody sees them.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any, cast

from tinydb.table import Table
from tinydb.utils import LRUCache

from device.adapters.ledger.errors import LedgerIsAppendOnly
from device.adapters.ledger.sealed import Fields, seal
from device.adapters.ledger.storage import JournalStorage
from shared.entry import Body, Entry, seal_entry

_INSERTABLE = {"kind", "at", "body"}


class GrowingTable(MutableMapping[int, Fields]):
    """A table during one update: reads what is there, collects what comes, refuses everything else."""

    def __init__(self, storage: JournalStorage) -> None:
        self.added: list[Entry] = []
        self._storage = storage
        self._entries = storage.entries
        self._head = storage.journal.head

    def add(self, entries: Sequence[Entry]) -> None:
        """Take entries that are sealed already and follow one another and the head."""
        for entry in entries:
            if (entry.seq, entry.prev) != (self._head.seq + 1, self._head.hash):
                raise LedgerIsAppendOnly(f"entry {entry.seq} after entry {self._head.seq}")
            self.added.append(entry)
            self._head = entry.head

    def __setitem__(self, doc_id: int, document: Fields) -> None:
        """Seal a new document, given as `kind`, `at` (ISO 8601 with offset) and `body`, as the next entry."""
        if doc_id in self:
            raise LedgerIsAppendOnly(f"changing entry {doc_id}")
        if doc_id != self._head.seq + 1:
            raise LedgerIsAppendOnly(f"entry {doc_id} after entry {self._head.seq}")
        if set(document) != _INSERTABLE:
            raise LedgerIsAppendOnly(f"a document with {sorted(document)} instead of {sorted(_INSERTABLE)}")
        entry = seal_entry(
            stream=self._storage.journal.stream,
            head=self._head,
            at=datetime.fromisoformat(str(document["at"])),
            kind=str(document["kind"]),
            body=cast("Body", document["body"]),
        )
        self.add((entry,))

    def __getitem__(self, doc_id: int) -> Fields:
        """Return a document that refuses to be changed, so that no change can be lost in a copy."""
        return seal(self._entries[str(doc_id)])

    def __delitem__(self, doc_id: int) -> None:
        raise LedgerIsAppendOnly(f"removing entry {doc_id}")

    def clear(self) -> None:
        """Refuse: TinyDB's truncate."""
        raise LedgerIsAppendOnly("removing all entries")

    def __contains__(self, doc_id: object) -> bool:
        return isinstance(doc_id, int) and 1 <= doc_id <= self._head.seq

    def __iter__(self) -> Iterator[int]:
        return iter(range(1, self._storage.journal.head.seq + 1))

    def __len__(self) -> int:
        return self._head.seq


class NoQueryCache(LRUCache[Any, Any]):  # Any: TinyDB's own key and result types
    """Remembers nothing: remembered results would alias one another, and readers would share them over threads."""

    def get(self, key: object, default: object = None) -> None:
        """Know nothing."""

    def set(self, key: object, value: object) -> None:
        """Keep nothing."""


class JournalTable(Table):
    """The table of entries: `doc_id` is the entry's number, a document the entry's fields; only insert is open."""

    query_cache_class = NoQueryCache

    def __init__(self, storage: JournalStorage, name: str, cache_size: int = 0) -> None:
        storage.require_table(name)
        super().__init__(storage, name, cache_size=cache_size)
        self._journal_storage = storage
        self._numbers_given = 0

    def append(self, entries: Sequence[Entry]) -> None:
        """Append sealed entries as they are: one write, one fdatasync; the ledger's way in.

        Raises:
            LedgerFull, LedgerFailed, LedgerClosed: as the journal says.
            LedgerIsAppendOnly: they do not follow the head.
        """

        def updater(table: GrowingTable) -> None:
            table.add(entries)

        self._update_table(cast("Callable[[dict[int, Mapping[Any, Any]]], None]", updater))

    def claim(self) -> None:
        """From now on only the calling thread may append."""
        self._journal_storage.claim()

    def _get_next_id(self) -> int:
        self._numbers_given += 1
        return self._journal_storage.journal.head.seq + self._numbers_given

    def _update_table(self, updater: Callable[[dict[int, Mapping[Any, Any]]], None]) -> None:
        growing = GrowingTable(self._journal_storage)
        try:
            updater(cast("dict[int, Mapping[Any, Any]]", growing))
            if growing.added:
                self._journal_storage.append(growing.added)
        finally:
            self._numbers_given = 0
