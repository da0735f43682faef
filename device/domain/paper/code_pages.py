"""Which byte is which letter: printers know many code pages of 256 letters each, and change between them by `ESC t`.

Numbers are Epson's (ESC/POS command reference, `ESC t`); printers of other makes share the lower ones. Only the upper
half is chosen from a page: the lower one is ASCII in all of them.
"""

# ruff: noqa: RUF001 - letters that look alike are what the table below is about
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

UNKNOWN: Final = "?"
# What stands for letters that many printers lack; one cell for one cell.
_STAND_INS: Final = MappingProxyType({
    "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "‹": "'", "›": "'",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "·": ".", "•": "*", "×": "x", "…": ".", "⁄": "/",
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ß": "s", "ẞ": "S", "ı": "i", "æ": "a", "Æ": "A",
    "œ": "o", "Œ": "O", "€": "E", "£": "L", "þ": "t", "Þ": "T", "ð": "d", "Ð": "D",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodePage:
    """A code page: the number that a printer knows it by, and the name that Python knows it by."""

    number: int
    codec: str


PC437: Final = CodePage(0, "cp437")
PC850: Final = CodePage(2, "cp850")
PC737: Final = CodePage(14, "cp737")
WPC1252: Final = CodePage(16, "cp1252")
PC866: Final = CodePage(17, "cp866")
PC852: Final = CodePage(18, "cp852")
PC858: Final = CodePage(19, "cp858")
WPC1250: Final = CodePage(45, "cp1250")
WPC1251: Final = CodePage(46, "cp1251")
WPC1253: Final = CodePage(47, "cp1253")
WPC1254: Final = CodePage(48, "cp1254")
WPC1257: Final = CodePage(51, "cp1257")
KNOWN: Final[Mapping[int, CodePage]] = MappingProxyType({
    page.number: page
    for page in (PC437, PC850, PC737, WPC1252, PC866, PC852, PC858, WPC1250, WPC1251, WPC1253, WPC1254, WPC1257)
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of one code page."""

    page: CodePage
    data: bytes


def encode(text: str, pages: tuple[CodePage, ...], current: CodePage) -> Iterator[Piece]:
    """Yield a text as pieces, beginning with the page that is set; a page is left only for a letter that it lacks."""
    data = bytearray()
    for letter in text:
        page, byte = _byte(letter, pages, current)
        if page != current:
            if data:
                yield Piece(current, bytes(data))
            data, current = bytearray(), page
        data.append(byte)
    if data:
        yield Piece(current, bytes(data))


def _byte(letter: str, pages: tuple[CodePage, ...], current: CodePage) -> tuple[CodePage, int]:
    """Return a letter's page and byte; its stand-in's where no page has it."""
    for form in (letter, *stand_ins(letter), UNKNOWN):
        if " " <= form <= "~":
            return current, ord(form)
        for page in (current, *pages):
            byte = _upper_half(page.codec).get(form)
            if byte is not None:
                return page, byte
    raise AssertionError("a question mark is in every page")


def stand_ins(letter: str) -> Iterator[str]:
    """Yield what may stand for a letter that cannot be printed, the best first; each is one letter."""
    if letter in _STAND_INS:
        yield _STAND_INS[letter]
    base = unicodedata.normalize("NFKD", letter)[:1]
    if base and base != letter:
        yield base
        if base in _STAND_INS:
            yield _STAND_INS[base]


@cache
def _upper_half(codec: str) -> Mapping[str, int]:
    letters: dict[str, int] = {}
    for byte in range(0x80, 0x100):
        letter = bytes([byte]).decode(codec, errors="ignore")
        if letter and letter.isprintable():
            letters.setdefault(letter, byte)
    return letters
