"""Market days and what goes on around the stall, from one phone: planned, dropped, noted, read from a file, taken away."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.audit import broken_rules
from tests.browser.chromium import PHONE
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser

SYNCED_MS = 20_000
BOWL, SPOON = "Turned bowl, walnut", "Oak spoon"


def test_a_stall_plans_its_days_and_notes_what_goes_on(visitors: Visitors) -> None:
    till = visitors.till(PHONE)
    page = till.page
    till.enter()
    till.go("menu")
    page.get_by_role("link", name="Market days").tap()
    day = page.locator(".weeks button[aria-pressed='false']").last.get_attribute("value")
    cell = page.locator(f".weeks button[value='{day}']")
    till.tap(cell)
    expect(cell).to_have_attribute("aria-pressed", "true")
    page.locator(f"a[href='#/market/{day}']").tap()
    page.get_by_label("Place").fill("Night market")
    page.get_by_label("Opens").fill("17:00")
    page.get_by_label("Closes").fill("00:30")
    page.get_by_label("Visitors expected").fill("900")
    assert broken_rules(page) == []
    page.get_by_role("button", name="Keep").first.tap()
    row = page.locator(f"a[href='#/market/{day}']")
    expect(row).to_contain_text("Night market")
    expect(row).to_contain_text("900 visitors")
    assert broken_rules(page) == []
    till.tap(cell)
    expect(row).to_have_count(0)
    page.locator(".notices").get_by_role("button", name="Undo").tap()
    expect(row).to_contain_text("Night market")
    till.tap(cell)
    expect(cell).to_have_attribute("aria-pressed", "false")
    usual = page.locator("summary", has_text="Usual days")
    till.tap(usual)
    page.get_by_label("Opens").fill("08:30")
    assert broken_rules(page) == []
    till.tap(page.get_by_role("button", name="Keep"))
    expect(page.locator(".notices")).to_contain_text("The plan goes by it")
    expect(usual).to_contain_text("08:30")

    till.go("signals")
    expect(page.get_by_text("Nothing noted")).to_be_visible()
    page.get_by_role("link", name="Note something").first.tap()
    page.get_by_role("button", name=re.compile("^Social media")).tap()
    expect(page.get_by_role("button", name="Note it").first).to_be_disabled()
    page.get_by_role("button", name="far more").tap()
    page.get_by_role("button", name="Weekend").tap()
    page.get_by_role("button", name="One product").tap()
    page.get_by_role("searchbox", name="Find a product").fill("walnut bowl")
    page.get_by_role("button", name=BOWL).tap()
    page.locator("summary", has_text="Goes with").tap()
    page.get_by_role("searchbox", name="Find what goes with it").fill("oak spoon")
    link = page.get_by_role("group", name="Goes with").get_by_role("button", name=SPOON)
    till.tap(link)
    expect(link).to_have_attribute("aria-pressed", "true")
    expect(page.locator("summary", has_text="Goes with")).to_contain_text(SPOON)
    page.get_by_label("Where from, if you like").fill("Reel")
    assert broken_rules(page) == []
    page.get_by_role("button", name="Note it").first.tap()
    noted = page.locator(".signals li", has_text="Reel")
    expect(noted).to_contain_text(BOWL)
    expect(noted).to_contain_text("+20%")
    expect(noted).to_contain_text("A careful guess")
    expect(noted).to_contain_text("Counts until")
    assert broken_rules(page) == []

    page.get_by_role("link", name="From a file").tap()
    rows = (
        f"kind,from,strength,about\nweather,{day},-2,\nraining,{day},1,\nsms,{day},1,product: nothing-such\n"
    )
    page.get_by_label("Choose the file").set_input_files(
        {"name": "signals.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    expect(page.locator("p.say[role='status']")).to_contain_text("1 row can be taken.")
    expect(page.get_by_text("“raining” is no kind")).to_be_visible()
    expect(page.get_by_text("no product has the number “nothing-such”")).to_be_visible()
    assert broken_rules(page) == []
    page.get_by_role("button", name="Take 1 row").first.tap()
    expect(page.locator(".signals li", has_text="Weather")).to_contain_text("bad")

    dashboard = visitors.dashboard()
    dashboard.enter()
    ahead = dashboard.page.locator("#market")
    expect(ahead.locator("li", has_text="Social media")).to_contain_text(BOWL, timeout=SYNCED_MS)
    expect(ahead.locator("li", has_text="Weather")).to_contain_text("bad", timeout=SYNCED_MS)
    expect(ahead.locator("li", has_text="does not sell").first).to_contain_text("Harbour")
    assert broken_rules(dashboard.page) == []

    for what in ("Weather", "Social media"):
        page.get_by_role("button", name=re.compile(f"^Take it away: {what}")).tap()
        expect(page.locator(".signals li", has_text=what)).to_have_count(0)
    expect(page.get_by_text("Nothing noted")).to_be_visible()
    expect(ahead.locator("li", has_text="Social media")).to_have_count(0, timeout=SYNCED_MS)
