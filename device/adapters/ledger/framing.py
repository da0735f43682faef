"""How entries lie in the journal's bytes, and how a tail torn by a power cut is told from damage. Pure.

One record is one line: the CRC-32 (ISO-HDLC, as in zlib) of all that follows it in 8 lower-case hex digits, one mark, the
entry's exact bytes, a line feed. The mark is a space where a write begins, and `+` where the record was written together
with the one before. So a reader knows which records could have been torn by the same power cut: those of the last write,
and no others.

A cut can leave a last line without its end, or sectors that never reached the disk and read as zeros (JSON text holds no
zero byte). Nothing else is a torn tail.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from zlib import crc32

WRITE_BYTES_MAX = 32 * 1024 * 1024
"""No single write is larger; a longer bad stretch cannot be a torn tail."""

SECTOR_BYTES = 512
_PREFIX_BYTES = 9
_BEGINS_WRITE = b" "
_JOINS_WRITE = b"+"
_ZEROS = re.compile(rb"\0+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file, without its line feed: where it begins, its bytes, and whether a line feed ended it."""

    position: int
    content: bytes
    ended: bool


@dataclass(frozen=True, slots=True)
class Record:
    """An intact record: the entry's exact bytes, and whether a new write began with it."""

    entry: bytes
    begins_write: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is no record, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Torn:
    """The last write was cut off by a power cut: nothing from here on was ever confirmed."""


Tail: TypeAlias = Torn | Broken


def frame(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of one write: each entry's exact bytes as a record, the later ones joined to the first."""
    return b"".join(
        _frame_one(entry, _JOINS_WRITE if index else _BEGINS_WRITE) for index, entry in enumerate(entries)
    )


def frame_bytes(entry: bytes) -> int:
    """Return how many bytes the record of an entry takes."""
    return _PREFIX_BYTES + len(entry) + 1


def _frame_one(entry: bytes, mark: bytes) -> bytes:
    return b"%08x%b%b\n" % (crc32(entry, crc32(mark)), mark, entry)


def read_record(content: bytes) -> Record | Broken:
    """Read one line, without its line feed, as a record."""
    mark = content[8:9]
    if mark not in (_BEGINS_WRITE, _JOINS_WRITE):
        return Broken("the line does not begin with a checksum")
    if content[:8] != b"%08x" % crc32(content[8:]):
        return Broken("its checksum does not match its bytes")
    return Record(content[_PREFIX_BYTES:], mark == _BEGINS_WRITE)


def split_lines(blocks: Iterable[bytes]) -> Iterator[Line]:
    """Cut a file, given as consecutive blocks of any size, into its lines. The last may lack its end."""
    position = 0
    pending: list[bytes] = []
    for block in blocks:
        *ended, rest = block.split(b"\n")
        for part in ended:
            content = b"".join((*pending, part))
            pending.clear()
            yield Line(position, content, ended=True)
            position += len(content) + 1
        if rest:
            pending.append(rest)
    if pending:
        yield Line(position, b"".join(pending), ended=False)


def judge_tail(tail: bytes, position: int) -> Tail:
    """Decide whether everything from the first bad line on is the rest of one interrupted write.

    Args:
        tail: the file's bytes from the beginning of the first line that is no record, to the end.
        position: where in the file that is.

    Returns:
        Torn, or Broken with the reason why a power cut cannot explain it.
    """
    for line in split_lines((tail,)):
        record = read_record(line.content)
        if isinstance(record, Record) and line.ended:
            if record.begins_write:
                return Broken("it is bad, yet a later write follows it")
        elif not _cut_explains(line, position, position + len(tail)):
            return record if isinstance(record, Broken) else Broken("the end of its line was changed")
    return Torn()


def _cut_explains(line: Line, tail_position: int, end: int) -> bool:
    zeros = list(_ZEROS.finditer(line.content))
    if not zeros:
        return not line.ended and not isinstance(read_record(line.content[:-1]), Record)
    start = tail_position + line.position
    return all(
        _is_edge(start + run.start(), tail_position) and _is_edge(start + run.end(), end) for run in zeros
    )


def _is_edge(position: int, limit: int) -> bool:
    return position == limit or position % SECTOR_BYTES == 0
