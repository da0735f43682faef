"""The segments of an open journal in a row: entries read from them by number, found by sale and by receipt, by any thread."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from device.adapters.ledger.disk import Disk
from device.adapters.ledger.errors import LedgerClosed, LedgerDamaged, LedgerReplaced, LedgerUnreadable
from device.adapters.ledger.segment import OpenSegment, SealedSegment, Segment


class SegmentRow:
    """Oldest first; the last one grows. One thread adds and seals, any may read until the row is closed."""

    def __init__(self, disk: Disk, segments: Sequence[Segment]) -> None:
        self._disk = disk
        self._segments = tuple(segments)  # replaced as one, so that readers see a whole row
        self._greatest_sealed_id = max((part.seal.greatest_id for part in self.sealed), default="")
        self._replaced: dict[Path, LedgerReplaced] = {}
        self._is_closed = False
        self._reading = Lock()

    @property
    def sealed(self) -> tuple[SealedSegment, ...]:
        """The segments that are sealed, oldest first."""
        return tuple(segment for segment in self._segments if isinstance(segment, SealedSegment))

    def add(self, segment: OpenSegment) -> None:
        """Put the next one at the end."""
        self._segments = (*self._segments, segment)

    def put_sealed(self, full: OpenSegment, sealed: SealedSegment) -> None:
        """Put a sealed segment in place of the open one that it was."""
        with self._reading:
            self._segments = tuple(sealed if part is full else part for part in self._segments)
            self._greatest_sealed_id = max(self._greatest_sealed_id, sealed.seal.greatest_id)
            self._disk.close(full.handle)

    def distrust(self, replaced: LedgerReplaced) -> None:
        """Show nothing any more of a segment that holds other records than those that were sealed."""
        self._replaced[replaced.path] = replaced

    def read_lines(self, first_seq: int, last_seq: int) -> tuple[bytes, ...]:
        """Return the exact bytes of entries that are there; raises as `Journal.read_lines` does."""
        lines: list[bytes] = []
        with self._while_open():
            segments, index = self._segments, self._index_of(first_seq)
            while first_seq <= last_seq:
                segment = segments[index]
                if segment.path in self._replaced:
                    raise self._replaced[segment.path].with_traceback(None)
                end = min(last_seq, segment.last_seq)
                with _read_errors_of(segment, first_seq):
                    lines += segment.read_lines(self._disk, first_seq, end)
                first_seq, index = end + 1, index + 1
        return tuple(lines)

    def damaged_at(self, seq: int, reason: str) -> LedgerDamaged:
        """Return the error for an entry that cannot be trusted, with the segment that holds it."""
        segment = self._segments[self._index_of(seq)]
        return LedgerDamaged(segment.path, position=0, seq=seq, reason=reason)

    def find_sale(self, sale_id: str) -> int | None:
        """Return the number of the durable entry of a sale, or None."""
        for segment in reversed(self._segments):
            if isinstance(segment, SealedSegment) and sale_id > self._greatest_sealed_id:
                return None  # as nearly always for a new sale: its id is younger than all that are sealed
            if isinstance(segment, OpenSegment):
                seq = segment.notes.seq_of.get(sale_id)
            elif segment.seal.least_id <= sale_id <= segment.seal.greatest_id:
                with self._while_open(), _read_errors_of(segment, segment.first_seq):
                    seq = segment.find_sale(self._disk, sale_id)
            else:
                continue
            if seq is not None:
                return seq
        return None

    def find_receipt(self, number: int) -> int | None:
        """Return the number of the entry of a receipt, or None."""
        with self._while_open():
            for segment in reversed(self._segments):
                with _read_errors_of(segment, segment.first_seq):
                    seq = segment.find_receipt(self._disk, number)
                if seq is not None:
                    return seq
        return None

    def close(self, before: Callable[[], None]) -> bool:
        """Call `before`, then release the files; False if that was done already."""
        with self._reading:
            if self._is_closed:
                return False
            self._is_closed = True
            before()
            for segment in self._segments:
                if isinstance(segment, OpenSegment):
                    self._disk.close(segment.handle)
        return True

    def _index_of(self, seq: int) -> int:
        return bisect_right(self._segments, seq, key=lambda segment: segment.first_seq) - 1

    @contextmanager
    def _while_open(self) -> Iterator[None]:
        with self._reading:
            if self._is_closed:
                raise LedgerClosed
            yield


@contextmanager
def _read_errors_of(segment: Segment, seq: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LedgerUnreadable(segment.path, seq, error) from error
