"""Checking the figures of a sale from its raw fields, with arithmetic of its own: exact fractions, rounded half up."""

from fractions import Fraction
from math import floor

from shared.verify.discount_check import check_discounts
from shared.verify.fields import Fields, integer, objects, optional_integer
from shared.verify.payment_check import check_payments
from shared.verify.report import ProblemFound

_THOUSAND = 1_000
_TEN_THOUSAND = 10_000


def check_sale(body: Fields) -> None:
    """Raise ProblemFound for the first figure of a sale that does not add up."""
    lines = objects(body, "lines")
    if not lines:
        raise ProblemFound("the sale has no lines")
    for number, line in enumerate(lines, start=1):
        _check_line(number, line)
    check_discounts(body, lines)
    is_added = body.get("vat_added") is True
    vat = objects(body, "vat")
    check_vat(vat, lines, is_added=is_added)
    total_minor = sum(integer(one, "gross_minor") for one in vat)
    _require("the total", integer(body, "total_minor"), total_minor)
    check_payments(body, objects(body, "payments"), total_minor)


def check_vat(stated: list[Fields], lines: list[Fields], *, is_added: bool = False) -> None:
    """Raise ProblemFound unless there is one VAT line per rate with the right net, tax and gross.

    The lines' totals are gross, or net where the tax is added to them.
    """
    sums_minor: dict[int, int] = {}
    for line in lines:
        rate_bp = integer(line, "vat_rate_bp")
        sums_minor[rate_bp] = sums_minor.get(rate_bp, 0) + integer(line, "total_minor")
    rates = [integer(vat, "rate_bp") for vat in stated]
    if sorted(rates) != sorted(sums_minor):
        raise ProblemFound(f"VAT is stated for the rates {sorted(rates)}, sold at {sorted(sums_minor)}")
    for vat in stated:
        rate_bp = integer(vat, "rate_bp")
        lines_minor = sums_minor[rate_bp]
        tax = _half_up(Fraction(lines_minor * rate_bp, _TEN_THOUSAND + (0 if is_added else rate_bp)))
        gross = lines_minor + tax if is_added else lines_minor
        _require(f"the gross at {rate_bp} basis points", integer(vat, "gross_minor"), gross)
        _require(f"the VAT at {rate_bp} basis points", integer(vat, "vat_minor"), tax)
        _require(f"the net at {rate_bp} basis points", integer(vat, "net_minor"), gross - tax)


def _check_line(number: int, line: Fields) -> None:
    backwards = line.get("kind") == "deposit-used"
    if (integer(line, "quantity_milli") < 0) != backwards:
        raise ProblemFound(
            f"line {number} has the quantity {line['quantity_milli']}: only a deposit is taken off"
        )
    whole = _half_up(Fraction(integer(line, "unit_price_minor") * integer(line, "quantity_milli"), _THOUSAND))
    off = optional_integer(line, "discount_minor")
    _require(f"the total of line {number}", integer(line, "total_minor"), whole - off)
    if off < 0 or off > max(whole, 0):
        raise ProblemFound(f"{off} are taken off line {number}, which costs {whole}")


def _half_up(value: Fraction) -> int:
    rounded = floor(abs(value) + Fraction(1, 2))
    return rounded if value >= 0 else -rounded


def _require(what: str, stated: int, expected: int) -> None:
    if stated != expected:
        raise ProblemFound(f"{what} is {stated}, it should be {expected}")
