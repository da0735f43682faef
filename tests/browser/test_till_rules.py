"""The rules of trade: set on one page, and counting on the next sale: a coupon, another currency, coins, tips."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.audit import broken_rules
from tests.browser.chromium import PANEL, PHONE
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser

MUG = "Mug, ash glaze"  # 24.00


def test_a_coupon_and_another_currency_are_set_up_and_count_on_every_phone(visitors: Visitors) -> None:
    seller, manager = visitors.till(PHONE), visitors.till(PANEL)
    seller.enter()
    manager.enter()
    page = manager.page
    manager.go("rules")
    page.get_by_text("Coupons").click()
    page.get_by_label("Coupon code").fill("AUTUMN")
    page.get_by_label("Percent", exact=True).first.fill("10")
    page.get_by_role("button", name="Add the coupon").click()
    page.get_by_text("Cash of other currencies").click()
    page.get_by_label("Another currency").fill("chf")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("1 CHF in EUR").fill("1.0500")
    assert broken_rules(page) == []
    page.get_by_role("button", name="Keep these rules").first.click()
    expect(page.locator(".notices")).to_contain_text("These rules count now")

    page = seller.page
    seller.tap(seller.product(MUG))
    seller.go("discount")
    page.get_by_label("Coupon code").fill("nobody's")
    seller.tap(page.get_by_role("button", name="Take the coupon"))
    expect(page.get_by_role("alert")).to_contain_text("knows no such coupon")
    page.get_by_label("Coupon code").fill("autumn")
    assert broken_rules(page) == []
    seller.tap(page.get_by_role("button", name="Take the coupon"))
    expect(page.locator(".cart-off")).to_contain_text("2.40")
    seller.take_payment()
    seller.tap(page.get_by_role("button", name="CHF"))
    for digit in "3000":
        seller.tap(seller.key(digit))
    expect(page.locator(".given")).to_contain_text("9.90")  # 30 francs are 31.50 euros
    assert broken_rules(page) == []
    seller.tap(page.get_by_role("button", name=re.compile("^Take .*30.00")))
    seller.expect_receipt()
    for words in ("21.60", "CHF"):
        expect(page.locator(".paper")).to_contain_text(words)

    page = manager.page
    page.get_by_role("button", name="Take out").first.click()
    page.get_by_role("button", name="Take out").first.click()
    page.get_by_role("button", name="Keep these rules").first.click()
    expect(page.locator(".notices")).to_contain_text("These rules count now")


def test_a_rule_that_cannot_be_is_refused_in_words(visitors: Visitors) -> None:
    manager = visitors.till(PANEL)
    page = manager.page
    manager.enter()
    manager.go("rules")
    page.get_by_text("Cash of other currencies").click()
    page.get_by_label("Another currency").fill("nok")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("1 NOK in EUR").fill("99999999999")
    page.get_by_role("button", name="Keep these rules").first.click()
    expect(page.get_by_role("alert")).to_contain_text("rate of NOK must be above zero")
