"""Verifying a whole ledger: its journal as consecutive segments of bytes, or entries given as their exact lines.

A journal's line is 8 hex digits of CRC-32, a space (or `+` if it was written together with the line before), the entry's
bytes and a line feed; the CRC covers everything after its digits. Zeros after the last line of the last segment are room
that the till took beforehand.
"""

import binascii
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from shared.verify.fields import Fields
from shared.verify.ledger_check import LedgerCheck
from shared.verify.report import Problem, ProblemFound, Report
from shared.verify.seal_check import SegmentTally

_EPOCH = re.compile(r"ledger-([a-z0-9]+)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSource:
    """One segment: its name, its bytes in blocks of any size, and its seal's bytes if it has one."""

    name: str
    chunks: Iterable[bytes]
    seal: bytes | None = None


def verify_journal(chunks: Iterable[bytes]) -> Report:
    """Check a ledger of one segment, given as consecutive blocks of any size; stops at the first problem."""
    return verify_segments([SegmentSource(name="", chunks=chunks)])


def verify_segments(
    segments: Iterable[SegmentSource], on_entry: Callable[[bytes, Fields], None] | None = None
) -> Report:
    """Check a ledger, given as its segments in order; stops at the first problem.

    Args:
        segments: oldest first.
        on_entry: called with each good entry's exact bytes and fields.
    """
    sources = list(segments)
    named = _EPOCH.match(sources[0].name) if sources else None
    check = LedgerCheck(epoch=named[1] if named else "")
    for source in sources:
        problem = _check_segment(check, source, on_entry, is_last=source is sources[-1])
        if problem is not None:
            return check.report(problem)
    return check.report(None if check.seq else Problem(1, 0, "there is no entry in it"))


def verify_lines(lines: Iterable[bytes]) -> Report:
    """Check a chain given as its entries' exact bytes, without framing, in order; stops at the first problem."""
    check = LedgerCheck()
    try:
        for line in lines:
            check.take(line)
    except ProblemFound as found:
        return check.report(Problem(check.seq + 1, check.seq + 1, found.words))
    return check.report(None if check.seq else Problem(1, 0, "there is no entry in it"))


def _check_segment(
    check: LedgerCheck,
    source: SegmentSource,
    on_entry: Callable[[bytes, Fields], None] | None,
    *,
    is_last: bool,
) -> Problem | None:
    tally = SegmentTally(check.seq, check.hash)
    number = 0
    try:
        for raw in _lines(source.chunks):
            number += 1
            if is_last and number > 1 and not raw.strip(b"\0"):
                break
            entry = _unframed(raw, number)
            fields = check.take(entry)
            tally.take(raw, fields)
            if on_entry is not None:
                on_entry(entry, fields)
    except ProblemFound as found:
        return Problem(number, check.seq + 1, found.words, source.name)
    if not number:
        return Problem(1, 0, "there is no entry in it", source.name)
    return _check_seal(check, source, tally, number)


def _check_seal(
    check: LedgerCheck, source: SegmentSource, tally: SegmentTally, number: int
) -> Problem | None:
    try:
        if source.seal is not None:
            tally.compare(source.seal, check.hash)
    except ProblemFound as found:
        return Problem(number, check.seq, found.words, source.name, in_seal=True)
    return None


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield each line with its line feed; the last one may lack it."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        *whole, rest = rest.split(b"\n")
        for line in whole:
            yield line + b"\n"
    if rest:
        yield rest


def _unframed(raw: bytes, number: int) -> bytes:
    if not raw.endswith(b"\n"):
        raise ProblemFound("its end is missing: the power went while it was written, or the file was cut")
    digits, rest = raw[:8], raw[8:-1]
    if rest[:1] not in (b" ", b"+") or (number == 1 and rest[:1] == b"+"):
        raise ProblemFound("it does not begin with a checksum and a mark")
    if digits != format(binascii.crc32(rest), "08x").encode():
        raise ProblemFound("its checksum does not fit its bytes")
    return rest[1:]
