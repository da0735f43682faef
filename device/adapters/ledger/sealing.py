"""Sealing a full segment, and trusting or remaking the seals that are there."""

import logging
from contextlib import suppress
from pathlib import Path

from device.adapters.ledger.disk import Disk, Handle
from device.adapters.ledger.errors import LedgerDamaged
from device.adapters.ledger.layout import UNBORN_SUFFIX, SegmentName
from device.adapters.ledger.seal import Seal, is_whole, make_seal, read_seal
from device.adapters.ledger.segment import OpenSegment, SealedSegment
from shared.entry import Head

_log = logging.getLogger(__name__)


def write_seal(disk: Disk, segment: OpenSegment) -> SealedSegment:
    """Write the seal of a full segment: its own file, synced, then named, then the name synced.

    Raises:
        OSError: the disk has no room or failed; the segment itself is untouched.
        LedgerDamaged: the segment does not read as it was written.
    """
    notes = segment.notes
    content = disk.read(segment.handle, 0, notes.end + 1)
    if len(content) != notes.end:
        raise LedgerDamaged(segment.path, position=0, seq=notes.first_seq, reason="its length has changed")
    segment.read_lines(disk, notes.first_seq, notes.head.seq)  # each record's checksum, once more
    seal, written = make_seal(notes, content)
    target = segment.path.with_name(segment.name.sealed)
    replace_file(disk, target, written)
    return SealedSegment(name=segment.name, path=segment.path, seal=seal)


def replace_file(disk: Disk, target: Path, content: bytes) -> None:
    """Put a file in place of another, whole or not at all, durably; raises OSError, and then leaves nothing behind."""
    unborn = target.with_name(target.name + UNBORN_SUFFIX)
    handle = disk.create(unborn)
    try:
        try:
            disk.write(handle, 0, content)
            disk.sync(handle)
        finally:
            disk.close(handle)
        disk.rename(unborn, target)
    except OSError:
        with suppress(OSError):  # half a file would keep room that sales need
            disk.remove(unborn)
        raise
    disk.sync_directory(target.parent)


def find_seal(disk: Disk, directory: Path, name: SegmentName, before: Head) -> SealedSegment | None:
    """Return a segment by its seal if that is whole, follows `before` and fits the file's size; None otherwise."""
    try:
        seal = _read_whole(disk, disk.open(directory / name.sealed), disk.size(directory / name.sealed))
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("%s cannot be read (%s); it is made anew", name.sealed, error)
        return None
    path = directory / name.journal
    if seal is None or seal.before != before or seal.size_bytes != disk.size(path):
        return None
    return SealedSegment(name=name, path=path, seal=seal)


def _read_whole(disk: Disk, handle: Handle, size: int) -> Seal | None:
    try:
        content = disk.read(handle, 0, size)
    finally:
        disk.close(handle)
    return read_seal(content) if is_whole(content) else None
