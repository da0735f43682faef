"""Opening a ledger: the lock, the segments by their seals, the last one record by record; or the birth of a new one."""

import errno
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from device.adapters.ledger.disk import NO_ROOM, Disk, Handle
from device.adapters.ledger.errors import LedgerDamaged, LedgerError, LedgerFailed, LedgerFull, LedgerLocked
from device.adapters.ledger.framing import frame
from device.adapters.ledger.journal import Journal, bear
from device.adapters.ledger.layout import (
    LEFT_BY_A_LEDGER,
    LOCK_NAME,
    UNBORN_SUFFIX,
    SegmentName,
    Sizes,
    segments_among,
)
from device.adapters.ledger.recovery import TornTail, recover
from device.adapters.ledger.sealing import find_seal, write_seal
from device.adapters.ledger.segment import OpenSegment, Segment
from shared.entry import EMPTY_HEAD, Entry, Head, StreamKey
from shared.ids import Epoch

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningReport:
    """What was found when the ledger was opened.

    Attributes:
        path: the segment that grows.
        entries: how many entries the ledger holds.
        born: whether it was made just now.
        torn: the unfinished write that was set aside, if there was one.
    """

    path: Path
    entries: int
    born: bool
    torn: TornTail | None


def open_journal(
    disk: Disk,
    directory: Path,
    *,
    first_entry: Callable[[], Entry],
    known_seqs: Mapping[Epoch, int],
    sizes: Sizes | None = None,
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
    opening = _Opening(disk, directory, sizes or Sizes(), known_seqs)
    try:
        return opening.run(lock, first_entry)
    except OSError as error:
        opening.abandon(lock)
        raise _opening_error(directory, error) from error
    except BaseException:
        opening.abandon(lock)
        raise


def _opening_error(directory: Path, error: OSError) -> LedgerError:
    if error.errno in NO_ROOM:
        return LedgerFull(directory, 0)
    if error.errno == errno.EROFS:
        return LedgerFailed(directory, "open the ledger", "it can only be read, not written")
    return LedgerFailed(directory, "open the ledger", error.strerror or str(error))


class _Opening:
    """One opening: gathers the segments, oldest first."""

    def __init__(self, disk: Disk, directory: Path, sizes: Sizes, known_seqs: Mapping[Epoch, int]) -> None:
        self._disk = disk
        self._known_seqs = known_seqs
        self._directory = directory
        self._sizes = sizes
        self._segments: list[Segment] = []
        self._head: Head = EMPTY_HEAD
        self._stream: StreamKey | None = None
        self._torn: TornTail | None = None

    def run(self, lock: Handle, first_entry: Callable[[], Entry]) -> tuple[Journal, OpeningReport]:
        """Open or bear the journal."""
        names = self._find()
        born = not names
        if born:
            self._require_none_was_here()
        names = names or [self._bear(first_entry())]
        for name in names:
            self._add(name, is_last=name is names[-1])
        if self._stream is None:
            raise AssertionError("the last segment was read just now")
        journal = Journal(
            self._disk, stream=self._stream, segments=self._segments, lock=lock, sizes=self._sizes
        )
        journal.keep_room_back()
        report = OpeningReport(path=journal.path, entries=journal.head.seq, born=born, torn=self._torn)
        return journal, report

    def abandon(self, lock: Handle) -> None:
        """Close what an error leaves behind; a second error would hide the first."""
        for segment in self._segments:
            if isinstance(segment, OpenSegment):
                with suppress(OSError):
                    self._disk.close(segment.handle)
        with suppress(OSError):
            self._disk.close(lock)

    def _find(self) -> list[SegmentName]:
        names = self._disk.list_directory(self._directory)
        segments = segments_among(names)
        if len({segment.epoch for segment in segments}) > 1:
            which = " and ".join(segment.journal for segment in segments if segment.number == 1)
            reason = f"{which} lie side by side, and only one can be this till's"
            raise LedgerDamaged(self._directory, position=0, seq=1, reason=reason)
        self._require_no_gap(segments, names)
        for name in names:
            if name.endswith(UNBORN_SUFFIX):  # never got its name, so nothing in it was ever confirmed
                self._disk.remove(self._directory / name)
        return segments

    def _require_no_gap(self, segments: list[SegmentName], names: tuple[str, ...]) -> None:
        for number, segment in enumerate(segments, start=1):
            if segment.number != number:
                missing = SegmentName(segment.epoch, number).journal
                reason = f"the part {missing} is missing"
                raise LedgerDamaged(
                    self._directory / missing, position=0, seq=self._head.seq + 1, reason=reason
                )
        if segments and segments[-1].sealed in names:
            missing = SegmentName(segments[-1].epoch, len(segments) + 1).journal
            reason = f"the part {missing} is missing: the one before it is sealed"
            raise LedgerDamaged(self._directory / missing, position=0, seq=1, reason=reason)

    def _require_none_was_here(self) -> None:
        """A new ledger in place of one whose files are gone would begin with receipt 1 again, and hide the loss."""
        for epoch, seq in self._known_seqs.items():
            if seq > 0:
                reason = f"it is not there, and entries up to {seq} of it are known elsewhere"
                missing = SegmentName(epoch, 1).journal
                raise LedgerDamaged(self._directory / missing, position=0, seq=1, reason=reason)
        for name in self._disk.list_directory(self._directory):
            if name.startswith(LEFT_BY_A_LEDGER):
                reason = f"{name} is there and its ledger is not"
                raise LedgerDamaged(self._directory, position=0, seq=1, reason=reason)

    def _add(self, name: SegmentName, *, is_last: bool) -> None:
        """Take a segment by its seal, or read it; a full one that has no seal yet gets it."""
        sealed = None if is_last else find_seal(self._disk, self._directory, name, self._head)
        if sealed is not None:
            self._segments.append(sealed)
            self._head = sealed.seal.head
            return
        segment = self._read(name, is_last=is_last)
        self._head = segment.notes.head
        if is_last:
            return
        try:
            self._segments[-1] = write_seal(self._disk, segment)
            self._disk.close(segment.handle)
        except OSError as error:
            _log.warning("%s could not be sealed (%s); the next start tries again", segment.path.name, error)

    def _read(self, name: SegmentName, *, is_last: bool) -> OpenSegment:
        path = self._directory / name.journal
        handle = self._disk.open(path)
        try:
            found = recover(
                self._disk,
                handle,
                path,
                epoch=name.epoch,
                before=self._head,
                stream=self._stream,
                is_last=is_last,
                known_seq=lambda stream: self._known_seqs.get(stream.epoch, 0),
            )
        except BaseException:
            with suppress(OSError):
                self._disk.close(handle)
            raise
        self._stream, self._torn = found.stream, found.torn
        segment = OpenSegment(name=name, path=path, handle=handle, notes=found.notes)
        self._segments.append(segment)
        return segment

    def _bear(self, entry: Entry) -> SegmentName:
        name = SegmentName(entry.stream.epoch, 1)
        self._disk.close(bear(self._disk, self._directory, name, frame([entry.line])))
        return name  # opening it makes its name durable
