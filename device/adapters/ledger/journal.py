"""The ledger's file: born whole or not at all, grown by durable writes, read by exact bytes.

Theory of operation. One process holds the lock; one thread appends. `append` is one write and one fdatasync, and only
then is the new head seen by anybody. A disk that is full gets its last good size back and the journal goes on; any other
failure stops the journal for good, because after a failed sync nobody knows what the disk holds.
"""

import errno
from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from device.adapters.ledger.disk import Disk, Handle
from device.adapters.ledger.errors import (
    LedgerClosed,
    LedgerDamaged,
    LedgerError,
    LedgerFailed,
    LedgerFull,
    LedgerLocked,
)
from device.adapters.ledger.framing import Broken, frame, frame_bytes, read_record
from device.adapters.ledger.recovery import Recovered, TornTail, recover
from shared.entry import Entry, Head, StreamKey
from shared.ids import Epoch

JOURNAL_SUFFIX = ".journal"
LOCK_NAME = "lock"
_UNBORN_SUFFIX = ".new"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningReport:
    """What was found when the ledger was opened.

    Attributes:
        path: the journal.
        entries: how many entries it holds.
        born: whether it was made just now.
        torn: the unfinished write that was set aside, if there was one.
    """

    path: Path
    entries: int
    born: bool
    torn: TornTail | None


