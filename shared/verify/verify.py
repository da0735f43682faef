"""Verifying a whole ledger: a journal file given as blocks of bytes, or entries given as their exact lines.

A journal's line is 8 hex digits of CRC-32, a space (or `+` if it was written together with the line before), the entry's
bytes and a line feed; the CRC covers everything after its digits.
"""

import binascii
from collections.abc import Iterable, Iterator

from shared.verify.ledger_check import LedgerCheck
from shared.verify.report import Problem, ProblemFound, Report


def verify_journal(chunks: Iterable[bytes]) -> Report:
    """Check a journal file, given as consecutive blocks of any size; stops at the first problem."""
    return _verify(_unframed(raw, number) for number, raw in enumerate(_lines(chunks), start=1))


def verify_lines(lines: Iterable[bytes]) -> Report:
    """Check a chain given as its entries' exact bytes, without framing, in order; stops at the first problem."""
    return _verify(lines)


def _verify(lines: Iterable[bytes]) -> Report:
    check = LedgerCheck()
    try:
        for line in lines:
            check.take(line)
    except ProblemFound as found:
        number = check.seq + 1
        return check.report(Problem(number, number, found.words))
    if check.seq == 0:
        return check.report(Problem(1, 0, "there is no entry in it"))
    return check.report(None)


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
