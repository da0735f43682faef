"""One segment of an open ledger: the one that grows, one that is full, or one that is sealed. Reads exact bytes."""

import hashlib
import logging
from array import array
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from device.adapters.ledger.disk import Disk, Handle
from device.adapters.ledger.errors import LedgerDamaged
from device.adapters.ledger.framing import Broken, Record, read_record, split_lines
from device.adapters.ledger.identity import is_misplaced
from device.adapters.ledger.layout import SegmentName
from device.adapters.ledger.notes import Notes
from device.adapters.ledger.seal import Seal, Table, find_sale, make_tables, numbers_of
from shared.entry import parse_entry
from shared.events.event import read_event
from shared.events.sale import SaleRecorded, SaleRefunded

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSegment:
    """A segment that grows, or did until just now: open, with its notes in memory."""

    name: SegmentName
    path: Path
    handle: Handle
    notes: Notes

    @property
    def first_seq(self) -> int:
        """The number of its first entry."""
        return self.notes.first_seq

    @property
    def last_seq(self) -> int:
        """The number of its last entry that is on the disk."""
        return self.notes.head.seq

    def read_lines(self, disk: Disk, first_seq: int, last_seq: int) -> list[bytes]:
        """Return the exact bytes of some of its entries."""
        offset = self.first_seq
        places = self.notes.positions[first_seq - offset : last_seq - offset + 2]
        content = disk.read(self.handle, places[0], places[-1] - places[0])
        return _lines(self, content, places, first_seq)

    def find_receipt(self, disk: Disk, number: int) -> int | None:  # noqa: ARG002
        """Return the number of the entry of a receipt, or None."""
        return self.notes.find_receipt(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedSegment:
    """A segment that is never written again: nothing of it stays open, and in memory only its seal."""

    name: SegmentName
    path: Path
    seal: Seal

    @property
    def first_seq(self) -> int:
        """The number of its first entry."""
        return self.seal.first_seq

    @property
    def last_seq(self) -> int:
        """The number of its last entry."""
        return self.seal.head.seq

    def read_lines(self, disk: Disk, first_seq: int, last_seq: int) -> list[bytes]:
        """Return the exact bytes of some of its entries."""
        offset = self.first_seq
        places = numbers_of(self._table(disk, Table.PLACES))[first_seq - offset : last_seq - offset + 2]
        content = _read(disk, self.path, places[0], places[-1] - places[0])
        return _lines(self, content, places, first_seq)

    def find_sale(self, disk: Disk, sale_id: str) -> int | None:
        """Return the number of the entry of a sale or refund, or None."""
        for row in find_sale(self._table(disk, Table.SALES), sale_id):
            seq = self.first_seq + row
            said = self._receipt_at(disk, seq)
            if said is not None and _id_of(said) == sale_id:
                return seq
        return None

    def find_receipt(self, disk: Disk, number: int) -> int | None:
        """Return the number of the entry of a receipt, or None."""
        if not 0 <= number - self.seal.first_receipt < self.seal.receipts:
            return None
        rows = numbers_of(self._table(disk, Table.RECEIPTS))
        seq = self.first_seq + rows[number - self.seal.first_receipt]
        said = self._receipt_at(disk, seq)
        if said is None or said.receipt_number != number:
            raise LedgerDamaged(self.path, position=0, seq=seq, reason=f"it is not receipt {number}")
        return seq

    def _receipt_at(self, disk: Disk, seq: int) -> SaleRecorded | SaleRefunded | None:
        said = read_event(parse_entry(self.read_lines(disk, seq, seq)[0]))
        return said if isinstance(said, SaleRecorded | SaleRefunded) else None

    def _table(self, disk: Disk, table: Table) -> bytes:
        """Return a table of the index as it was when it was read whole; made anew if its file no longer has it so."""
        try:
            content = _read(disk, self.path.with_name(self.name.sealed), *self.seal.stretch_of(table))
        except OSError as error:
            _log.warning("%s cannot be read (%s); its index is made anew", self.name.sealed, error)
            return self._make_tables(disk)[table]
        if crc32(content) == self.seal.table_crcs[table]:
            return content
        _log.warning("%s has changed on the disk; its index is made anew", self.name.sealed)
        return self._make_tables(disk)[table]

    def _make_tables(self, disk: Disk) -> tuple[bytes, bytes, bytes]:
        content = _read(disk, self.path, 0, self.seal.size_bytes)
        if hashlib.sha256(content).hexdigest() != self.seal.sha256:
            reason = "it is not what it was when it was sealed"
            raise LedgerDamaged(self.path, position=0, seq=self.first_seq, reason=reason)
        notes = Notes(before=self.seal.before, head=self.seal.before)
        for line in split_lines((content,)):
            record = read_record(line.content)
            if isinstance(record, Record):  # as its hash has shown
                notes.take(parse_entry(record.entry))
        return make_tables(notes)


Segment = OpenSegment | SealedSegment


def _id_of(said: SaleRecorded | SaleRefunded) -> str:
    return said.sale_id if isinstance(said, SaleRecorded) else said.refund_id


def _read(disk: Disk, path: Path, position: int, length: int) -> bytes:
    handle = disk.open(path)
    try:
        return disk.read(handle, position, length)
    finally:
        disk.close(handle)


def _lines(segment: Segment, content: bytes, places: "array[int]", first_seq: int) -> list[bytes]:
    """Cut what was read into its entries' lines; each must be sound and the very entry that belongs there."""
    path, contents = segment.path, content.split(b"\n")[:-1]
    if len(contents) != len(places) - 1:
        raise LedgerDamaged(path, position=places[0], seq=first_seq, reason="its lines have changed")
    lines: list[bytes] = []
    for index, framed in enumerate(contents):
        seq, record = first_seq + index, read_record(framed)
        reason = (
            record.reason
            if isinstance(record, Broken)
            else is_misplaced(record.entry, segment.name.epoch, seq)
        )
        if isinstance(record, Broken) or reason:
            raise LedgerDamaged(path, position=places[index], seq=seq, reason=reason)
        lines.append(record.entry)
    return lines
