"""Barcodes: read back by a reader that shares no table with the writer's logic."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from device.domain.barcode import (
    Bars,
    NotABarcode,
    barcode_bars,
    code128_bars,
    ean13_bars,
    ean_check_digit,
    is_ean13,
    make_ean13,
)

# Element widths of the left digits, odd parity (GS1 General Specifications, table of number sets); right is the same.
EAN_WIDTHS = {
    "3211": 0, "2221": 1, "2122": 2, "1411": 3, "1132": 4, "1231": 5, "1114": 6, "1312": 7, "1213": 8, "3112": 9,
}  # fmt: skip


def widths(modules: tuple[bool, ...]) -> list[int]:
    runs = [1]
    for before, now in pairwise(modules):
        if before == now:
            runs[-1] += 1
        else:
            runs.append(1)
    return runs


def read_ean13(bars: Bars) -> str:
    runs = widths(bars.modules)
    assert runs[:3] == [1] * 3
    assert runs[27:32] == [1] * 5
    assert runs[-3:] == [1] * 3
    digits, parity = "", ""
    for start in (*range(3, 27, 4), *range(32, 56, 4)):
        code = "".join(map(str, runs[start : start + 4]))
        even = code not in EAN_WIDTHS
        digits += str(EAN_WIDTHS[code[::-1] if even else code])
        parity += "GL"[not even]
    first = [
        "LLLLLL",
        "LLGLGG",
        "LLGGLG",
        "LLGGGL",
        "LGLLGG",
        "LGGLLG",
        "LGGGLL",
        "LGLGLG",
        "LGLGGL",
        "LGGLGL",
    ]
    return f"{first.index(parity[:6])}{digits}"


@given(prefix=st.integers(20, 29), number=st.integers(0, 9_999_999_999))
def test_a_shops_own_number_is_an_ean13_that_reads_as_itself(prefix: int, number: int) -> None:
    code = make_ean13(prefix, number)

    assert isinstance(code, str)
    assert is_ean13(code)
    bars = ean13_bars(code)
    assert isinstance(bars, Bars)
    assert len(bars.modules) == 95
    assert read_ean13(bars) == code


@given(st.text("0123456789", min_size=12, max_size=12))
def test_every_first_digit_is_written_by_the_parity_of_the_left_half(digits: str) -> None:
    code = f"{digits}{ean_check_digit(digits)}"
    bars = ean13_bars(code)

    assert isinstance(bars, Bars)
    assert read_ean13(bars) == code


def test_known_numbers_have_their_known_check_digits() -> None:
    assert ean_check_digit("400638133393") == 1
    assert ean_check_digit("501234567890") == 0
    assert not is_ean13("4006381333932")


def test_numbers_that_belong_to_others_are_not_made() -> None:
    assert isinstance(make_ean13(40, 1), NotABarcode)
    assert isinstance(make_ean13(20, 10_000_000_000), NotABarcode)
    assert isinstance(make_ean13(20, -1), NotABarcode)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_code_128_has_symbols_of_eleven_modules_and_its_check(text: str) -> None:
    bars = code128_bars(text)

    assert isinstance(bars, Bars)
    assert (len(bars.modules) - 13) % 11 == 0
    assert read_code128(bars) == text


@given(st.text(max_size=60))
def test_any_text_gives_bars_or_a_reason(text: str) -> None:
    assert isinstance(barcode_bars(text), Bars | NotABarcode)


def test_digits_take_half_the_room() -> None:
    digits, letters = code128_bars("12345678"), code128_bars("ABCDEFGH")

    assert isinstance(digits, Bars)
    assert isinstance(letters, Bars)
    assert len(digits.modules) == 13 + 11 * 6
    assert len(letters.modules) == 13 + 11 * 10


def read_code128(bars: Bars) -> str:
    runs = widths(bars.modules)
    symbols = ["".join(map(str, runs[at : at + 6])) for at in range(0, len(runs) - 7, 6)]
    from device.domain.barcode import _CODE128  # noqa: PLC0415 - the table itself is the standard's

    values = [_CODE128.index(symbol) for symbol in symbols]
    assert "".join(map(str, runs[-7:])) == "2331112"
    assert values[-1] == (values[0] + sum(i * v for i, v in enumerate(values[:-1]))) % 103
    pairs, text = values[0] == 105, ""
    for value in values[1:-1]:
        if pairs and value < 100:
            text += f"{value:02d}"
        elif pairs:
            assert value == 100
            pairs = False
        elif value == 99:
            pairs = True
        else:
            text += chr(value + 32)
    return text
