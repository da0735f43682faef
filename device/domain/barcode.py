"""Barcodes as bars: EAN-13 for goods, Code 128 for everything else. Pure: numbers and text in, widths of bars out.

Sources: GS1 General Specifications, 5.2 (EAN/UPC symbols), 5.4 (GS1-128, whose symbols are those of Code 128,
ISO/IEC 15417), 7.9 (check digits), 2.1.11 (restricted circulation numbers).
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

EAN13_DIGITS: Final = 13
EAN13_QUIET_MODULES: Final = (11, 7)  # left and right of an EAN-13
CODE128_QUIET_MODULES: Final = (10, 10)
CODE128_TEXT_MAX: Final = 40
# GS1 lets everybody number goods of their own with these: they mean something in one shop alone.
RESTRICTED_PREFIXES: Final = range(20, 30)

_LEFT_ODD: Final = (
    "0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011",
)  # fmt: skip
_RIGHT: Final = tuple("".join("10"[int(bit)] for bit in code) for code in _LEFT_ODD)
_LEFT_EVEN: Final = tuple(code[::-1] for code in _RIGHT)
# Which of the six digits on the left are even: that is how the first digit is written.
_PARITY: Final = (
    "OOOOOO", "OOEOEE", "OOEEOE", "OOEEEO", "OEOOEE", "OEEOOE", "OEEEOO", "OEOEOE", "OEOEEO", "OEEOEO",
)  # fmt: skip

# Widths of three bars and three spaces for each symbol value of Code 128, 0 to 105, then the stop symbol.
_CODE128_WIDTHS: Final = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
_CODE128: Final = tuple(_CODE128_WIDTHS.split())
_START_B: Final = 104
_START_C: Final = 105
_TO_B: Final = 100
_TO_C: Final = 99
_STOP: Final = 106


@dataclass(frozen=True, slots=True)
class NotABarcode:
    """A number or a text that this barcode cannot carry; `reason` is a sentence without its full stop."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A barcode: each module dark (True) or light, and how much light it needs left and right of it.

    `text` stands under the bars for people.
    """

    modules: tuple[bool, ...]
    quiet_left: int
    quiet_right: int
    text: str


Barcode: TypeAlias = Bars | NotABarcode


def ean_check_digit(digits: str) -> int:
    """Return the check digit of a GS1 number without it: weights 3 and 1 from the right, modulo 10."""
    weighted = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return -weighted % 10


def is_ean13(text: str) -> bool:
    """Tell whether a text is an EAN-13: thirteen digits, the last of which is right."""
    digits = len(text) == EAN13_DIGITS and text.isascii() and text.isdigit()
    return digits and ean_check_digit(text[:-1]) == int(text[-1])


def make_ean13(prefix: int, number: int) -> str | NotABarcode:
    """Return an EAN-13 for goods that have none, to be used in one shop alone.

    `prefix` is 20 to 29 (restricted circulation), `number` 0 to 9,999,999,999: any number that the shop gives once.
    """
    if prefix not in RESTRICTED_PREFIXES:
        return NotABarcode(f"{prefix} is no prefix for a shop's own numbers; those are 20 to 29")
    if not 0 <= number <= 9_999_999_999:
        return NotABarcode(f"{number} has more than ten digits")
    digits = f"{prefix}{number:010d}"
    return f"{digits}{ean_check_digit(digits)}"


def ean13_bars(text: str) -> Barcode:
    """Return the 95 modules of an EAN-13."""
    if not is_ean13(text):
        return NotABarcode(f"“{text}” is no EAN-13: thirteen digits, the last of which checks the others")
    left = "".join(
        (_LEFT_ODD if parity == "O" else _LEFT_EVEN)[int(digit)]
        for digit, parity in zip(text[1:7], _PARITY[int(text[0])], strict=True)
    )
    right = "".join(_RIGHT[int(digit)] for digit in text[7:])
    quiet_left, quiet_right = EAN13_QUIET_MODULES
    modules = f"101{left}01010{right}101"
    return Bars(modules=tuple(module == "1" for module in modules), quiet_left=quiet_left, quiet_right=quiet_right,
                text=f"{text[0]} {text[1:7]} {text[7:]}")  # fmt: skip


def code128_bars(text: str) -> Barcode:
    """Return a Code 128: digits in pairs where that is shorter (set C), other printable ASCII one by one (set B)."""
    if not 1 <= len(text) <= CODE128_TEXT_MAX or not all(" " <= letter <= "~" for letter in text):
        return NotABarcode(
            f"“{text}” is no text for Code 128: 1 to {CODE128_TEXT_MAX} letters, digits and signs of ASCII"
        )
    values = _code128_values(text)
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    widths = "".join(_CODE128[value] for value in (*values, check, _STOP))
    modules = (place % 2 == 0 for place, width in enumerate(widths) for _ in range(int(width)))
    quiet_left, quiet_right = CODE128_QUIET_MODULES
    return Bars(modules=tuple(modules), quiet_left=quiet_left, quiet_right=quiet_right, text=text)


def _code128_values(text: str) -> list[int]:
    """Return symbol values from the start symbol on."""
    pairs = len(text) % 2 == 0 and text.isdigit()
    values, at, in_pairs = [_START_C if pairs or _digits_at(text, 0) >= 4 else _START_B], 0, False
    in_pairs = values[0] == _START_C
    while at < len(text):
        digits = _digits_at(text, at)
        if in_pairs and digits >= 2:
            values.append(int(text[at : at + 2]))
            at += 2
        elif in_pairs:
            values.append(_TO_B)
            in_pairs = False
        elif digits >= 6 or (digits >= 4 and at + digits == len(text)):
            odd = digits % 2
            values += [ord(text[at]) - 32] * odd + [_TO_C]
            at, in_pairs = at + odd, True
        else:
            values.append(ord(text[at]) - 32)
            at += 1
    return values


def _digits_at(text: str, at: int) -> int:
    """Return how many digits stand together from a place on."""
    rest = text[at:]
    return len(rest) - len(rest.lstrip("0123456789"))


def barcode_bars(text: str) -> Barcode:
    """Return an EAN-13 where the text is one, else a Code 128."""
    return ean13_bars(text) if is_ean13(text) else code128_bars(text)
