"""Reading a journal when it is opened: every record is checked, a torn tail is set aside, damage is told.

What is read here is trusted afterwards, so it is made durable first: a process killed before its fdatasync leaves bytes
that only the cache holds, and after a failed sync the cache may show what the disk does not have.
"""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from device.adapters.ledger.disk import Disk, Handle
from device.adapters.ledger.errors import LedgerDamaged
from device.adapters.ledger.framing import (
    WRITE_BYTES_MAX,
    Broken,
    Line,
    Record,
    judge_tail,
    read_record,
    split_lines,
)
from shared.entry import EMPTY_HEAD, Entry, EntryError, Head, StreamKey, parse_entry

_BLOCK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TornTail:
    """What was set aside when the ledger was opened: the rest of a write that a power cut interrupted."""

    path: Path
    position: int
    size_bytes: int

    @property
    def words(self) -> str:
        """What a person should know about it."""
        return (
            f"The power went while something was being recorded. {self.size_bytes} unfinished bytes were set aside "
            f"in {self.path.name}. No confirmed sale is affected."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """An opened journal: its stream, head, and the position of each record, followed by the end of the last."""

    stream: StreamKey
    head: Head
    positions: "array[int]"
    torn: TornTail | None


class _Chain:
    """Follows the chain from record to record; knows where each lies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stream: StreamKey | None = None
        self.head = EMPTY_HEAD
        self.positions = array("Q", [0])

    def take(self, line: Line, record: Record) -> Entry:
        try:
            entry = parse_entry(record.entry)
        except EntryError as error:
            raise self.damaged(error.reason) from error
        self.stream = self.stream or entry.stream
        if entry.stream != self.stream:
            raise self.damaged(f"it belongs to another ledger, {entry.stream.source} {entry.stream.epoch}")
        if (entry.seq, entry.prev) != (self.head.seq + 1, self.head.hash):
            raise self.damaged(f"entry {entry.seq} stands there, which does not follow entry {self.head.seq}")
        self.head = entry.head
        self.positions.append(line.position + len(line.content) + 1)
        return entry

    def damaged(self, reason: str) -> LedgerDamaged:
        return LedgerDamaged(self.path, position=self.positions[-1], seq=self.head.seq + 1, reason=reason)


def recover(
    disk: Disk,
    handle: Handle,
    path: Path,
    *,
    known_seq: Callable[[StreamKey], int],
    on_entry: Callable[[Entry], None],
) -> Recovered:
    """Read and check a whole journal.

    Args:
        disk: where it lies.
        handle: the open journal.
        path: its name, for messages and for the file beside it that takes a torn tail.
        known_seq: the highest entry number that another place is known to hold of a stream.
        on_entry: called with each entry, oldest first.

    Raises:
        LedgerDamaged: something in it is not explained by a power cut; nothing was changed.
        OSError: the disk failed.
    """
    disk.sync(handle)
    disk.sync_directory(path.parent)
    disk.forget_cached(handle)
    chain = _Chain(path)
    tail_found = False
    for line in split_lines(_blocks(disk, handle)):
        record = read_record(line.content)
        tail_found = isinstance(record, Broken) or not line.ended
        if tail_found or isinstance(record, Broken):
            break
        on_entry(chain.take(line, record))
    torn = _judge(disk, handle, chain) if tail_found else b""
    if chain.stream is None:
        raise chain.damaged("the file holds no entry")
    if known_seq(chain.stream) > chain.head.seq:
        raise chain.damaged(f"entries up to {known_seq(chain.stream)} are known elsewhere but are not in it")
    aside = _set_aside(disk, handle, path, chain.positions[-1], torn) if torn else None
    return Recovered(stream=chain.stream, head=chain.head, positions=chain.positions, torn=aside)


def _blocks(disk: Disk, handle: Handle) -> Iterator[bytes]:
    position = 0
    while block := disk.read(handle, position, _BLOCK_BYTES):
        position += len(block)
        yield block


def _judge(disk: Disk, handle: Handle, chain: _Chain) -> bytes:
    """Return the torn tail's bytes; raises LedgerDamaged if it is none."""
    position = chain.positions[-1]
    tail = disk.read(handle, position, WRITE_BYTES_MAX + 1)
    if len(tail) > WRITE_BYTES_MAX:
        raise chain.damaged("it is bad, and more than one write follows it")
    verdict = judge_tail(tail, position)
    if isinstance(verdict, Broken):
        raise chain.damaged(verdict.reason)
    return tail


def _set_aside(disk: Disk, handle: Handle, path: Path, position: int, tail: bytes) -> TornTail:
    """Keep the tail in a file of its own, durably, before it is cut from the journal."""
    taken = set(disk.list_directory(path.parent))
    number = next(n for n in range(1, len(taken) + 2) if f"torn-{n}.bytes" not in taken)
    aside = path.parent / f"torn-{number}.bytes"
    copy = disk.create(aside)
    try:
        disk.write(copy, 0, tail)
        disk.sync(copy)
    finally:
        disk.close(copy)
    disk.sync_directory(path.parent)
    disk.truncate(handle, position)  # durable with the next append; until then it would be set aside again
    return TornTail(path=aside, position=position, size_bytes=len(tail))