class Journal:
    """An open journal. Make one with `open_journal`."""

    def __init__(self, disk: Disk, path: Path, *, handle: Handle, lock: Handle, found: Recovered) -> None:
        self.path = path
        self.stream: StreamKey = found.stream
        self._disk = disk
        self._handle = handle
        self._lock = lock
        self._head = found.head
        self._positions: array[int] = found.positions
        self._reading = Lock()
        self._failure: LedgerError | None = None

    @property
    def head(self) -> Head:
        """The last durable entry."""
        return self._head

    def append(self, entries: Sequence[Entry]) -> None:
        """Write the entries that follow the head, in one write, and make them durable.

        Raises:
            LedgerFull: no room; the journal is as it was.
            LedgerFailed: the disk failed, now or before; open the ledger anew.
            LedgerClosed: it was closed.
        """
        if self._failure is not None:
            raise self._failure.with_traceback(None)  # a stored error would gather a longer trace each time
        written = frame([entry.line for entry in entries])
        self._failure = LedgerFailed(self.path, "write", "it was interrupted")  # until the sync has succeeded
        try:
            self._disk.write(self._handle, self._positions[-1], written)
        except OSError as error:
            raise self._refuse_write(error, len(written)) from error
        try:
            self._disk.sync(self._handle)
        except OSError as error:
            raise self._fail("make a write durable", error) from error
        self._failure = None
        self._grow(entries)

    def read_lines(self, first_seq: int, last_seq: int) -> tuple[bytes, ...]:
        """Return the exact bytes of entries `first_seq` to `last_seq`, both included, from the file.

        Raises:
            ValueError: the journal does not hold them.
            LedgerDamaged: a record no longer has the bytes that were written.
            LedgerFailed: the disk cannot be read.
            LedgerClosed: it was closed.
        """
        if not 1 <= first_seq <= last_seq + 1 <= self._head.seq + 1:
            raise ValueError(f"entries {first_seq} to {last_seq} are not in a ledger of {self._head.seq}")
        start, end = self._positions[first_seq - 1], self._positions[last_seq]
        contents = self._read(start, end - start).split(b"\n")[:-1]
        if len(contents) != last_seq - first_seq + 1:
            raise LedgerDamaged(self.path, position=start, seq=first_seq, reason="its lines have changed")
        return tuple(self._entry_bytes(first_seq + index, content) for index, content in enumerate(contents))

    def close(self) -> None:
        """Release the file and the lock; what was appended is durable already."""
        with self._reading:
            if isinstance(self._failure, LedgerClosed):
                return
            self._failure = LedgerClosed()
            self._disk.close(self._handle)
            self._disk.close(self._lock)

    def _grow(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._positions.append(self._positions[-1] + frame_bytes(entry.line))
        self._head = entries[-1].head

    def _read(self, position: int, length: int) -> bytes:
        with self._reading:
            if isinstance(self._failure, LedgerClosed):
                raise self._failure.with_traceback(
                    None
                )  # a stored error would gather a longer trace each time
            try:
                return self._disk.read(self._handle, position, length)
            except OSError as error:
                raise LedgerFailed(self.path, "read the ledger", error.strerror or str(error)) from error

    def _entry_bytes(self, seq: int, content: bytes) -> bytes:
        record = read_record(content)
        if isinstance(record, Broken):
            position = self._positions[seq - 1]
            raise LedgerDamaged(self.path, position=position, seq=seq, reason=record.reason)
        return record.entry

    def _refuse_write(self, error: OSError, wanted_bytes: int) -> LedgerError:
        """Give a full disk its last good size back, durably, or fail."""
        if error.errno not in _NO_ROOM:
            return self._fail("write", error)
        try:
            self._disk.truncate(self._handle, self._positions[-1])
            self._disk.sync(self._handle)
        except OSError as second:
            return self._fail("take back an unfinished write", second)
        self._failure = None
        return LedgerFull(self.path, wanted_bytes)

    def _fail(self, step: str, error: OSError) -> LedgerFailed:
        failure = LedgerFailed(self.path, step, error.strerror or str(error))
        self._failure = failure
        return failure


def open_journal(
    disk: Disk,
    directory: Path,
    *,
    first_entry: Callable[[], Entry],
    known_seqs: Mapping[Epoch, int],
    on_entry: Callable[[Entry], None],
) -> tuple[Journal, OpeningReport]:
    """Open the journal in a directory; a directory without one gets one, born with `first_entry`.

    Raises:
        LedgerLocked: another process has it.
        LedgerDamaged: it cannot be trusted; nothing was changed.
        LedgerFull: there is no room to begin.
        LedgerFailed: the disk failed.
    """
    try:
        disk.make_directory(directory)
        lock = disk.lock(directory / LOCK_NAME)
    except OSError as error:
        raise _opening_error(directory, error) from error
    if lock is None:
        raise LedgerLocked(directory)
    try:
        path = _find(disk, directory)
        born = path is None
        path = path or _bear(disk, directory, first_entry())
        journal, torn = _open_existing(disk, path, lock, known_seqs=known_seqs, on_entry=on_entry)
    except OSError as error:
        _close_quietly(disk, lock)
        raise _opening_error(directory, error) from error
    except BaseException:
        _close_quietly(disk, lock)
        raise
    return journal, OpeningReport(path=path, entries=journal.head.seq, born=born, torn=torn)


def _opening_error(directory: Path, error: OSError) -> LedgerError:
    if error.errno in _NO_ROOM:
        return LedgerFull(directory, 0)
    return LedgerFailed(directory, "open the ledger", error.strerror or str(error))


def _open_existing(
    disk: Disk,
    path: Path,
    lock: Handle,
    *,
    known_seqs: Mapping[Epoch, int],
    on_entry: Callable[[Entry], None],
) -> tuple[Journal, TornTail | None]:
    handle = disk.open(path)
    try:
        found = recover(
            disk,
            handle,
            path,
            known_seq=lambda stream: known_seqs.get(stream.epoch, 0),
            on_entry=on_entry,
        )
    except BaseException:
        _close_quietly(disk, handle)
        raise
    return Journal(disk, path, handle=handle, lock=lock, found=found), found.torn


def _find(disk: Disk, directory: Path) -> Path | None:
    names = disk.list_directory(directory)
    journals = [name for name in names if name.startswith("ledger-") and name.endswith(JOURNAL_SUFFIX)]
    if len(journals) > 1:
        reason = f"{' and '.join(journals)} lie side by side, and only one can be this till's"
        raise LedgerDamaged(directory, position=0, seq=1, reason=reason)
    for name in names:
        if name.endswith(_UNBORN_SUFFIX):  # never got its name, so nothing in it was ever confirmed
            disk.remove(directory / name)
    return directory / journals[0] if journals else None


def _bear(disk: Disk, directory: Path, entry: Entry) -> Path:
    """Make a journal that has its first entry from the moment it has its name."""
    path = directory / f"ledger-{entry.stream.epoch}{JOURNAL_SUFFIX}"
    unborn = path.with_name(path.name + _UNBORN_SUFFIX)
    handle = disk.create(unborn)
    try:
        disk.write(handle, 0, frame([entry.line]))
        disk.sync(handle)
    finally:
        disk.close(handle)
    disk.rename(unborn, path)
    return path  # opening it makes its name durable


def _close_quietly(disk: Disk, handle: Handle) -> None:
    """Close what an error leaves behind; a second error would hide the first."""
    with suppress(OSError):
        disk.close(handle)
