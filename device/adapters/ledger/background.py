"""Reading the sealed segments again while the till sells: what was recorded years ago must still be what it was."""

import hashlib
import logging
from collections.abc import Callable
from threading import Event, Thread

from device.adapters.ledger.disk import Disk
from device.adapters.ledger.errors import LedgerDamaged, LedgerReplaced
from device.adapters.ledger.segment import SealedSegment

_BLOCK_BYTES = 256 * 1024
_PAUSE_S = 0.02
_JOIN_TIMEOUT_S = 2.0

_log = logging.getLogger(__name__)


class BackgroundCheck:
    """A thread that compares each sealed segment with its seal, oldest first, slowly, once."""

    def __init__(
        self, disk: Disk, segments: tuple[SealedSegment, ...], distrust: Callable[[LedgerReplaced], None]
    ) -> None:
        """Begin to read; `distrust` is told, in the check's own thread, of segments that hold other records."""
        self.damages: tuple[LedgerDamaged, ...] = ()
        self._distrust = distrust
        self.done = Event()
        self._disk = disk
        self._segments = segments
        self._stop = Event()
        self._thread = Thread(target=self._run, name="ledger-check", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop reading."""
        self._stop.set()
        self._thread.join(_JOIN_TIMEOUT_S)

    def _run(self) -> None:
        for segment in self._segments:
            damage = check_sealed(self._disk, segment, lambda: self._stop.wait(_PAUSE_S))
            if self._stop.is_set():
                return
            if damage is not None:
                _log.error("%s", damage)
                if isinstance(damage, LedgerReplaced):
                    self._distrust(damage)
                self.damages = (*self.damages, damage)
        self.done.set()


def check_sealed(disk: Disk, segment: SealedSegment, pause: Callable[[], bool]) -> LedgerDamaged | None:
    """Compare a sealed segment with its seal; `pause` is called between blocks and may ask to stop."""
    seal = segment.seal
    digest = hashlib.sha256()
    try:
        handle = disk.open(segment.path)
        try:
            position = 0
            while block := disk.read(handle, position, _BLOCK_BYTES):
                digest.update(block)
                position += len(block)
                if pause():
                    return None
        finally:
            disk.close(handle)
    except OSError as error:
        return _damaged(segment, f"the disk cannot read it ({error.strerror or error})")
    if (position, digest.hexdigest()) == (seal.size_bytes, seal.sha256):
        return None
    return _first_bad(disk, segment)


def _first_bad(disk: Disk, segment: SealedSegment) -> LedgerDamaged:
    """Name the record, if a record's own checksum tells; else it is the segment as a whole."""
    for seq in range(segment.first_seq, segment.last_seq + 1):
        try:
            segment.read_lines(disk, seq, seq)
        except LedgerDamaged as damage:
            return damage
        except OSError as error:
            return _damaged(segment, f"the disk cannot read it ({error.strerror or error})")
    reason = "it is not what it was when it was sealed"
    return LedgerReplaced(segment.path, position=0, seq=segment.first_seq, reason=reason)


def _damaged(segment: SealedSegment, reason: str) -> LedgerDamaged:
    return LedgerDamaged(segment.path, position=0, seq=segment.first_seq, reason=reason)
