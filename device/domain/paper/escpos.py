"""Rows become ESC/POS bytes. Source: Epson's ESC/POS command reference, whose names of commands stand beside each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from device.domain.paper.bitmap import Bitmap
from device.domain.paper.code_pages import CodePage, encode
from device.domain.paper.document import Align, Size
from device.domain.paper.layout import CutRow, KickRow, PictureRow, QrRow, Row, TextRow
from device.domain.paper.profiles import Profile

QrDrawer: TypeAlias = Callable[[str], Bitmap]
"""Draws a QR code with its quiet zone as dots, for printers that cannot."""

INITIALISE: Final = b"\x1b@"  # ESC @
ASCII_LETTERS: Final = b"\x1bR\x00"  # ESC R 0: the letters of the lower half are those of the USA
SILENCE: Final = b"\x1da\x00"  # GS a 0: no status of its own accord
ASK_IN_TURN: Final = b"\x1dr\x01"  # GS r 1: answered when everything before it was printed
PULSE: Final = b"\x1bp\x00\x19\xfa"  # ESC p: pin 2, 50 ms on, 500 ms off
TEAR_LINES: Final = 5
BAND_ROWS: Final = 128  # a picture goes in bands, so that no printer needs the whole of it in its memory
QR_BYTES_MAX: Final = 1_000


def ask_now(what: int) -> bytes:
    """Return `DLE EOT n`, which a printer answers at once, whatever it does: 1 printer, 2 offline, 3 error, 4 paper."""
    return bytes((0x10, 0x04, what))


@dataclass(slots=True)
class _Set:
    """What the printer is set to; it is told only of changes."""

    page: CodePage
    align: Align = Align.LEFT
    bold: bool = False
    size: Size = Size.NORMAL


def encode_rows(rows: tuple[Row, ...], profile: Profile, draw_qr: QrDrawer) -> bytes:
    """Return the bytes of one job, beginning with the printer's initial state."""
    state = _Set(page=profile.pages[0])
    start = INITIALISE + SILENCE + ASCII_LETTERS + _page(state.page)
    return start + b"".join(piece for row in rows for piece in _encode(row, profile, draw_qr, state))


def _encode(row: Row, profile: Profile, draw_qr: QrDrawer, state: _Set) -> Iterator[bytes]:
    match row:
        case TextRow():
            yield from _text(row, profile, state)
        case PictureRow(picture=picture):
            yield _align(Align.CENTRE, state)
            yield from _picture(picture)
        case QrRow(text=text):
            yield _align(Align.CENTRE, state)
            yield from (_qr(text) if profile.draws_qr else _picture(draw_qr(text)))
        case CutRow():
            # GS V 66: feeds to the cutter, then cuts all but a bridge; ESC d: feeds lines.
            yield b"\x1dVB\x00" if profile.cuts else bytes((0x1B, 0x64, TEAR_LINES))
        case KickRow():
            yield PULSE
        case other:
            assert_never(other)


def _text(row: TextRow, profile: Profile, state: _Set) -> Iterator[bytes]:
    yield _align(row.align, state)
    if row.bold != state.bold:
        state.bold = row.bold
        yield bytes((0x1B, 0x45, row.bold))  # ESC E
    if row.size != state.size:
        state.size = row.size
        yield bytes((0x1D, 0x21, 0x11 if row.size is Size.DOUBLE else 0x00))  # GS !
    for piece in encode(row.text, profile.pages, state.page):
        if piece.page != state.page:
            state.page = piece.page
            yield _page(piece.page)
        yield piece.data
    yield b"\n"


def _page(page: CodePage) -> bytes:
    return bytes((0x1B, 0x74, page.number))  # ESC t


def _align(align: Align, state: _Set) -> bytes:
    if align is state.align:
        return b""
    state.align = align
    return bytes((0x1B, 0x61, align.value))  # ESC a


def _picture(picture: Bitmap) -> Iterator[bytes]:
    """GS v 0: older than GS ( L, and the one that printers of every make know."""
    for first in range(0, picture.height, BAND_ROWS):
        last = min(first + BAND_ROWS, picture.height)
        size = picture.row_bytes.to_bytes(2, "little") + (last - first).to_bytes(2, "little")
        yield b"\x1dv0\x00" + size + picture.rows(first, last)


def _qr(text: str) -> Iterator[bytes]:
    """GS ( k, functions 165, 167, 169, 180, 181: model 2, dots of a module, correction M, the text, print."""
    data = text.encode()[:QR_BYTES_MAX]
    yield _qr_function(b"\x41\x32\x00")
    yield _qr_function(bytes((0x43, module_dots(len(data)))))
    yield _qr_function(b"\x45\x31")
    yield _qr_function(b"\x50\x30" + data)
    yield _qr_function(b"\x51\x30")


def module_dots(length: int) -> int:
    """Return how many dots a module of a QR code has, so that a long text still fits on narrow paper."""
    return 6 if length <= 40 else 5 if length <= 180 else 4


def _qr_function(parameters: bytes) -> bytes:
    return b"\x1d(k" + (len(parameters) + 1).to_bytes(2, "little") + b"\x31" + parameters
