"""Planning the repair of a damaged ledger from exact bytes kept elsewhere. Pure: decides what every file should hold.

What is intact stays as it is. What is missing between is taken from the copies, and only if it continues the chain hash by
hash and the next intact record continues it, so a wrong copy cannot get in. What is bad is set aside, never thrown away.
"""

import binascii
import hashlib
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shared.verify.fields import Fields, integer, read_fields, sub_object, text
from shared.verify.report import ProblemFound

_NO_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes of a segment that are no record of this chain, and where they lay."""

    segment: str
    position: int
    content: bytes


@dataclass(slots=True, kw_only=True)
class RepairPlan:
    """What a repair would do.

    Attributes:
        contents: what each segment should hold, oldest first.
        changed: the segments that hold something else now.
        stretches: what is to be set aside.
        restored: the numbers of the entries that come from the copies.
        emptied: segments at the end of which nothing is left: they are to be removed.
        missing: the first and last entry that are in neither, if the ledger goes on after them.
        branch_at: the first entry of the ledger that does not continue what the copies hold before it.
        lost_tail: what was at the end, is set aside, and is in no copy: in words, one phrase for each place.
        head_seq: the last entry of the repaired chain.
    """

    contents: dict[str, bytes] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    restored: list[int] = field(default_factory=list)
    emptied: list[str] = field(default_factory=list)
    missing: tuple[int, int] | None = None
    branch_at: int | None = None
    lost_tail: list[str] = field(default_factory=list)
    head_seq: int = 0


@dataclass(frozen=True, slots=True)
class _Piece:
    """One line of a file; `seq` is 0 if it is no intact record."""

    position: int
    raw: bytes
    seq: int = 0
    prev: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedSegment:
    """One segment as it is: its bytes (none if the file is missing), and its last entry if its seal still says it."""

    name: str
    content: bytes
    last_seq: int | None = None


def last_seq_of(seal: bytes) -> int | None:
    """Return the last entry of a segment by its seal's word, or None if the seal is bad too."""
    fields = _seal_fields(seal)
    return integer(sub_object(fields, "head"), "seq") if fields else None


def fits(seal: bytes, content: bytes) -> bool:
    """Tell whether a seal is of just this content."""
    fields = _seal_fields(seal)
    return fields is not None and fields.get("sha256") == hashlib.sha256(content).hexdigest()


def _seal_fields(seal: bytes) -> Fields | None:
    if seal[:8] != format(binascii.crc32(seal[9:]), "08x").encode():
        return None
    try:
        return read_fields(seal[9:].partition(b"\n")[0])
    except ProblemFound:
        return None


def plan_repair(segments: Sequence[DamagedSegment], copies: Iterable[bytes]) -> RepairPlan:
    """Return how to repair a ledger.

    Args:
        segments: oldest first.
        copies: exact bytes of entries, without line ends, in any order.
    """
    return _Repair(segments, copies).run()


