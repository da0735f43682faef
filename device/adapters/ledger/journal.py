"""The ledger's files as one journal: grown by durable writes, read by exact bytes, found by number and by sale.

Theory of operation. One process holds the lock; one thread appends. `append` is one write and one fdatasync, and only
then is the new head seen by anybody. Room is taken from the disk in steps of zeros, so that most writes change neither
the file's size nor its extents and cost the disk one page. A segment that is full is cut to its length, and the write that
no longer fits begins the next one, which has its name only when it holds that write. Sealing comes later and changes
nothing that was written. A disk that is full gets its last good size back and the journal goes on; any other failure
stops the journal for good, because after a failed sync nobody knows what the disk holds.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from device.adapters.ledger.disk import NO_ROOM, Disk, Handle
from device.adapters.ledger.errors import (
    LedgerClosed,
    LedgerDamaged,
    LedgerError,
    LedgerFailed,
    LedgerFull,
    LedgerReplaced,
)
from device.adapters.ledger.framing import frame
from device.adapters.ledger.layout import UNBORN_SUFFIX, SegmentName, Sizes
from device.adapters.ledger.notes import Notes
from device.adapters.ledger.reserve import Reserve
from device.adapters.ledger.sealing import write_seal
from device.adapters.ledger.segment import OpenSegment, SealedSegment, Segment
from device.adapters.ledger.segment_row import SegmentRow
from shared.entry import Entry, Head, StreamKey
from shared.events.cash import CashSessionClosed, CashSessionOpened

_MAY_USE_THE_RESERVE = frozenset({CashSessionOpened.__name__, CashSessionClosed.__name__})
_APPENDS_BETWEEN_TRIES = 100

_log = logging.getLogger(__name__)


class Journal:
    """An open journal. `opening.open_journal` makes one."""

    def __init__(
        self, disk: Disk, *, stream: StreamKey, segments: Sequence[Segment], lock: Handle, sizes: Sizes
    ) -> None:
        self.disk = disk
        self.stream = stream
        self._row = SegmentRow(disk, segments)
        self._growing = self._last_of(segments)
        self._full = [segment for segment in segments[:-1] if isinstance(segment, OpenSegment)]
        self._directory = self._growing.path.parent
        self._room_end = disk.size(self._growing.path)
        self._head = self._growing.notes.head
        self._lock = lock
        self._sizes = sizes
        self._reserve = Reserve(disk, self._directory, sizes.reserve_bytes)
        self._appends_until_try = 0  # to seal and to keep room back, after the disk had no room for it
        self._is_short_of_room = False
        self.damages: tuple[LedgerDamaged, ...] = ()
        self._failure: LedgerError | None = None

    @property
    def head(self) -> Head:
        """The last durable entry."""
        return self._head

    @property
    def path(self) -> Path:
        """The segment that grows."""
        return self._growing.path

    @property
    def sealed(self) -> tuple[SealedSegment, ...]:
        """The segments that are sealed, oldest first."""
        return self._row.sealed

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
        self._appends_until_try -= 1
        self._write(written, may_use_reserve=all(entry.kind in _MAY_USE_THE_RESERVE for entry in entries))
        notes = self._growing.notes
        for entry in entries:
            notes.take(entry)
        self._head = notes.head
        self._failure = None

    def read_lines(self, first_seq: int, last_seq: int) -> tuple[bytes, ...]:
        """Return the exact bytes of entries `first_seq` to `last_seq`, both included, from the disk.

        Raises:
            ValueError: the journal does not hold them.
            LedgerDamaged: a record no longer has the bytes that were written.
            LedgerUnreadable: the disk cannot read them; nothing else is affected.
            LedgerClosed: it was closed.
        """
        if not 1 <= first_seq <= last_seq + 1 <= self._head.seq + 1:
            raise ValueError(f"entries {first_seq} to {last_seq} are not in a ledger of {self._head.seq}")
        return self._row.read_lines(first_seq, last_seq)

    def damaged_at(self, seq: int, reason: str) -> LedgerDamaged:
        """Return the error for an entry that cannot be trusted, with the segment that holds it."""
        return self._row.damaged_at(seq, reason)

    def find_sale(self, sale_id: str) -> int | None:
        """Return the number of the durable entry of a sale, or None; from any thread."""
        return self._row.find_sale(sale_id)

    def find_receipt(self, number: int) -> int | None:
        """Return the number of the entry of a receipt, or None; from any thread."""
        return self._row.find_receipt(number)

    def distrust(self, replaced: LedgerReplaced) -> None:
        """Show nothing any more of a segment that holds other records than those that were sealed; from any thread."""
        self._row.distrust(replaced)

    def settle(self) -> bool:
        """Do what can wait until nobody waits: keep room back, seal what is full. Returns whether something was sealed.

        After the disk refused either, it is asked again only some appends later. A segment that reads otherwise than it
        was written stays without a seal and is told in `damages`.

        Raises:
            OSError: the disk failed; the journal is as good as before.
        """
        is_all_done = not (self._full or self._is_short_of_room or self._reserve.is_missing)
        if is_all_done or self._failure is not None or self._appends_until_try > 0:
            return False
        self._appends_until_try = _APPENDS_BETWEEN_TRIES  # unless all goes well
        if not self._reserve.fill():
            return False
        has_sealed = self._seal_what_is_full()
        self._is_short_of_room = False
        self._appends_until_try = _APPENDS_BETWEEN_TRIES if self._reserve.is_missing or self._full else 0
        return has_sealed

    def keep_room_back(self) -> None:
        """Make the reserve; a disk without room for it goes on selling in what room the journal has."""
        self._reserve.fill()

    def close(self) -> None:
        """Give back the room that was taken beforehand, release the files and the lock; entries are durable already."""

        def trim() -> None:
            if self._failure is None and self._room_end > self._growing.notes.end:
                with suppress(OSError):
                    self.disk.truncate(self._growing.handle, self._growing.notes.end)
            self._failure = LedgerClosed()

        if self._row.close(trim):
            self.disk.close(self._lock)

    # -- growing

    def _is_full(self, more_bytes: int) -> bool:
        notes = self._growing.notes
        return notes.end + more_bytes > self._sizes.segment_bytes and notes.head != notes.before

    def _write(self, written: bytes, *, may_use_reserve: bool) -> None:
        """Write what comes next and make it durable; with fewer and fewer comforts where room is short."""
        if self._write_in_turn(written, may_use_reserve=may_use_reserve):
            return
        self._is_short_of_room = True
        if may_use_reserve and self._release_reserve() and self._try_to_write(written, 0):
            return
        self._failure = None
        raise LedgerFull(self.path, len(written))

    def _write_in_turn(self, written: bytes, *, may_use_reserve: bool) -> bool:
        """Write within the room there is, or take more; False if there is none that this write may take.

        While the reserve is missing, what room is left is for the closing, and sales wait until it is there again.
        """
        end, is_full = self._growing.notes.end + len(written), self._is_full(len(written))
        if end <= self._room_end and not is_full:
            return self._try_to_write(written, 0)
        if self._reserve.is_missing and may_use_reserve:
            return self._try_to_write(written, 0)
        if not self._reserve.fill():
            return False
        if is_full and self._begin_segment(written):
            return True
        ways = (0,) if end <= self._room_end else (-end % self._sizes.step_bytes, 0)
        return any(self._try_to_write(written, room_bytes) for room_bytes in ways)

    def _try_to_write(self, written: bytes, room_bytes: int) -> bool:
        """Write and sync; False if there was no room and everything is as it was."""
        growing = self._growing
        content = written + bytes(room_bytes) if room_bytes else written
        try:
            self.disk.write(growing.handle, growing.notes.end, content)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise self._fail("write", error) from error
            self._take_back()
            return False
        try:
            self.disk.sync(growing.handle)
        except OSError as error:
            raise self._fail("make a write durable", error) from error
        self._room_end = max(self._room_end, growing.notes.end + len(content))
        return True

    def _take_back(self) -> None:
        """Give a full disk its last good size back, durably, or fail."""
        growing = self._growing
        try:
            self.disk.truncate(growing.handle, growing.notes.end)
            self.disk.sync(growing.handle)
        except OSError as error:
            raise self._fail("take back an unfinished write", error) from error
        self._room_end = growing.notes.end

    def _release_reserve(self) -> bool:
        try:
            return self._reserve.release()
        except OSError as error:
            raise self._fail("release the reserve", error) from error

    def _begin_segment(self, written: bytes) -> bool:
        """Begin the next segment with a write; False if there is no room for one, then the old one goes on."""
        old = self._growing
        self._take_back()  # of the old one, what room it has left
        name = SegmentName(old.name.epoch, old.name.number + 1)
        content = written + bytes(-len(written) % self._sizes.step_bytes)
        try:
            handle = bear(self.disk, self._directory, name, content)
        except OSError as error:
            if error.errno in NO_ROOM:
                return False
            raise self._fail("begin a new part of the ledger", error) from error
        try:
            self.disk.sync_directory(self._directory)
        except OSError as error:  # the new part may be there or not: only opening anew tells
            raise self._fail("make a new part of the ledger durable", error) from error
        notes = Notes(before=old.notes.head, head=old.notes.head)
        self._growing = OpenSegment(
            name=name, path=self._directory / name.journal, handle=handle, notes=notes
        )
        self._row.add(self._growing)
        self._full.append(old)
        self._room_end = len(content)
        return True

    def _seal_what_is_full(self) -> bool:
        has_sealed = False
        for segment in tuple(self._full):
            try:
                self._row.put_sealed(segment, write_seal(self.disk, segment))
                has_sealed = True
            except LedgerDamaged as damage:
                _log.error("%s", damage)
                self.damages = (*self.damages, damage)
            except OSError as error:
                if error.errno in NO_ROOM:
                    raise
                _log.warning("%s cannot be sealed yet (%s)", segment.path.name, error)
                continue
            self._full = [part for part in self._full if part is not segment]
        return has_sealed

    def _fail(self, step: str, error: OSError) -> LedgerFailed:
        failure = LedgerFailed(self.path, step, error.strerror or str(error))
        self._failure = failure
        return failure

    @staticmethod
    def _last_of(segments: Sequence[Segment]) -> OpenSegment:
        last = segments[-1]
        if not isinstance(last, OpenSegment):
            raise TypeError("the last segment of a journal must be open")
        return last


def bear(disk: Disk, directory: Path, name: SegmentName, content: bytes) -> Handle:
    """Make a segment that holds its first write, durably, from the moment it has its name; returns it open.

    Raises:
        OSError: it was not made, or its name is not sure.
    """
    path = directory / name.journal
    unborn = path.with_name(path.name + UNBORN_SUFFIX)
    handle = disk.create(unborn)
    try:
        disk.write(handle, 0, content)
        disk.sync(handle)
        disk.rename(unborn, path)
    except OSError:
        with suppress(OSError):
            disk.close(handle)
            disk.remove(unborn)
        raise
    return handle
