"""The independent reader finds every figure of a sale that was changed: discounts, coins, notes, vouchers, deposits."""

import copy
from typing import Any

import pytest

from shared.verify.card_check import CardMoney
from shared.verify.promise_check import PromiseBook
from shared.verify.report import ProblemFound
from shared.verify.sale_check import check_sale

SALE: dict[str, Any] = {
    "currency": "CHF", "receipt_number": 1, "total_minor": 5_043, "tip_minor": 100, "rounding_minor": 2,
    "lines": [
        {"sku": "bowl", "quantity_milli": 2_000, "unit_price_minor": 1_850, "total_minor": 2_896, "discount_minor": 804,
         "vat_rate_bp": 810},
        {"sku": "jam", "quantity_milli": 500, "unit_price_minor": 649, "total_minor": 147, "discount_minor": 178, "vat_rate_bp": 260},
        {"sku": "voucher", "quantity_milli": 1_000, "unit_price_minor": 2_000, "total_minor": 2_000, "vat_rate_bp": 0,
         "kind": "voucher", "reference": "v1"},
    ],
    "discounts": [
        {"kind": "percent", "value": 5_000, "amount_minor": 163, "reason": "chipped", "line": 1},
        {"kind": "amount", "value": 500, "amount_minor": 500, "reason": "", "line": 0},
        {"kind": "percent", "value": 950, "amount_minor": 319, "reason": "", "line": None, "code": "AUTUMN"},
    ],
    "vat": [
        {"rate_bp": 810, "net_minor": 2_679, "vat_minor": 217, "gross_minor": 2_896},
        {"rate_bp": 260, "net_minor": 143, "vat_minor": 4, "gross_minor": 147},
        {"rate_bp": 0, "net_minor": 2_000, "vat_minor": 0, "gross_minor": 2_000},
    ],
    "payments": [
        {"method": "card", "amount_minor": 1_000, "tendered_minor": 1_000, "change_minor": 0},
        {"method": "cash", "amount_minor": 4_145, "tendered_minor": 4_675, "change_minor": 530,
         "foreign": {"currency": "EUR", "tendered_minor": 5_000, "rate_micro": 935_000}},
    ],
}  # fmt: skip


def changed(path: str, value: object) -> dict[str, Any]:
    body: Any = copy.deepcopy(SALE)
    *way, last = path.split(".")
    at = body
    for step in way:
        at = at[int(step)] if step.isdigit() else at[step]
    at[int(last) if last.isdigit() else last] = value
    return dict(body)


def test_a_sale_with_everything_in_it_adds_up() -> None:
    check_sale(SALE)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("discounts.0.amount_minor", 162, "discount 1 is 162"),
        ("discounts.2.value", 900, "discount 3"),
        ("discounts.1.line", 7, "not there"),
        ("discounts.1.kind", "gift", "no kind of discount"),
        ("lines.0.discount_minor", 784, "line 1"),
        ("rounding_minor", -3, "what was paid"),
        ("payments.1.foreign.rate_micro", 930_000, "are taken as"),
        ("payments.0.change_minor", 1, "a payment"),
        ("tip_minor", -1, "below zero"),
        ("lines.0.quantity_milli", -2_000, "quantity"),
    ],
)
def test_a_changed_figure_is_named(path: str, value: object, words: str) -> None:
    with pytest.raises(ProblemFound, match=words):
        check_sale(changed(path, value))


def test_no_coins_explain_a_rounding_without_cash_or_of_more_than_half_a_coin() -> None:
    by_card = changed("payments.1.method", "card")
    by_card["payments"][1] |= {"tendered_minor": 4_145, "change_minor": 0, "foreign": None}
    with pytest.raises(ProblemFound, match="no coins explain"):
        check_sale(by_card)
    uneven = changed(
        "payments.1", {"method": "cash", "amount_minor": 4_144, "tendered_minor": 4_144, "change_minor": 0}
    )
    uneven["rounding_minor"] = 1
    with pytest.raises(ProblemFound, match="no coins explain"):
        check_sale(uneven)


def sale_of(
    *lines: dict[str, Any], paid: tuple[tuple[str, int], ...] = (), order_id: str = "", number: int = 1
) -> dict[str, Any]:
    payments = [{"method": "voucher", "reference": voucher, "amount_minor": minor} for voucher, minor in paid]
    return {
        "receipt_number": number,
        "lines": list(lines),
        "payments": payments,
        **({"order_id": order_id} if order_id else {}),
    }


