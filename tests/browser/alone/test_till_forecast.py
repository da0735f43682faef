"""One product's forecast, as a seller sees it who has sold for weeks: words, chart, and the same in figures."""

import os
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.audit import broken_rules, expect_to_fit
from tests.browser.chromium import DESK, PANEL, PHONE, new_visitor
from tests.browser.pages import TillPage
from tests.till_of_weeks import PIN

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("FORECAST_PICTURES", "")


def _looked_at(page: Page, name: str) -> None:
    """On each screen nothing sticks out to the right, by day and by night nothing breaks a rule."""
    for screen in (PHONE, PANEL, DESK):
        page.set_viewport_size({"width": screen.width, "height": screen.height})
        page.wait_for_function(
            "() => document.querySelector('.forecast-chart svg')?.clientWidth <= document.querySelector('.forecast-chart').clientWidth"
        )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, screen.name)
        for theme in ("night", "day"):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            assert broken_rules(page) == []
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/{name}-{screen.name}-{theme}.png", full_page=True)


def test_a_product_shows_what_was_told_what_came_and_what_is_likely(
    browser: Browser, till_of_weeks: str
) -> None:
    context = new_visitor(browser, PHONE)
    till = TillPage(context.new_page(), till_of_weeks, PIN)
    page = till.page
    till.enter()
    till.go("make")
    till.tap(page.get_by_role("button", name="Stoneware bowl").first)
    till.tap(page.get_by_role("link", name="Chart"))
    expect(page.locator(".say")).to_contain_text(
        re.compile(r"likely \d+, most days between \d+ and \d+\. On \d+ of the last 27 days")
    )
    expect(page.get_by_text(re.compile("days together: likely"))).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("likely"))).to_be_visible()
    expect(page.locator(".forecast-chart .cross")).to_have_count(1)
    expect(page.locator(".forecast-chart .likely")).not_to_have_count(0)
    expect(page.get_by_text("Used here: the model.")).to_be_visible()
    page.get_by_text("The same in figures").click()
    expect(page.get_by_role("cell", name=re.compile("ran out, not counted"))).to_have_count(1)
    expect(page.locator(".forecast-table tbody tr")).not_to_have_count(28)
    _looked_at(page, "bowl")
    till.go("forecast", "cup")
    expect(page.get_by_text("Not sold yet: a guess.")).to_be_visible()
    _looked_at(page, "cup")
    till.go("forecast", "zeppelin")
    expect(page.get_by_role("alert")).to_contain_text("No product zeppelin is offered here.")
    context.close()


def test_a_plan_is_changed_by_hand_taken_on_and_kept_when_the_goods_come(
    browser: Browser, till_of_weeks: str
) -> None:
    context = new_visitor(browser, PHONE)
    till = TillPage(context.new_page(), till_of_weeks, PIN)
    page = till.page
    till.enter()
    till.go("make")
    expect(page.locator(".say")).to_contain_text(re.compile(r"Make .*Quince jam"))
    jam = page.locator(".plan-line", has_text="Quince jam")
    proposed = int(jam.get_by_role("textbox").input_value())
    till.tap(jam.get_by_role("button", name="Quince jam").first)
    expect(jam).to_contain_text("would be enough 90% of the time")
    expect(jam).to_contain_text("What a piece costs is a guess")
    till.tap(jam.get_by_role("link", name="How it is made"))
    expect_to_fit(page)
    page.get_by_label("Pieces at a time").fill("6")
    page.get_by_label("Minutes for a piece").fill("10")
    till.tap(page.get_by_role("button", name="Keep"))
    in_batches = -(-proposed // 6) * 6
    expect(jam.get_by_role("textbox")).to_have_value(str(in_batches))
    till.tap(jam.locator(".stepper button").last)
    others = [int(box.input_value()) for box in page.locator(".plan-line").get_by_role("textbox").all()]
    assert in_batches + 6 in others
    expect_to_fit(page)
    till.tap(page.get_by_role("button", name=re.compile(f"Take on: {sum(others)} pieces")))
    expect(page.locator(".notices")).to_contain_text("It counts as on its way")
    taken = page.locator(".taken-line", has_text=re.compile(f"{in_batches + 6} . Quince jam"))
    expect(taken).to_contain_text("Taken on, until")
    expect(page.get_by_role("button", name=re.compile("^Take on"))).to_have_count(0)
    expect_to_fit(page)
    till.tap(taken.get_by_role("button", name="It is here"))
    expect(taken).to_have_count(0)
    page.get_by_text(re.compile("^Nothing to make of")).first.click()
    jam = page.locator(".plan-line", has_text="Quince jam")
    expect(jam).to_contain_text(f"{in_batches + 6} there")
    till.tap(page.get_by_role("button", name="A week"))
    expect(page.locator(".say")).to_contain_text(re.compile("For .*,.*,"))
    _expect_hours_to_hold_it_back(till)
    context.close()


def _expect_hours_to_hold_it_back(till: TillPage) -> None:
    page = till.page
    till.tap(page.locator(".taken-line", has_text="bowl").get_by_role("button", name="Not after all"))
    expect(page.locator(".taken-line")).to_have_count(0)
    till.go("making", "bowl")
    page.get_by_label("Minutes for a piece").fill("60")
    till.tap(page.get_by_role("button", name="Keep"))
    expect(page.locator(".say")).to_be_visible()
    till.go("workshop")
    page.get_by_label("Hours of work a day").fill("1,5")
    expect_to_fit(page)
    till.tap(page.get_by_role("button", name="Keep"))
    expect(page.locator(".notices")).to_contain_text("The plan goes by it")
    expect(page.get_by_text(re.compile(r"of the .* of work that there are"))).to_be_visible()
    expect(page.get_by_text("the hours do not reach").first).to_be_visible()
    expect_to_fit(page)
