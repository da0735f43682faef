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
from dataclasses import asdict, dataclass, field
from sys import byteorder
from zlib import crc32

from pydantic import TypeAdapter, ValidationError

from device.adapters.ledger.notes import Notes, Sums
from shared.entry import Head

SEAL_VERSION = 1
_LINE_BYTES_MAX = 64 * 1024
_KEY_BYTES = 8
_SALE = struct.Struct("<8sI")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a full segment holds.

    Attributes:
        before, head: the last entry before the segment, and its own last.
        size_bytes, sha256: the segment's file.
        first_receipt, receipts: the receipts in it, without gaps.
        ids: how many different sale ids are in it.
        least_id, greatest_id: every sale id in it lies between these two (ids of version 7 grow with time).
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

    @property
    def first_seq(self) -> int:
        """The number of its first entry."""
        return self.before.seq + 1

    @property
    def entries(self) -> int:
        """How many entries it holds."""
        return self.head.seq - self.before.seq

    def place_of(self, seq: int) -> int:
        """Return where in the seal's file the place of an entry stands."""
        return self.line_bytes + 4 * (seq - self.first_seq)

    def place_of_receipt(self, number: int) -> int:
        """Return where in the seal's file the entry of a receipt stands."""
        return self.line_bytes + 4 * (self.entries + 1) + 4 * (number - self.first_receipt)

    def sales_table(self) -> tuple[int, int]:
        """Return where the table of sale ids begins, and how many bytes it has."""
        return self.line_bytes + 4 * (self.entries + 1 + self.receipts), _SALE.size * self.ids


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
    del fields["line_bytes"]
    rest = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" + _index(notes)
    whole = b"%08x %b" % (crc32(rest), rest)
    return _READER.validate_python({**fields, "line_bytes": whole.index(b"\n") + 1}), whole


def read_seal(start: bytes) -> Seal | None:
    """Read a seal from the beginning of its file; None if it is none of this version."""
    line, end, _ = start[9:_LINE_BYTES_MAX].partition(b"\n")
    try:
        fields = json.loads(line)
        seal = _READER.validate_python({**fields, "line_bytes": 9 + len(line) + 1})
    except (ValueError, TypeError, ValidationError):
        return None
    return seal if end and seal.v == SEAL_VERSION else None


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


def _index(notes: Notes) -> bytes:
    first = notes.first_seq
    numbers = array("I", notes.positions)
    numbers.extend(seq - first for seq in notes.receipts)
    if byteorder != "little":
        numbers.byteswap()
    sales = sorted((_key(sale_id), seq - first) for sale_id, seq in notes.seq_of.items())
    return numbers.tobytes() + b"".join(_SALE.pack(*sale) for sale in sales)


def _key(sale_id: str) -> bytes:
    return hashlib.sha256(sale_id.encode()).digest()[:_KEY_BYTES]
