"""What stands in the data of a ZVT message: bitmaps (a tag, then a length that the tag knows) and a TLV container.

Numbers are binary-coded decimals. Texts are in code page 437 unless the terminal was told otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from device.domain.zvt.apdu import ZvtError

AMOUNT, CURRENCY, RESULT, RECEIPT, TRACE, TERMINAL_ID = 0x04, 0x49, 0x27, 0x87, 0x0B, 0x29
TIME, DATE = 0x0C, 0x0D
CARD_NAME, TEXT, SERVICE, CONTAINER = 0x8B, 0x3C, 0x03, 0x06
TEXT_ENCODING = "cp437"
_FIXED = {
    0x01: 1, 0x02: 1, 0x03: 1, 0x04: 6, 0x05: 1, 0x0B: 3, 0x0C: 3, 0x0D: 2, 0x0E: 2, 0x17: 2, 0x19: 1, 0x27: 1, 0x29: 4,
    0x2A: 15, 0x37: 3, 0x3A: 2, 0x3B: 8, 0x3D: 3, 0x49: 2, 0x70: 4, 0x71: 4, 0x72: 1, 0x73: 1, 0x74: 1, 0x75: 1,
    0x87: 2, 0x88: 3, 0x8A: 1, 0x8C: 1, 0xA0: 1, 0xAA: 3, 0xBA: 5, 0xD0: 1, 0xD2: 1, 0xD3: 1, 0xE0: 1, 0xE9: 1, 0xEA: 1,
    0xEB: 8, 0xF0: 1, 0xF9: 1, 0xFA: 1, 0xFB: 1, 0xFC: 1, 0xFD: 1,
}  # fmt: skip
_TWO_DIGITS = frozenset({0x22, 0x23, 0x25, 0x2D, 0x8B, 0xA7, 0xD1, *range(0xE1, 0xE9), *range(0xF1, 0xF9)})
_THREE_DIGITS = frozenset({0x24, 0x2E, 0x3C, 0x60, 0x92, 0x9A, 0xAF})
_LINES_CONTAINER, _LINE = 0x25, 0x07


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusInformation:
    """What a terminal says of a payment: `result` 0 is approved; its own numbers for it; empty where it says nothing.

    `at` is month, day, hour and minute by the terminal's own clock.
    """

    result: int | None = None
    amount_minor: int | None = None
    receipt_number: int | None = None
    trace: int | None = None
    terminal_id: str = ""
    card_name: str = ""
    text: str = ""
    at: tuple[int, int, int, int] | None = None


def bcd(number: int, size: int) -> bytes:
    """Return a number as `size` bytes of two decimal digits each. Raises ZvtError for one that does not fit."""
    digits = str(number).rjust(2 * size, "0")
    if number < 0 or len(digits) > 2 * size:
        raise ZvtError(f"{number} does not fit into {2 * size} digits")
    return bytes.fromhex(digits)


def read_bcd(data: bytes) -> int:
    """Return the number of decimal digits two a byte. Raises ZvtError for anything else."""
    digits = data.hex()
    if not digits.isdecimal():
        raise ZvtError(f"{digits} is no decimal number")
    return int(digits)


def read_fields(data: bytes) -> dict[int, bytes]:
    """Return the bitmaps of a message by their tags; what stands behind an unknown tag cannot be read and is left out."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        tag = data[at]
        sized = _length(data, at + 1, tag)
        if sized is None:
            break
        begin, length = sized
        if begin + length > len(data):
            raise ZvtError(f"bitmap {tag:02X} is cut off")
        found[tag] = data[begin : begin + length]
        at = begin + length
    return found


