from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.money import (
    CurrencyMismatchError,
    Money,
    MoneyFormatError,
    divide_half_up,
    format_minor,
    minor_digits,
    parse_minor,
    times_quantity,
)
from shared.vat import split_vat, vat_in_gross

AMOUNTS = st.integers(-(10**15), 10**15)
CURRENCIES = st.sampled_from(("EUR", "JPY", "KWD", "CHF"))
RATES = st.sampled_from((0, 250, 500, 700, 1900, 2000, 2550))


@given(AMOUNTS, st.integers(1, 10**6))
def test_halves_are_rounded_away_from_zero(numerator: int, denominator: int) -> None:
    exact = Decimal(numerator) / Decimal(denominator)
    if (abs(numerator) * 2) % denominator == 0:  # Decimal is exact enough only where it matters
        assert divide_half_up(numerator, denominator) == int(exact.to_integral_value(ROUND_HALF_UP))
    assert abs(2 * (divide_half_up(numerator, denominator) * denominator - numerator)) <= denominator
    assert divide_half_up(-numerator, denominator) == -divide_half_up(numerator, denominator)
    assert divide_half_up(numerator, -denominator) == divide_half_up(-numerator, denominator)


@given(AMOUNTS, CURRENCIES)
def test_an_amount_that_is_written_is_read_as_itself(minor: int, currency: str) -> None:
    text = format_minor(minor, currency)
    assert parse_minor(text, currency) == minor
    assert parse_minor(text.replace(".", ","), currency) == minor
    assert len(text.partition(".")[2]) == minor_digits(currency)


@pytest.mark.parametrize(
    "text", ["", "-", ".5", "1.234", "1e3", "1 000", "1.2.3", "½", "١٢", "12.-5", "--3", "nan"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(MoneyFormatError):
        parse_minor(text, "EUR")


@given(AMOUNTS, AMOUNTS)
def test_money_of_one_currency_adds_and_of_two_does_not(left: int, right: int) -> None:
    assert Money(left, "EUR") + Money(right, "EUR") - Money(right, "EUR") == Money(left, "EUR")
    with pytest.raises(CurrencyMismatchError):
        Money(left, "EUR") + Money(right, "CHF")


@given(st.integers(0, 10**7), st.integers(1, 10**6))
def test_a_whole_number_of_pieces_costs_exactly_that_many_prices(price_minor: int, pieces: int) -> None:
    assert times_quantity(price_minor, pieces * 1000) == price_minor * pieces


@given(st.integers(0, 10**12), RATES)
def test_the_tax_in_an_amount_is_the_nearest_cent(gross_minor: int, rate_bp: int) -> None:
    vat = vat_in_gross(gross_minor, rate_bp)
    assert 0 <= vat <= gross_minor
    assert abs(2 * (vat * (10_000 + rate_bp) - gross_minor * rate_bp)) <= 10_000 + rate_bp


@given(st.lists(st.tuples(RATES, st.integers(0, 10**9)), max_size=40))
def test_a_receipts_tax_lines_add_up_to_its_lines(lines: list[tuple[int, int]]) -> None:
    split = split_vat(lines)
    assert sum(line.gross_minor for line in split) == sum(gross for _, gross in lines)
    assert all(line.net_minor + line.vat_minor == line.gross_minor for line in split)
    assert [line.rate_bp for line in split] == sorted({rate for rate, _ in lines}, reverse=True)


def test_a_rate_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        vat_in_gross(100, -1)
