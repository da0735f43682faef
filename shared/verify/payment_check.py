"""Checking how a sale was paid: what counts, change, coins, notes of other currencies."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

from shared.verify.fields import Fields, integer, optional_integer, optional_text, sub_object, text
from shared.verify.report import ProblemFound

_SMALLEST_COINS = (5, 10, 20, 50, 100, 500, 1_000)
_MILLION = 1_000_000
_DIGITS = {"JPY": 0, "KRW": 0, "KWD": 3, "TND": 3}


def check_payments(body: Fields, payments: Sequence[Fields], total_minor: int) -> None:
    """Raise ProblemFound unless the payments are worth what they count for, and together come to what was due."""
    tip, rounding = optional_integer(body, "tip_minor"), optional_integer(body, "rounding_minor")
    if tip < 0:
        raise ProblemFound(f"the tip is {tip}, which is below zero")
    for payment in payments:
        _check_payment(payment, text(body, "currency"))
    paid = sum(integer(payment, "amount_minor") for payment in payments)
    if paid != total_minor + tip + rounding:
        raise ProblemFound(f"what was paid is {paid}, it should be {total_minor + tip + rounding}")
    cash = [payment for payment in payments if text(payment, "method") == "cash"]
    _check_rounding(rounding, sum(integer(payment, "amount_minor") for payment in cash), is_cash=bool(cash))


def _check_payment(payment: Fields, currency: str) -> None:
    method = text(payment, "method")
    amount, tendered, change = (
        integer(payment, name) for name in ("amount_minor", "tendered_minor", "change_minor")
    )
    if amount != tendered - change:
        raise ProblemFound(f"a payment is {amount}, it should be {tendered - change}")
    if min(amount, tendered, change) < 0:
        raise ProblemFound(f"a payment of {amount} is below zero")
    if method != "cash" and change:
        raise ProblemFound(f"a payment by {method} gives change")
    if method == "voucher" and not optional_text(payment, "reference"):
        raise ProblemFound("a payment by voucher names none")
    if payment.get("foreign") is not None:
        _check_foreign(sub_object(payment, "foreign"), tendered, currency)


def _check_foreign(foreign: Fields, tendered_minor: int, currency: str) -> None:
    other = text(foreign, "currency")
    given, rate = integer(foreign, "tendered_minor"), integer(foreign, "rate_micro")
    exact = Fraction(given * rate * 10 ** _DIGITS.get(currency, 2), _MILLION * 10 ** _DIGITS.get(other, 2))
    worth = floor(exact + Fraction(1, 2))
    if rate <= 0 or worth != tendered_minor:
        raise ProblemFound(f"{given} of {other} are taken as {tendered_minor}, they should be {worth}")


def _check_rounding(rounding: int, cash_minor: int, *, is_cash: bool) -> None:
    """There must be a smallest coin that both rounds by so much and makes up the cash."""
    fits = any(2 * abs(rounding) <= coin and cash_minor % coin == 0 for coin in _SMALLEST_COINS)
    if rounding and not (is_cash and fits):
        raise ProblemFound(f"it is rounded by {rounding}, which no coins explain")
