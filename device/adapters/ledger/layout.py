"""The names and sizes of a ledger's files, in one place.

`ledger-<epoch>.journal` is the first segment, `ledger-<epoch>.00002.journal` the second, and so on; the last one grows.
A segment that is full is never written again and gets a `….sealed` beside it. With the till stopped, all else but `lock` may
be deleted: `snapshot-<epoch>.json` (a cache), `reserve` (room for closing the day), `….new` (unborn files). The lock is held on
the folder itself too, which nobody can delete without the ledger.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.ids import Epoch

LOCK_NAME = "lock"
RESERVE_NAME = "reserve"
UNBORN_SUFFIX = ".new"
LEFT_BY_A_LEDGER = ("ledger-", "snapshot-", "torn-", "damaged-")
_SEGMENT = re.compile(r"ledger-([a-z0-9]+)(?:\.([0-9]{5,}))?\.journal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How large things are.

    Attributes:
        segment_bytes: a segment that holds so much, or would with the next write, is full.
        step_bytes: the journal takes room from the disk in steps of so many zeros, so that most sales change no size.
        reserve_bytes: what is kept back for closing the day on a full disk.
    """

    segment_bytes: int = 4 * 1024 * 1024
    step_bytes: int = 256 * 1024
    reserve_bytes: int = 512 * 1024


@dataclass(frozen=True, slots=True, order=True)
class SegmentName:
    """Which segment of which ledger a file is."""

    epoch: Epoch
    number: int

    @property
    def journal(self) -> str:
        """The file of its records."""
        middle = "" if self.number == 1 else f".{self.number:05d}"
        return f"ledger-{self.epoch}{middle}.journal"

    @property
    def sealed(self) -> str:
        """The file that says what a full segment holds."""
        return f"ledger-{self.epoch}.{self.number:05d}.sealed"


def segments_among(names: Iterable[str]) -> list[SegmentName]:
    """Return the segments among the names of a folder, by ledger and in order."""
    found = [_SEGMENT.fullmatch(name) for name in names]
    return sorted(SegmentName(Epoch(match[1]), int(match[2] or 1)) for match in found if match)


def snapshot_name(epoch: Epoch) -> str:
    """Return the name of the cache of the folded state."""
    return f"snapshot-{epoch}.json"
