"""From a material to a recipe, to what a plan needs, to what was really used: as a maker does it on a phone."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.audit import expect_to_fit
from tests.browser.chromium import PHONE, new_visitor
from tests.browser.pages import TillPage
from tests.till_of_weeks import PIN

pytestmark = pytest.mark.browser


def test_materials_follow_what_is_planned_made_and_counted(browser: Browser, till_of_weeks: str) -> None:
    context = new_visitor(browser, PHONE)
    till = TillPage(context.new_page(), till_of_weeks, PIN)
    page = till.page
    till.enter()
    till.go("materials")
    expect(page.get_by_text("No materials yet")).to_be_visible()
    till.tap(page.get_by_role("link", name="Add a material"))
    page.get_by_label("Name").fill("Clay")
    page.get_by_label("Cost of 1 kg").fill("2.50")
    page.get_by_label("A pack has (kg)").fill("10")
    expect_to_fit(page)
    till.tap(page.get_by_role("button", name="Keep"))
    expect(page.get_by_role("heading", name="Clay")).to_be_visible()
    till.go("recipe", "bowl")
    till.tap(page.get_by_role("button", name="Clay"))
    page.get_by_label("Pieces from one run").fill("10")
    page.get_by_label("Clay (kg)").fill("8,5")
    expect_to_fit(page)
    till.tap(page.get_by_role("button", name="Keep"))
    expect(page.locator("#main")).to_contain_text(re.compile("materials of a piece cost .*2.13"))
    expect(page.locator("#main")).to_contain_text("enough for 0 pieces; Clay runs out first")
    till.go("materials")
    expect(page.locator(".say")).to_contain_text(re.compile(r"Buy \d+.kg Clay"))
    expect(page.locator(".row-link")).to_contain_text(re.compile("missing: order"))
    expect_to_fit(page)
    till.tap(page.locator(".row-link"))
    _move(till, "50", "Came in")
    expect(page.locator(".say")).to_contain_text(re.compile("50.kg there"))
    _receive_bowls(till, 20)
    till.go("materials")
    expect(page.locator(".row-link .sum")).to_have_text(re.compile("33.kg"))
    till.tap(page.locator(".row-link"))
    _move(till, "31", "Counted")
    expect(page.locator("#main")).to_contain_text(
        "4 % more Clay is used than the recipes say. Known from 1 count"
    )
    expect(page.get_by_role("link", name="Stoneware bowl")).to_be_visible()
    expect_to_fit(page)
    context.close()


def _move(till: TillPage, amount: str, what: str) -> None:
    till.page.get_by_label("How much, in kg").fill(amount)
    till.tap(till.page.get_by_role("button", name=what))
    expect(till.page.locator(".notices")).to_contain_text("there now")
    till.tap(till.page.locator(".notices").get_by_role("button", name="OK"))


def _receive_bowls(till: TillPage, pieces: int) -> None:
    till.go("stock", "bowl")
    for digit in str(pieces):
        till.tap(till.key(digit))
    till.tap(till.page.get_by_role("button", name="Came in"))
    expect(till.page.locator(".notices")).to_contain_text("Stoneware bowl")
