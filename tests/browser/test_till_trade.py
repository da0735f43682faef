"""More than exact cash: a discount, a voucher sold and paid with, a card for a part; each adds up on the receipt."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import PHONE
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser


def test_a_discounted_sale_is_paid_by_a_voucher_a_card_and_cash_and_adds_up(visitors: Visitors) -> None:
    till = visitors.till(PHONE)
    page = till.page
    till.enter()

    till.go("voucher")
    page.get_by_role("button", name="20", exact=True).tap()
    expect(page.locator(".cart-lines")).to_contain_text("Gift voucher")
    till.go("pay")
    till.take_exact()
    till.expect_receipt()
    code = page.locator(".voucher-code").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", code)

    till.go("sell")
    page.locator("button.tile").nth(0).tap()
    page.locator("button.tile").nth(1).tap()
    till.go("cart")
    page.get_by_role("link", name="Give a discount").tap()
    page.get_by_role("button", name="Last piece").tap()
    page.get_by_role("button", name="10%").tap()
    expect(page.locator(".cart-off b")).to_contain_text(re.compile(r"\d\.\d\d$"))
    till.go("pay")

    page.get_by_role("button", name="Voucher", exact=True).tap()
    page.get_by_label("Voucher code").fill(code.lower())
    page.get_by_label("Amount").fill("5.00")
    page.get_by_role("button", name=re.compile("from the voucher")).tap()
    page.get_by_role("button", name="Card", exact=True).tap()
    page.get_by_label("Amount").fill("1.00")
    page.get_by_role("button", name=re.compile("Paid on the reader")).tap()
    expect(page.locator(".parts li")).to_have_count(2)
    till.take_exact()
    till.expect_receipt()
    sums = page.locator(".paper .sums")
    for words in ("Discount (Last piece)", "Voucher", "Card", "Cash"):
        expect(sums).to_contain_text(words)

    till.go("sell")
    page.locator("button.tile").nth(0).tap()
    till.go("pay")
    page.get_by_role("button", name="Voucher", exact=True).tap()
    page.get_by_label("Voucher code").fill("0000-0000-0000-0001")
    page.get_by_role("button", name=re.compile("from the voucher")).tap()
    expect(page.locator(".notices")).to_contain_text("voucher")
    page.get_by_role("button", name="Card", exact=True).tap()
    page.get_by_role("button", name=re.compile("Paid on the reader")).tap()
    till.expect_receipt()
