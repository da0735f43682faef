"""The folded state kept beside the ledger, so that opening need not fold all of it. A cache: it may be deleted at any time.

A file of one line: the CRC-32 of all that follows it in 8 hex digits, a space, and JSON. It is used only if its checksum is
right, the same version of the fold wrote it, and the ledger has just that entry at that place.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from zlib import crc32

from device.adapters.ledger.disk import Disk
from device.adapters.ledger.journal import Journal
from device.adapters.ledger.layout import snapshot_name
from device.adapters.ledger.sealing import replace_file
from shared.entry import EMPTY_HEAD, Entry, Head, Json, hash_line, parse_entry

S = TypeVar("S")
_AT_ONCE = 512

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCache(Generic[S]):
    """How a state is written down and read again.

    Attributes:
        version: of the fold and its form; a state written under another one is folded anew.
        dump: returns the state as JSON without fractions.
        load: the way back; may raise ValueError, KeyError or TypeError.
    """

    version: str
    dump: Callable[[S], Mapping[str, Json]]
    load: Callable[[Mapping[str, Json]], S]


def fold_all(
    journal: Journal, *, initial: S, fold: Callable[[S, Entry], S], cache: StateCache[S] | None
) -> S:
    """Return the state after the journal's last entry, from the snapshot onward if there is a good one.

    The chain is followed from entry to entry, over the edges of the segments too: sound records may be another's.
    """
    found = _load(journal, cache) if cache else None
    state = _fold_on(journal, found or (initial, EMPTY_HEAD), fold)
    if cache is not None and found is None and journal.sealed:
        keep(journal, state, cache)
    return state


def _fold_on(journal: Journal, start: tuple[S, Head], fold: Callable[[S, Entry], S]) -> S:
    (state, head), last_seq = start, journal.head.seq
    for first_seq in range(head.seq + 1, last_seq + 1, _AT_ONCE):
        for line in journal.read_lines(first_seq, min(first_seq + _AT_ONCE - 1, last_seq)):
            entry = parse_entry(line)
            if entry.prev != head.hash:
                raise journal.damaged_at(entry.seq, f"it does not follow entry {head.seq}")
            state, head = fold(state, entry), entry.head
    if head != journal.head:
        raise journal.damaged_at(head.seq, "it is not the entry that the ledger ends with")
    return state


def keep(journal: Journal, state: S, cache: StateCache[S]) -> None:
    """Write the state as `save` does, if the disk takes it: without it the next start folds longer, nothing else."""
    try:
        save(journal, state, cache)
    except OSError as error:
        _log.warning("the state of the ledger could not be kept (%s); the next start folds it anew", error)


def save(journal: Journal, state: S, cache: StateCache[S]) -> None:
    """Write the state after the journal's last entry; raises OSError."""
    head = journal.head
    fields = {"version": cache.version, "seq": head.seq, "hash": head.hash, "state": cache.dump(state)}
    rest = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    replace_file(journal.disk, _path(journal), b"%08x %b" % (crc32(rest), rest))


def _path(journal: Journal) -> Path:
    return journal.path.with_name(snapshot_name(journal.stream.epoch))


def _load(journal: Journal, cache: StateCache[S]) -> tuple[S, Head] | None:
    content = _read(journal.disk, _path(journal))
    if content is None or content[:8] != b"%08x" % crc32(content[9:]):
        return None
    try:
        fields = json.loads(content[9:])
        head = Head(fields["seq"], fields["hash"])
        if fields["version"] != cache.version or not _holds(journal, head):
            return None
        return cache.load(fields["state"]), head
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        _log.warning("the snapshot of the ledger's state cannot be read (%r); it is folded anew", error)
        return None


def _read(disk: Disk, path: Path) -> bytes | None:
    try:
        size = disk.size(path)
        handle = disk.open(path)
        try:
            return disk.read(handle, 0, size)
        finally:
            disk.close(handle)
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("%s cannot be read (%s); the ledger is folded anew", path.name, error)
        return None


def _holds(journal: Journal, head: Head) -> bool:
    if not 1 <= head.seq <= journal.head.seq:
        return False
    return hash_line(journal.read_lines(head.seq, head.seq)[0]) == head.hash