def _length(data: bytes, at: int, tag: int) -> tuple[int, int] | None:
    """Where a bitmap's data begin, and how long they are; None for a tag that nobody knows."""
    if tag in _FIXED:
        return at, _FIXED[tag]
    if tag == CONTAINER:
        return _tlv_length(data, at)
    for tags, digits in ((_TWO_DIGITS, 2), (_THREE_DIGITS, 3)):
        if tag in tags:
            counted = data[at : at + digits]
            if len(counted) < digits or any(byte >> 4 != 0xF or byte & 0xF > 9 for byte in counted):
                raise ZvtError(f"bitmap {tag:02X} has no length")
            return at + digits, int("".join(str(byte & 0xF) for byte in counted))
    return None


def _tlv_length(data: bytes, at: int) -> tuple[int, int]:
    """A length as in ASN.1's basic encoding rules (ITU-T X.690, 8.1.3), of two bytes more at most."""
    if at >= len(data):
        raise ZvtError("a container has no length")
    first = data[at]
    if first < 0x80:
        return at + 1, first
    more = first & 0x7F
    if not 1 <= more <= 2 or at + 1 + more > len(data):
        raise ZvtError("a container's length cannot be read")
    return at + 1 + more, int.from_bytes(data[at + 1 : at + 1 + more], "big")


def read_status(data: bytes) -> StatusInformation:
    """Read status information (04 0F). Raises ZvtError."""
    fields = read_fields(data)

    def number(tag: int) -> int | None:
        return read_bcd(fields[tag]) if tag in fields else None

    return StatusInformation(
        result=fields[RESULT][0] if RESULT in fields else None,
        amount_minor=number(AMOUNT),
        receipt_number=number(RECEIPT),
        trace=number(TRACE),
        terminal_id=fields.get(TERMINAL_ID, b"").hex(),
        card_name=_text(fields.get(CARD_NAME, b"")),
        text=_text(fields.get(TEXT, b"")),
        at=_moment(fields),
    )


def _moment(fields: dict[int, bytes]) -> tuple[int, int, int, int] | None:
    if TIME not in fields or DATE not in fields:
        return None
    month, day, hour, minute = (read_bcd(bytes([byte])) for byte in fields[DATE] + fields[TIME][:2])
    return month, day, hour, minute


def read_line(data: bytes) -> str:
    """Read a printed line (06 D1): an attribute, then text."""
    return _text(data[1:])


def read_text_block(data: bytes) -> tuple[str, ...]:
    """Read a block of printed lines (06 D3). Raises ZvtError."""
    container = read_fields(data).get(CONTAINER, b"")
    lines = next((value for tag, value in _tlvs(container) if tag == _LINES_CONTAINER), b"")
    return tuple(_text(value) for tag, value in _tlvs(lines) if tag == _LINE)


def _tlvs(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        tag, at = data[at], at + 1
        if tag & 0x1F == 0x1F and at < len(data):  # the tag goes on in a second byte
            tag, at = tag << 8 | data[at], at + 1
        begin, length = _tlv_length(data, at)
        if begin + length > len(data):
            raise ZvtError("a container is cut off")
        yield tag, data[begin : begin + length]
        at = begin + length


def _text(data: bytes) -> str:
    shown = data.decode(TEXT_ENCODING).rstrip("\x00")
    return "".join(letter if letter.isprintable() else " " for letter in shown).rstrip()


def write_text_block(lines: tuple[str, ...]) -> bytes:
    """Return the data of a block of printed lines, as a terminal sends it."""
    inner = b"".join(_tlv(_LINE, line.encode(TEXT_ENCODING, "replace")) for line in lines)
    return _tlv(CONTAINER, _tlv(_LINES_CONTAINER, inner))


def _tlv(tag: int, value: bytes) -> bytes:
    length = len(value)
    if length < 0x80:
        return bytes([tag, length]) + value
    size = 1 if length < 0x100 else 2
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + value


def write_counted(tag: int, value: bytes, digits: int) -> bytes:
    """Return a bitmap whose length stands before it in digits of their own, each as 0xF0 and the digit."""
    return bytes([tag, *(0xF0 | int(digit) for digit in str(len(value)).rjust(digits, "0"))]) + value
