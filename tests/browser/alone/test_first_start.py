"""A fresh till on the 7-inch panel: from nothing to the first sale, with a reload in the middle."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.audit import broken_rules
from tests.browser.chromium import DESK, PANEL, PHONE, Screen

pytestmark = pytest.mark.browser

TAPS_AT_MOST = 20
PICTURES = os.environ.get("STALLHOLDER_PICTURES", "")


@pytest.fixture
def fresh_till(tmp_path: Path) -> Iterator[str]:
    environment = {
        **os.environ, "STALLHOLDER_TILL_DATA_DIR": str(tmp_path / "till"), "STALLHOLDER_TILL_PORT": "0",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "shared.cli", "till", "serve"], env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[1]
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


class Thumb:
    """Counts what is tapped and which fields are filled."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, name: str | re.Pattern[str], role: str = "button") -> None:
        self.page.locator("body").get_by_role(role, name=name).locator("visible=true").first.tap()  # type: ignore[arg-type]
        self.taps += 1

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).locator("visible=true").fill(text)
        self.taps += 1


def pictures(page: Page, name: str, back_to: Screen) -> None:
    assert broken_rules(page) == []
    for screen in (PHONE, PANEL, DESK):
        page.set_viewport_size({"width": screen.width, "height": screen.height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, screen.name)
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{screen.name}.png")
    page.set_viewport_size({"width": back_to.width, "height": back_to.height})


def test_a_fresh_till_sells_after_a_few_taps_and_a_reload_asks_nothing_twice(
    browser: Browser, fresh_till: str
) -> None:
    context = browser.new_context(
        viewport={"width": PANEL.width, "height": PANEL.height}, has_touch=True, locale="en-GB"
    )
    page = context.new_page()
    thumb = Thumb(page)
    page.goto(fresh_till)
    expect(page.get_by_role("heading", name="Set up your till")).to_be_visible()
    expect(page.get_by_label("Country", exact=True)).to_have_value(
        "GB"
    )  # where the browser's language is spoken
    page.get_by_label("Country", exact=True).select_option("AT")
    thumb.taps += 2
    pictures(page, "first-1-country", PANEL)
    thumb.tap("Next")
    thumb.fill("Name of the stall", "Harbour Pottery")
    pictures(page, "first-2-stall", PANEL)
    page.reload()
    expect(page.get_by_label("Name of the stall")).to_have_value("Harbour Pottery")
    thumb.tap("Next")
    thumb.fill("Your name", "Ada")
    thumb.fill("Your PIN, 4 to 8 digits", "4711")
    pictures(page, "first-3-person", PANEL)
    thumb.tap("Open the till")
    expect(page.get_by_role("heading", name="What do you sell?")).to_be_visible()
    expect(page.get_by_role("button", name="20%")).to_have_attribute("aria-pressed", "true")
    thumb.fill("Product", "Bowl")
    thumb.fill("Price", "18.50")
    thumb.tap("Add")
    expect(page.locator(".goods li")).to_have_text("Bowl€18.50")
    pictures(page, "first-4-products", PANEL)
    page.reload()
    expect(page.locator(".goods li")).to_have_text("Bowl€18.50")
    thumb.tap("Start selling", "link")
    page.locator("button.tile").first.tap()
    thumb.taps += 1
    thumb.tap("Take payment", "link")
    thumb.tap(re.compile("^Exact"))
    expect(page.locator("#main")).to_contain_text("Harbour Pottery")
    assert thumb.taps <= TAPS_AT_MOST, thumb.taps

    page.goto(f"{fresh_till}/welcome.html")
    expect(page).to_have_url(re.compile(r"/(#/sell|#/)?$"))
    context.close()


def test_a_browser_that_says_no_country_has_one_chosen_first(browser: Browser, fresh_till: str) -> None:
    context = browser.new_context(
        viewport={"width": PHONE.width, "height": PHONE.height}, has_touch=True, locale="en"
    )
    page = context.new_page()
    page.goto(fresh_till)
    expect(page.get_by_label("Country", exact=True)).to_have_value("")
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.get_by_label("Country", exact=True).select_option(label="Another country")
    page.get_by_label("Currency, three letters").fill("aud")
    page.get_by_role("button", name="Next").tap()
    page.get_by_label("Name of the stall").fill("Harbour Pottery")
    page.get_by_role("button", name="Next").tap()
    expect(page.get_by_text("Neither can be changed later")).to_be_visible()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Your PIN, 4 to 8 digits").fill("4711")
    page.get_by_role("button", name="Open the till").tap()
    expect(page.get_by_role("heading", name="What do you sell?")).to_be_visible()
    page.get_by_label("Product", exact=True).fill("Bowl")
    page.get_by_label("Price", exact=True).fill("dear")
    page.get_by_role("button", name="Add", exact=True).tap()
    expect(page.get_by_role("alert")).to_have_text("Type a price, such as 18.50.")
    page.get_by_label("Price", exact=True).fill("18.50")
    page.get_by_role("button", name="Add", exact=True).tap()
    page.get_by_role("link", name="Start selling").locator("visible=true").tap()
    expect(page.locator("button.tile")).to_contain_text("18.50")
    expect(page.locator("button.tile")).not_to_contain_text("sold out")
    context.close()
