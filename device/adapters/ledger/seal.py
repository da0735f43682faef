"""The seal of a full segment: what it holds, and an index by entry number, receipt number and sale id.

A file of one line of text and a binary part. The line is the CRC-32 of all that follows it in 8 hex digits, a space, and
JSON. The binary part, little-endian: a 32-bit place for each entry and the end of the last; a 32-bit entry number, counted
from the segment's first, for each receipt; then for each sale the first 8 bytes of its id's SHA-256 and such a number, sorted.
A seal can be made anew from its segment at any time; it is written beside it, never into it.
"""

import hashlib
import json
import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from enum import IntEnum
from sys import byteorder
from zlib import crc32

from pydantic import TypeAdapter, ValidationError

from device.adapters.ledger.notes import Notes, Sums
from shared.entry import Head

SEAL_VERSION = 1
_LINE_BYTES_MAX = 64 * 1024
_KEY_BYTES = 8
_SALE = struct.Struct("<8sI")


class Table(IntEnum):
    """The tables of the index, in the order in which they lie."""

    PLACES = 0
    RECEIPTS = 1
    SALES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a full segment holds.

    Attributes:
        before, head: the last entry before the segment, and its own last.
        size_bytes, sha256: the segment's file.
        first_receipt, receipts: the receipts in it, without gaps.
        ids: how many different sale ids are in it.
        least_id, greatest_id: every sale id in it lies between these two (ids of version 7 grow with time).
        line_bytes, table_crcs: where the index begins and the CRC-32 of each of its tables, noted when it was read whole.
    """

    v: int = SEAL_VERSION
    before: Head
    head: Head
    size_bytes: int
    sha256: str
    first_receipt: int
    receipts: int
    ids: int
    least_id: str
    greatest_id: str
    sums: Sums
    line_bytes: int = field(default=0, compare=False)
    table_crcs: tuple[int, ...] = field(default=(), compare=False)

    @property
    def first_seq(self) -> int:
        """The number of its first entry."""
        return self.before.seq + 1

    @property
    def entries(self) -> int:
        """How many entries it holds."""
        return self.head.seq - self.before.seq

    def stretch_of(self, table: Table) -> tuple[int, int]:
        """Return where in the seal's file a table begins, and how many bytes it has."""
        lengths = (4 * (self.entries + 1), 4 * self.receipts, _SALE.size * self.ids)
        return self.line_bytes + sum(lengths[:table]), lengths[table]


_READER = TypeAdapter(Seal)


def make_seal(notes: Notes, content: bytes) -> tuple[Seal, bytes]:
    """Return the seal of a segment, and its file's bytes."""
    ids = notes.seq_of
    seal = Seal(
        before=notes.before, head=notes.head, size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest(),
        first_receipt=notes.first_receipt, receipts=len(notes.receipts), ids=len(ids), least_id=min(ids, default=""),
        greatest_id=max(ids, default=""), sums=notes.sums,
    )  # fmt: skip
    fields = asdict(seal)
    del fields["line_bytes"], fields["table_crcs"]
    line = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    rest = line + b"\n" + b"".join(make_tables(notes))
    whole = b"%08x %b" % (crc32(rest), rest)
    return _with_index(seal, whole, len(line)), whole


def read_seal(whole: bytes) -> Seal | None:
    """Read a seal from its file's bytes; None if it is none of this version."""
    line, end, _ = whole[9:_LINE_BYTES_MAX].partition(b"\n")
    try:
        seal = _READER.validate_python(json.loads(line))
    except (ValueError, TypeError, ValidationError, RecursionError):
        return None
    return _with_index(seal, whole, len(line)) if end and seal.v == SEAL_VERSION else None


def _with_index(seal: Seal, whole: bytes, line_bytes: int) -> Seal:
    """Note where the index lies and what its tables are, to know them again when one is read alone."""
    seal = replace(seal, line_bytes=9 + line_bytes + 1)
    stretches = (seal.stretch_of(table) for table in Table)
    return replace(seal, table_crcs=tuple(crc32(whole[start : start + size]) for start, size in stretches))


def is_whole(content: bytes) -> bool:
    """Tell whether a seal's file is as it was written."""
    return content[:8] == b"%08x" % crc32(content[9:])


def number_at(four_bytes: bytes) -> int:
    """Read one number of the index."""
    return int.from_bytes(four_bytes, "little")


def find_sale(table: bytes, sale_id: str) -> list[int]:
    """Return the entries, counted from the segment's first, that may be this sale: the ids' hashes are cut short."""
    key, size = _key(sale_id), _SALE.size
    count = len(table) // size
    found = bisect_left(range(count), key, key=lambda row: table[row * size : row * size + _KEY_BYTES])
    rows: list[int] = []
    while found < count and table[found * size : found * size + _KEY_BYTES] == key:
        rows.append(number_at(table[found * size + _KEY_BYTES : (found + 1) * size]))
        found += 1
    return rows


def numbers_of(table: bytes) -> "array[int]":
    """Read the numbers of a table."""
    numbers = array("I", table)
    if byteorder != "little":
        numbers.byteswap()
    return numbers


def make_tables(notes: Notes) -> tuple[bytes, bytes, bytes]:
    """Return the tables of a segment's index."""
    first = notes.first_seq
    receipts = (seq - first for seq in notes.receipts)
    sales = sorted((_key(sale_id), seq - first) for sale_id, seq in notes.seq_of.items())
    return _bytes_of(notes.positions), _bytes_of(receipts), b"".join(_SALE.pack(*sale) for sale in sales)


def _bytes_of(numbers: Iterable[int]) -> bytes:
    written = array("I", numbers)
    if byteorder != "little":
        written.byteswap()
    return written.tobytes()


def _key(sale_id: str) -> bytes:
    return hashlib.sha256(sale_id.encode()).digest()[:_KEY_BYTES]
