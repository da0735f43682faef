"""Products changed at the till's own page: for sale at once, and never changed in a cart behind the seller's back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import PHONE
from tests.browser.pages import TillPage
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser

DOLL = "Peg doll, painted"
PRODUCTS = re.compile("#/products$")


def look_for_the_doll(till: TillPage, screen: str) -> None:
    till.go(screen)
    till.page.get_by_role("searchbox").fill("peg doll")


def save_and_see_the_list(page: Page) -> None:
    """The page goes back to the list once the till has answered; an earlier notice may still stand there."""
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(PRODUCTS)


def test_a_product_is_added_and_a_new_price_waits_in_the_cart_for_the_sellers_word(
    visitors: Visitors,
) -> None:
    till = visitors.till(PHONE)
    page = till.page
    till.enter()
    till.go("stock")
    page.get_by_role("link", name="Products").click()
    page.get_by_role("link", name="Add a product").first.click()
    page.get_by_label("Name").fill(DOLL)
    page.get_by_label("Price").fill("twelve")
    page.get_by_label("VAT in percent").fill("19")
    page.get_by_label("Category").fill("Toys")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Type a price")
    page.get_by_label("Price").fill("12,00")
    save_and_see_the_list(page)
    expect(page.locator(".notices")).to_contain_text(f"{DOLL} is saved.")

    look_for_the_doll(till, "sell")
    till.product(DOLL).tap()
    look_for_the_doll(till, "products")
    page.get_by_role("link", name=re.compile(DOLL)).click()
    page.get_by_label("Price").fill("13.50")
    save_and_see_the_list(page)
    look_for_the_doll(till, "sell")
    expect(till.product(DOLL)).to_contain_text("13.50")
    till.go("cart")
    line = page.locator(".cart-lines li", has_text=DOLL)
    expect(line).to_contain_text("Now 13.50")
    expect(line.locator(".sum b")).to_have_text("12.00")
    line.get_by_role("button", name="Take over the new prices").click()
    expect(line.locator(".sum b")).to_have_text("13.50")

    look_for_the_doll(till, "products")
    page.get_by_role("link", name=re.compile(DOLL)).click()
    page.get_by_role("button", name="Take it out of the offer").click()
    expect(page).to_have_url(PRODUCTS)
    till.go("cart")
    expect(line).to_contain_text("No longer offered")
    page.get_by_role("button", name="Empty the cart").first.click()
    look_for_the_doll(till, "sell")
    expect(page.get_by_text("Nothing is called")).to_be_visible()
