"""Checking the figures of a sale from its raw fields, with arithmetic of its own: exact fractions, rounded half up."""

from fractions import Fraction
from math import floor

from shared.verify.fields import Fields, integer, objects
from shared.verify.report import ProblemFound

_THOUSAND = 1_000
_TEN_THOUSAND = 10_000


def check_sale(body: Fields) -> None:
    """Raise ProblemFound for the first figure of a sale that does not add up."""
    lines = objects(body, "lines")
    if not lines:
        raise ProblemFound("the sale has no lines")
    for number, line in enumerate(lines, start=1):
        _require(
            f"the total of line {number}",
            integer(line, "total_minor"),
            _half_up(
                Fraction(integer(line, "unit_price_minor") * integer(line, "quantity_milli"), _THOUSAND)
            ),
        )
    total_minor = sum(integer(line, "total_minor") for line in lines)
    _require("the total", integer(body, "total_minor"), total_minor)
    check_vat(objects(body, "vat"), lines)
    _check_payments(objects(body, "payments"), total_minor)


def check_vat(stated: list[Fields], lines: list[Fields]) -> None:
    """Raise ProblemFound unless there is one VAT line per rate with the right net, tax and gross."""
    gross_minor: dict[int, int] = {}
    for line in lines:
        rate_bp = integer(line, "vat_rate_bp")
        gross_minor[rate_bp] = gross_minor.get(rate_bp, 0) + integer(line, "total_minor")
    rates = [integer(vat, "rate_bp") for vat in stated]
    if sorted(rates) != sorted(gross_minor):
        raise ProblemFound(f"VAT is stated for the rates {sorted(rates)}, sold at {sorted(gross_minor)}")
    for vat in stated:
        rate_bp = integer(vat, "rate_bp")
        gross = gross_minor[rate_bp]
        tax = _half_up(Fraction(gross * rate_bp, _TEN_THOUSAND + rate_bp))
        _require(f"the gross at {rate_bp} basis points", integer(vat, "gross_minor"), gross)
        _require(f"the VAT at {rate_bp} basis points", integer(vat, "vat_minor"), tax)
        _require(f"the net at {rate_bp} basis points", integer(vat, "net_minor"), gross - tax)


def _check_payments(payments: list[Fields], total_minor: int) -> None:
    for payment in payments:
        tendered, change = integer(payment, "tendered_minor"), integer(payment, "change_minor")
        _require("a payment", integer(payment, "amount_minor"), tendered - change)
    _require("what was paid", sum(integer(payment, "amount_minor") for payment in payments), total_minor)


def _half_up(value: Fraction) -> int:
    rounded = floor(abs(value) + Fraction(1, 2))
    return rounded if value >= 0 else -rounded


def _require(what: str, stated: int, expected: int) -> None:
    if stated != expected:
        raise ProblemFound(f"{what} is {stated}, it should be {expected}")
