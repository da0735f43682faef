"""What is asked before something goes into the cart: which of a family, what it weighs, what it costs, and at whose prices."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.audit import broken_rules
from tests.browser.chromium import PANEL, PHONE
from tests.browser.pages import TillPage
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser


def test_one_of_a_family_something_weighed_and_something_at_any_price_are_sold_together(
    visitors: Visitors,
) -> None:
    till = visitors.till(PHONE)
    page = till.page
    till.enter()
    _tap(till, "Textiles", "Felted slippers")
    expect(page.get_by_role("heading", name="Felted slippers")).to_be_visible()
    assert broken_rules(page) == []
    till.tap(page.get_by_role("button", name=re.compile("^L ")))
    till.tap(page.get_by_role("button", name="Textiles", exact=True))
    expect(till.product("Felted slippers").locator(".count")).to_contain_text("1")

    _tap(till, "Candles & soap", "Beeswax, raw")
    for digit in "350":
        till.tap(till.key(digit))
    expect(page.locator(".measured")).to_have_text("0.350 kg")
    assert broken_rules(page) == []
    till.tap(page.get_by_role("button", name=re.compile("Into the cart: .*9.80")))

    for price in ("1250", "900"):
        _tap(till, "Wood", "Engraving to order")
        for digit in price:
            till.tap(till.key(digit))
        till.tap(page.get_by_role("button", name=re.compile("Into the cart")))
    till.go("cart")
    expect(page.locator(".cart-lines li")).to_have_count(4)
    till.tap(page.get_by_role("link", name=re.compile("Discount on Beeswax")))
    page.get_by_label("Note for this line").fill("for candles")
    till.go("cart")
    expect(page.locator(".cart-lines")).to_contain_text("for candles")
    till.tap(page.get_by_role("link", name="Add a customer"))
    page.get_by_role("textbox", name="Name").fill("Ida")
    page.get_by_role("checkbox").check()
    assert broken_rules(page) == []
    till.tap(page.get_by_role("button", name="Keep with this sale"))
    expect(page.get_by_role("link", name="Customer: Ida")).to_be_visible()
    till.take_payment()
    till.take_exact()
    till.expect_receipt()
    paper = page.locator(".paper")
    for words in ("Felted slippers L", "for candles", "12.50", "80.30"):
        expect(paper).to_contain_text(words)


def test_the_wholesale_prices_count_for_one_cart_and_favourites_stand_in_a_tab(visitors: Visitors) -> None:
    till = visitors.till(PANEL)
    page = till.page
    till.enter()
    page.get_by_role("button", name="Favourites").click()
    expect(page.locator("button.tile")).to_have_count(6)
    till.tap(till.product("Soap, lavender"))
    page.get_by_role("link", name="More").click()
    page.get_by_role("button", name="Wholesale").click()
    till.go("sell")
    expect(till.product("Soap, lavender").locator(".price")).to_have_text("7.00")
    assert broken_rules(page) == []
    _sell_exact(till)
    expect(page.locator(".paper")).to_contain_text("7.00")
    till.go("sell")
    expect(till.product("Soap, lavender").locator(".price")).to_have_text("9.50")


def test_what_was_asked_is_kept_and_delivered_alike_when_the_till_is_away(visitors: Visitors) -> None:
    till = visitors.till(PHONE)
    page = till.page
    till.enter()
    _tap(till, "Candles & soap", "Beeswax, raw")
    for digit in "1250":
        till.tap(till.key(digit))
    till.tap(page.get_by_role("button", name=re.compile("Into the cart: .*35.00")))
    till.go("cart")
    till.tap(page.get_by_role("button", name="Wholesale"))
    till.go("sell")
    _tap(till, "Wood", "Engraving to order")
    for digit in "700":
        till.tap(till.key(digit))
    till.tap(page.get_by_role("button", name=re.compile("Into the cart")))
    till.take_payment()
    with visitors.watch_of(page).somebody_away():
        page.context.set_offline(True)
        till.take_exact()
        expect(page.locator("#main")).to_contain_text("Kept on this phone")
        page.context.set_offline(False)
        expect(page.locator(".saved")).not_to_contain_text("kept on this phone", timeout=30_000)
    till.go("sales")
    expect(page.locator("#main li").first).to_contain_text("42.00")


def _sell_exact(till: TillPage) -> None:
    till.take_payment()
    till.take_exact()
    till.expect_receipt()


def _tap(till: TillPage, category: str, name: str) -> None:
    """Go to the goods of a category, where everything is in sight."""
    till.tap(till.page.get_by_role("button", name=category, exact=True))
    till.tap(till.product(name))