def line_of(kind: str, minor: int, rate_bp: int = 0) -> dict[str, Any]:
    return {
        "sku": "order.deposit",
        "kind": kind,
        "total_minor": minor,
        "vat_rate_bp": rate_bp,
        **({"reference": "v1"} if kind == "voucher" else {}),
    }


def test_a_voucher_never_pays_more_than_came_onto_it() -> None:
    book = PromiseBook()
    book.take_sale(sale_of(line_of("voucher", 2_000)))
    book.take_sale(sale_of(paid=(("v1", 1_500), ("of another till", 9_000))))
    back = {"lines": [], "payments": [{"method": "voucher", "reference": "v1", "amount_minor": 200}],
            "original": {"receipt_number": 2}}  # fmt: skip
    book.take_refund(back, is_own=True)
    with pytest.raises(ProblemFound, match="holds 700"):
        book.take_sale(sale_of(paid=(("v1", 701),)))
    with pytest.raises(ProblemFound, match="sold twice"):
        book.take_sale(sale_of(line_of("voucher", 2_000)))


def test_a_voucher_is_taken_back_for_all_that_it_holds_and_holds_nothing_then() -> None:
    book = PromiseBook()
    book.take_sale(sale_of(line_of("voucher", 2_000)))
    back = {"lines": [line_of("voucher", 2_000)], "payments": [], "original": {"receipt_number": 1}}
    used = copy.deepcopy(book)
    used.take_sale(sale_of(paid=(("v1", 1),)))
    with pytest.raises(ProblemFound, match="holds 1999"):
        used.take_refund(back, is_own=True)
    book.take_refund(back, is_own=True)
    with pytest.raises(ProblemFound, match="holds 0"):
        book.take_sale(sale_of(paid=(("v1", 1),)))


def test_the_balance_takes_off_exactly_the_deposits_that_were_not_given_back() -> None:
    book = PromiseBook()
    for number in (1, 2):
        book.take_sale(sale_of(line_of("deposit", 500, 700), order_id="o", number=number))
    book.take_refund(
        {"lines": [line_of("", 500, 700)], "payments": [], "original": {"receipt_number": 2}}, is_own=True
    )
    with pytest.raises(ProblemFound, match="which were 500"):
        PromiseBook(deposits_minor=copy.deepcopy(book.deposits_minor)).take_sale(
            sale_of(line_of("deposit-used", -1_000, 700), order_id="o")
        )
    book.take_sale(sale_of(line_of("deposit-used", -500, 700), order_id="o"))
    with pytest.raises(ProblemFound, match="names no order"):
        book.take_sale(sale_of(line_of("deposit-used", -500, 700)))


ASKED = {"attempt_id": "a1", "amount_minor": 1_200}
PAID_BY_CARD = {"payments": [{"method": "card", "amount_minor": 1_200, "attempt_id": "a1"}]}


def test_card_money_that_was_approved_pays_for_one_sale() -> None:
    money = CardMoney()
    money.take_question(ASKED)
    money.take_answer({"attempt_id": "a1", "outcome": "unknown"})
    money.take_answer({"attempt_id": "a1", "outcome": "approved"})
    money.take_sale(PAID_BY_CARD)
    with pytest.raises(ProblemFound, match="is spent"):
        money.take_sale(PAID_BY_CARD)


@pytest.mark.parametrize("outcome", ["declined", "unknown", "reversed"])
def test_card_money_that_was_not_taken_pays_for_nothing(outcome: str) -> None:
    money = CardMoney()
    money.take_question(ASKED)
    money.take_answer({"attempt_id": "a1", "outcome": "approved"})
    money.take_answer({"attempt_id": "a1", "outcome": outcome})
    with pytest.raises(ProblemFound, match="not approved"):
        money.take_sale(PAID_BY_CARD)


def test_a_question_is_asked_once_and_an_answer_has_one() -> None:
    money = CardMoney()
    with pytest.raises(ProblemFound, match="nobody asked"):
        money.take_answer({"attempt_id": "a1", "outcome": "approved"})
    money.take_question(ASKED)
    with pytest.raises(ProblemFound, match="twice"):
        money.take_question(ASKED)
