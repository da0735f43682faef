"""Reading a journal when it is opened: every record is checked, a torn tail is set aside, damage is told.

What is read here is trusted afterwards, so it is made durable first: a process killed before its fdatasync leaves bytes
that only the cache holds, and after a failed sync the cache may show what the disk does not have.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from device.adapters.ledger.disk import NO_ROOM, Disk, Handle
from device.adapters.ledger.errors import LedgerDamaged
from device.adapters.ledger.framing import (
    WRITE_BYTES_MAX,
    Broken,
    Record,
    judge_tail,
    read_record,
    split_lines,
)
from device.adapters.ledger.notes import Notes
from device.adapters.ledger.reserve import Reserve
from device.adapters.ledger.sealing import replace_file
from shared.entry import EntryError, Head, StreamKey, parse_entry
from shared.events.event import understood
from shared.ids import Epoch

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
            f"in {self.path.name}. As far as this till, hub and cloud know, no confirmed sale is missing."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """A segment that was read: its stream, what is noted of it, and the unfinished write that was set aside."""

    stream: StreamKey
    notes: Notes
    torn: TornTail | None


class _Chain:
    """Follows the chain from record to record; knows where each lies."""

    def __init__(self, path: Path, epoch: Epoch, before: Head, stream: StreamKey | None) -> None:
        self.path = path
        self.epoch = epoch
        self.stream = stream
        self.notes = Notes(before=before, head=before)

    def take(self, record: Record) -> None:
        try:
            entry = understood(parse_entry(record.entry))
        except EntryError as error:
            raise self.damaged(error.reason) from error
        self.stream = self.stream or entry.stream
        if entry.stream != self.stream or entry.stream.epoch != self.epoch:
            raise self.damaged(f"it belongs to another ledger, {entry.stream.source} {entry.stream.epoch}")
        head = self.notes.head
        if (entry.seq, entry.prev) != (head.seq + 1, head.hash):
            raise self.damaged(f"entry {entry.seq} stands there, which does not follow entry {head.seq}")
        self.notes.take(entry)

    def damaged(self, reason: str) -> LedgerDamaged:
        notes = self.notes
        return LedgerDamaged(self.path, position=notes.end, seq=notes.head.seq + 1, reason=reason)


def recover(
    disk: Disk,
    handle: Handle,
    path: Path,
    *,
    epoch: Epoch,
    before: Head,
    stream: StreamKey | None,
    is_last: bool,
    known_seq: Callable[[StreamKey], int],
) -> Recovered:
    """Read and check a whole segment.

    Args:
        disk: where it lies.
        handle: the open segment.
        path: its name, for messages and for the file beside it that takes a torn tail.
        epoch: whose it is by its name.
        before: the last entry before it.
        stream: whose ledger it must be of, if that is known.
        is_last: whether it is the one that grows: only its end can have been torn.
        known_seq: the highest entry number of a stream that another place is known to hold.

    Raises:
        LedgerDamaged: something in it is not explained by a power cut; nothing was changed.
        OSError: the disk failed.
    """
    disk.sync(handle)
    disk.sync_directory(path.parent)
    disk.forget_cached(handle)
    chain = _Chain(path, epoch, before, stream)
    for line in split_lines(_blocks(disk, handle)):
        content = line.content if line.ended else line.content.rstrip(b"\0")
        record = read_record(content)
        if isinstance(record, Broken):
            break
        chain.take(record)
        if not line.ended and is_last:  # whole but for its line feed: nothing says that it must go
            disk.write(handle, chain.notes.end - 1, b"\n")
            disk.sync(handle)
    tail = _judge(disk, handle, chain, is_last=is_last)
    if chain.stream is None or chain.notes.head == before:
        raise chain.damaged("the file holds no entry")
    if is_last and known_seq(chain.stream) > chain.notes.head.seq:
        raise chain.damaged(f"entries up to {known_seq(chain.stream)} are known elsewhere but are not in it")
    torn = _set_aside(disk, handle, path, chain.notes.end, tail) if tail else None
    return Recovered(stream=chain.stream, notes=chain.notes, torn=torn)


def _blocks(disk: Disk, handle: Handle) -> Iterator[bytes]:
    position = 0
    while block := disk.read(handle, position, _BLOCK_BYTES):
        position += len(block)
        yield block


def _judge(disk: Disk, handle: Handle, chain: _Chain, *, is_last: bool) -> bytes:
    """Return the torn tail's bytes, none if there is none; raises LedgerDamaged if it is something else.

    Zeros after it, and after the last record, are room that was taken beforehand.
    """
    position = chain.notes.end
    rest = disk.read(handle, position, WRITE_BYTES_MAX + _BLOCK_BYTES)
    tail = rest.rstrip(b"\0")
    if (rest and not is_last) or len(tail) > WRITE_BYTES_MAX:
        raise chain.damaged("it is bad, and more than one write follows it")
    verdict = judge_tail(tail, position)
    if isinstance(verdict, Broken):
        raise chain.damaged(verdict.reason)
    return tail


def _set_aside(disk: Disk, handle: Handle, path: Path, position: int, tail: bytes) -> TornTail:
    """Keep the tail in a file of its own, durably, before it is cut from the journal.

    On a full disk the room kept back is given up for it: cutting the tail gives as much back.
    """
    taken = set(disk.list_directory(path.parent))
    number = next(n for n in range(1, len(taken) + 2) if f"torn-{n}.bytes" not in taken)
    aside = path.parent / f"torn-{number}.bytes"
    try:
        replace_file(disk, aside, tail)
    except OSError as error:
        if error.errno not in NO_ROOM or not Reserve(disk, path.parent).release():
            raise
        replace_file(disk, aside, tail)
    disk.truncate(handle, position)
    disk.sync(handle)  # else the next write could be torn into what is left of this one
    return TornTail(path=aside, position=position, size_bytes=len(tail))