class _Repair:
    def __init__(self, segments: Sequence[DamagedSegment], copies: Iterable[bytes]) -> None:
        self._segments = [
            (segment, _pieces(segment.content, is_last=segment is segments[-1])) for segment in segments
        ]
        self._intact = deque(piece for _, pieces in self._segments for piece in pieces if piece.seq)
        self._copies = dict(_copy_of(line) for line in copies if line)
        self._seq, self._hash = 0, _NO_HASH
        self._hashes = [_NO_HASH]
        self._plan = RepairPlan()
        self._out: list[bytes] = []
        self._tail_bytes = 0  # set aside, less what the copies had, since the last record that is kept

    def run(self) -> RepairPlan:
        for index, (segment, pieces) in enumerate(self._segments):
            self._out = []
            for piece in pieces:
                self._take(segment.name, piece)
            self._fill(self._end_of(index))
            self._note(segment, b"".join(self._out), is_last=index == len(self._segments) - 1)
        if self._tail_bytes > 0:
            self._plan.lost_tail.append(f"{self._tail_bytes} bytes after entry {self._seq}")
        self._drop_what_is_empty()
        self._plan.head_seq = self._seq
        return self._plan

    def _note(self, segment: DamagedSegment, repaired: bytes, *, is_last: bool) -> None:
        self._plan.contents[segment.name] = repaired
        if repaired != (segment.content.rstrip(b"\0") if is_last else segment.content):
            self._plan.changed.append(segment.name)

    def _drop_what_is_empty(self) -> None:
        contents = self._plan.contents
        held = {segment.name: segment.content.strip(b"\0") for segment, _ in self._segments}
        for name in reversed(list(contents)[1:]):
            if contents[name]:
                return
            del contents[name]
            self._plan.emptied.append(name)
            self._plan.changed = [other for other in self._plan.changed if other != name]
            if not held[name]:
                self._plan.lost_tail.append(f"all that was in {name}")

    def _end_of(self, index: int) -> int | None:
        """Return the entry with which the next segment begins, by the seal or by the records that are left."""
        if index == len(self._segments) - 1:
            return None
        last_seq = self._segments[index][0].last_seq
        if last_seq is not None:
            return last_seq + 1
        if not self._segments[index + 1][1]:  # something must be left for the next one, whose file is gone
            return self._seq + (1 if self._out else 2)
        later = (piece.seq for _, pieces in self._segments[index + 1 :] for piece in pieces if piece.seq)
        return min(later, default=self._seq + 1)

    def _take(self, name: str, piece: _Piece) -> None:
        if piece.seq > self._seq + 1:
            self._fill(piece.seq)
        if piece.seq:
            self._intact.popleft()
        if (piece.seq, piece.prev) == (self._seq + 1, self._hash):
            self._keep(piece.raw, piece.hash)
            self._tail_bytes = 0
            return
        if piece.seq > self._seq + 1 and self._plan.missing is None:
            self._plan.missing = (self._seq + 1, piece.seq - 1)
        self._set_aside(name, piece)

    def _keep(self, raw: bytes, its_hash: str) -> None:
        self._out.append(raw)
        self._seq, self._hash = self._seq + 1, its_hash
        self._hashes.append(its_hash)

    def _fill(self, until_seq: int | None) -> None:
        """Take entries from the copies, up to the one before `until_seq` or as far as they go.

        Only if the ledger's next intact record continues them: a card that was copied has sold on by itself.
        """
        if self._plan.branch_at is not None:
            return
        ahead = next((piece for piece in self._intact if piece.seq > self._seq + 1), None)
        lines = self._continuation(ahead.seq if ahead else until_seq)
        if ahead and lines and len(lines) == ahead.seq - self._seq - 1 and lines[-1][1] != ahead.prev:
            self._plan.branch_at = ahead.seq
            return
        for line, its_hash in lines[: None if until_seq is None else max(0, until_seq - self._seq - 1)]:
            raw = _framed(line)
            self._keep(raw, its_hash)
            self._tail_bytes -= len(raw)
            self._plan.restored.append(self._seq)

    def _continuation(self, until_seq: int | None) -> list[tuple[bytes, str]]:
        """Return the entries of the copies that follow, each with its hash."""
        lines: list[tuple[bytes, str]] = []
        seq, its_hash = self._seq + 1, self._hash
        while (until_seq is None or seq < until_seq) and (line := self._copies.get((seq, its_hash))):
            its_hash = hashlib.sha256(line).hexdigest()
            lines.append((line, its_hash))
            seq += 1
        return lines

    def _set_aside(self, name: str, piece: _Piece) -> None:
        is_kept = 0 < piece.seq <= self._seq and self._hashes[piece.seq] == piece.hash
        if piece.raw.strip(b"\0") and not is_kept:
            self._tail_bytes = max(0, self._tail_bytes) + len(piece.raw)
        stretches = self._plan.stretches
        last = stretches[-1] if stretches else None
        if last and last.segment == name and last.position + len(last.content) == piece.position:
            stretches[-1] = Stretch(name, last.position, last.content + piece.raw)
        else:
            stretches.append(Stretch(name, piece.position, piece.raw))


def _pieces(content: bytes, *, is_last: bool) -> list[_Piece]:
    pieces: list[_Piece] = []
    position = 0
    for raw in _lines(content.rstrip(b"\0") if is_last else content):  # room that was taken beforehand
        pieces.append(_read(position, raw))
        position += len(raw)
    return pieces


def _lines(content: bytes) -> list[bytes]:
    """Cut at line feeds alone; `splitlines` would also cut at what a flipped bit may have made."""
    *whole, rest = content.split(b"\n")
    return [*(line + b"\n" for line in whole), *([rest] if rest else [])]


def _read(position: int, raw: bytes) -> _Piece:
    rest = raw[8:-1]
    is_framed = raw.endswith(b"\n") and rest[:1] in (b" ", b"+")
    if not is_framed or raw[:8] != format(binascii.crc32(rest), "08x").encode():
        return _Piece(position, raw)
    try:
        (seq, prev), line = _copy_of(rest[1:])
    except ProblemFound:
        return _Piece(position, raw)
    return _Piece(position, raw, seq, prev, hashlib.sha256(line).hexdigest())


def _copy_of(line: bytes) -> tuple[tuple[int, str], bytes]:
    fields = read_fields(line)
    return (integer(fields, "seq"), text(fields, "prev")), line


def _framed(line: bytes) -> bytes:
    return format(binascii.crc32(b" " + line), "08x").encode() + b" " + line + b"\n"
