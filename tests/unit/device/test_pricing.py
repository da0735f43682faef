"""Discounts, tax on top, payments in parts, coins and other currencies: exact, whatever comes together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from device.domain.pricing.cart import CartLine, PricedCart, price_cart
from device.domain.pricing.discount import BadDiscount, PriceItem, WantedDiscount, share_out, take_off
from device.domain.pricing.payment import (
    TENDERED_MINOR_MAX,
    BadTender,
    MoneyRules,
    PaidTooMuch,
    Settlement,
    Tender,
    TenderedTooLittle,
    in_own_minor,
    round_to_coins,
    settle,
)
from device.domain.trade_rules import Coupon, CouponRefused, DayRate, TradeRules, fault_of, find_coupon
from shared.events.sale import DiscountKind, LineKind, PaymentMethod
from shared.ids import Sku
from tests.unit.device.stall import CATALOGUE

EUR = MoneyRules(currency="EUR")
FRANCS = MoneyRules(currency="CHF", cash_step_minor=5, rates_micro=(("EUR", 950_000), ("JPY", 6_000)))
DISCOUNTS = st.builds(
    WantedDiscount,
    kind=st.sampled_from(DiscountKind),
    value=st.integers(1, 10_000),
    reason=st.sampled_from(("", "scratched")),
    line=st.none() | st.integers(0, 3),
)


def cash(minor: int, foreign: str = "") -> Tender:
    return Tender(method=PaymentMethod.CASH, amount_minor=minor, foreign=foreign)


def card(minor: int) -> Tender:
    return Tender(method=PaymentMethod.CARD, amount_minor=minor)


def bowls(*quantities: int) -> list[CartLine]:
    return [CartLine(sku=Sku("bowl"), quantity_milli=1000 * quantity) for quantity in quantities]


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**7), min_size=1, max_size=30))
def test_what_is_shared_out_adds_up_and_no_part_is_more_than_its_weight(
    amount: int, weights: list[int]
) -> None:
    amount = min(amount, sum(weights))
    parts = share_out(amount, weights)
    assert sum(parts) == (amount if sum(weights) else 0)
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


@given(st.lists(st.integers(0, 10**7), min_size=4, max_size=12), st.lists(DISCOUNTS, max_size=8))
def test_discounts_take_off_exactly_what_they_say_and_never_more_than_there_is(
    totals: list[int], wanted: Sequence[WantedDiscount]
) -> None:
    taken = take_off([PriceItem(total_minor=total) for total in totals], wanted)
    assert not isinstance(taken, BadDiscount)
    off, discounts = taken
    assert sum(off) == sum(discount.amount_minor for discount in discounts)
    assert all(0 <= minor <= total for minor, total in zip(off, totals, strict=True))
    assert len(discounts) == len(wanted)


@given(st.lists(st.integers(1, 9), min_size=4, max_size=8), st.lists(DISCOUNTS, max_size=4), st.booleans())
def test_a_discounted_cart_adds_up_with_the_tax_within_or_on_top(
    quantities: list[int], wanted: list[WantedDiscount], vat_added: bool
) -> None:
    cart = price_cart(CATALOGUE, bowls(*quantities), kept=False, discounts=wanted, vat_added=vat_added)
    assert isinstance(cart, PricedCart)
    lines_minor = sum(line.total_minor for line in cart.lines)
    tax_minor = sum(line.vat_minor for line in cart.vat)
    assert cart.total_minor == lines_minor + (tax_minor if vat_added else 0)
    assert all(line.net_minor + line.vat_minor == line.gross_minor for line in cart.vat)
    assert cart.discount_minor == sum(line.discount_minor for line in cart.lines)


def test_a_tenth_off_the_cart_is_borne_by_each_line_in_proportion() -> None:
    cart = price_cart(CATALOGUE, bowls(1, 2), kept=False,
                      discounts=[WantedDiscount(kind=DiscountKind.PERCENT, value=1000)])  # fmt: skip
    assert isinstance(cart, PricedCart)
    assert [line.discount_minor for line in cart.lines] == [185, 370]
    assert cart.total_minor == 1665 + 3330


def test_nothing_is_taken_off_a_voucher_which_bears_no_tax() -> None:
    voucher = CartLine(sku=Sku("voucher"), quantity_milli=1000, unit_price_minor=5000, kind=LineKind.VOUCHER)
    half = WantedDiscount(kind=DiscountKind.PERCENT, value=5000)
    cart = price_cart(CATALOGUE, [*bowls(2), voucher], kept=False, discounts=[half])
    assert isinstance(cart, PricedCart)
    assert [line.total_minor for line in cart.lines] == [1850, 5000]
    assert {line.rate_bp: line.vat_minor for line in cart.vat}[0] == 0


def test_a_discount_that_cannot_be_is_refused_with_its_reason() -> None:
    items = [PriceItem(total_minor=100), PriceItem(total_minor=100, is_reducible=False)]
    for value, line, part in (
        (0, None, "more than nothing"),
        (10_001, None, "100 percent"),
        (5, 2, "line 3"),
        (5, 1, "voucher"),
    ):
        refused = take_off(items, [WantedDiscount(kind=DiscountKind.PERCENT, value=value, line=line)])
        assert isinstance(refused, BadDiscount)
        assert part in refused.reason


@given(
    due=st.integers(0, 10**7),
    by_card=st.integers(1, 10**7),
    euros=st.integers(0, 10**7),
    francs=st.integers(0, 10**7),
)
def test_payments_in_parts_add_up_to_what_is_due_and_the_rounding(
    due: int, by_card: int, euros: int, francs: int
) -> None:
    answer = settle(due, [card(by_card), cash(euros, "EUR"), cash(francs)], FRANCS)
    if isinstance(answer, PaidTooMuch):
        assert by_card > due
        return
    worth = in_own_minor(euros, "EUR", FRANCS) + francs
    rest = round_to_coins(due - by_card, 5)
    if isinstance(answer, TenderedTooLittle):
        assert worth < rest
        return
    assert isinstance(answer, Settlement)
    assert sum(paid.amount_minor for paid in answer.payments) == due + answer.rounding_minor
    assert abs(answer.rounding_minor) <= 2
    assert all(paid.tendered_minor - paid.change_minor == paid.amount_minor for paid in answer.payments)
    assert sum(paid.change_minor for paid in answer.payments) == worth - rest


def test_only_cash_is_rounded_to_the_coins_there_are() -> None:
    paid = settle(1002, [cash(1000)], FRANCS)
    assert isinstance(paid, Settlement)
    assert paid.rounding_minor == -2
    assert settle(1002, [card(1002)], FRANCS) == Settlement(payments=settle_card(1002))
    split = settle(1003, [card(500), cash(600)], FRANCS)
    assert isinstance(split, Settlement)
    assert (split.rounding_minor, split.payments[1].change_minor) == (2, 95)


def settle_card(minor: int) -> tuple:
    answer = settle(minor, [card(minor)], EUR)
    assert isinstance(answer, Settlement)
    return answer.payments


def test_notes_of_another_currency_count_at_the_days_rate_and_change_is_the_tills_own() -> None:
    paid = settle(1800, [cash(2000, "EUR")], FRANCS)
    assert isinstance(paid, Settlement)
    (payment,) = paid.payments
    assert (payment.tendered_minor, payment.change_minor) == (1900, 100)
    assert payment.foreign is not None
    assert (payment.foreign.currency, payment.foreign.tendered_minor) == ("EUR", 2000)
    assert in_own_minor(1000, "JPY", FRANCS) == 600  # 1,000 yen, which has no smaller unit, at 0.006


def test_what_cannot_be_taken_is_refused_in_words() -> None:
    voucher = Tender(method=PaymentMethod.VOUCHER, amount_minor=100, reference="K7Q2")
    assert isinstance(settle(100, [cash(100, "USD")], EUR), BadTender)
    assert isinstance(settle(100, [], EUR), BadTender)
    assert isinstance(settle(200, [voucher, voucher], EUR), BadTender)
    assert isinstance(settle(100, [Tender(method=PaymentMethod.VOUCHER, amount_minor=100)], EUR), BadTender)
    gold = replace(FRANCS, rates_micro=(("XAU", 3_500_000_000),))
    beyond = settle(100, [cash(TENDERED_MINOR_MAX, "XAU")], gold)
    assert isinstance(beyond, BadTender)
    assert "XAU is more than anybody pays with" in beyond.reason
    assert settle(100, [card(101)], EUR) == PaidTooMuch(100, 101)
    assert settle(100, [card(40)], EUR) == TenderedTooLittle(100, 40)


def test_a_coupon_takes_off_on_its_days_from_its_minimum() -> None:
    spring = Coupon(code="Spring", kind=DiscountKind.AMOUNT, value=500, first_day=date(2026, 3, 1),
                    last_day=date(2026, 5, 31), minimum_minor=2000)  # fmt: skip

    def asked(code: str, day: date, cart_minor: int = 2000) -> WantedDiscount | CouponRefused:
        return find_coupon([spring], code, on=day, cart_minor=cart_minor)

    assert asked(" SPRING ", date(2026, 5, 31)) == WantedDiscount(
        kind=DiscountKind.AMOUNT, value=500, code="Spring"
    )
    for refused in (asked("Autumn", date(2026, 4, 1)), asked("Spring", date(2026, 2, 28)),
                    asked("Spring", date(2026, 6, 1)), asked("Spring", date(2026, 4, 1), 1999)):  # fmt: skip
        assert isinstance(refused, CouponRefused)


def test_rules_that_cannot_be_name_what_is_wrong() -> None:
    day = date(2026, 5, 2)
    assert (
        fault_of(
            TradeRules(cash_step_minor=5, rates=(DayRate(currency="EUR", rate_micro=950_000, set_on=day),))
        )
        is None
    )
    bad = (
        TradeRules(cash_step_minor=0),
        TradeRules(cash_step_minor=25),
        TradeRules(rates=(DayRate(currency="euro", rate_micro=1, set_on=day),)),
        TradeRules(rates=(DayRate(currency="EUR", rate_micro=0, set_on=day),)),
        TradeRules(coupons=(Coupon(code="", kind=DiscountKind.AMOUNT, value=1),)),
        TradeRules(coupons=(Coupon(code="x", kind=DiscountKind.PERCENT, value=10_001),)),
        TradeRules(coupons=(Coupon(code=" x", kind=DiscountKind.PERCENT, value=1),)),
        TradeRules(coupons=(Coupon(code="x", kind=DiscountKind.PERCENT, value=1, name="n" * 81),)),
        TradeRules(coupons=(Coupon(code="x", kind=DiscountKind.PERCENT, value=1, name="a\nb"),)),
        TradeRules(voucher_elsewhere_max_minor=-1),
    )
    fields = [fault.field if (fault := fault_of(rules)) else None for rules in bad]
    assert fields == [
        *["cash_step_minor"] * 2,
        "rates",
        "rates",
        *["coupons"] * 5,
        "voucher_elsewhere_max_minor",
    ]
