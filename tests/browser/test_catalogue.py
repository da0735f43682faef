"""The maker's catalogue on the dashboard: found, changed, taken over from a file, brought back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import PHONE
from tests.browser.pages import DashboardPage
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser

WAITING = re.compile("Changes wait")
PATIENT_MS = 30_000


def add_product(dashboard: DashboardPage, sku: str, name: str, price: str) -> None:
    page = dashboard.page
    dashboard.go("catalogue", "new")
    page.get_by_label("Number").fill(sku)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Category").fill("Candles")
    page.get_by_label("Price in EUR").fill(price)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".goods")).to_contain_text(name)


def test_a_product_is_added_found_and_changed_and_an_old_version_brought_back(visitors: Visitors) -> None:
    dashboard = visitors.dashboard(PHONE)
    page = dashboard.page
    dashboard.enter()
    add_product(dashboard, "quince-waxed", "Quince, waxed", "12,50")
    expect(page.locator(".say").first).not_to_contain_text(WAITING, timeout=PATIENT_MS)
    page.get_by_role("searchbox", name="Find a product").fill("waxed quin")
    page.get_by_role("link", name="Quince, waxed").click()
    page.get_by_label("Price in EUR").fill("no price")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("The price is no amount.")
    page.get_by_label("Price in EUR").fill("13.20")
    page.get_by_role("button", name="Save").click()
    row = page.locator(".goods tr", has_text="Quince, waxed")
    expect(row).to_contain_text("13.20")
    expect(page.locator(".say").first).not_to_contain_text(WAITING, timeout=PATIENT_MS)
    page.get_by_role("link", name="Versions").click()
    newest, before = page.locator(".versions > li").first, page.locator(".versions > li").nth(1)
    newest.get_by_role("button", name="What changed").click()
    expect(newest).to_contain_text("Quince, waxed: Price €12.50 → €13.20")
    before.get_by_role("button", name="What changed").click()
    expect(before).to_contain_text("New: Quince, waxed, €12.50")
    before.get_by_role("button", name="Bring this back").click()
    expect(page.locator(".versions > li").first).to_contain_text("brought back", timeout=PATIENT_MS)
    page.get_by_role("link", name="Products").click()
    expect(page.locator(".goods tr", has_text="Quince, waxed")).to_contain_text("12.50")


def test_a_file_shows_what_it_would_change_and_which_rows_are_broken_before_anything_changes(
    visitors: Visitors,
) -> None:
    dashboard = visitors.dashboard()
    page = dashboard.page
    dashboard.enter()
    add_product(dashboard, "wick", "Wick", "1")
    dashboard.go("catalogue", "file")
    text = "sku;name;category;price;vat_percent\nwick;Wick;Candles;1,20;19\nflame;Flame;Candles;free;19\nholder;Holder;Candles;9;19\n"
    file = {"name": "goods.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("File").set_input_files(files=[{**file, "buffer": "Töpfe".encode("latin-1")}])
    expect(page.get_by_role("alert")).to_contain_text("The file is not UTF-8.")
    page.get_by_label("File").set_input_files(files=[file])
    expect(page.get_by_text("1 new, 1 changed, 0 as they are.")).to_be_visible()
    expect(page.locator(".refused")).to_contain_text("“free” is not an amount of money")
    page.get_by_role("button", name="Take over 2 products").click()
    expect(page.get_by_role("status").filter(has_text="Taken over.")).to_be_visible()
    dashboard.go("catalogue")
    expect(page.locator(".goods tr", has_text="Wick")).to_contain_text("1.20")
    expect(page.locator(".goods tr", has_text="Holder")).to_contain_text("9.00")


def test_settings_for_every_stall_are_kept(visitors: Visitors) -> None:
    dashboard = visitors.dashboard()
    page = dashboard.page
    dashboard.enter()
    dashboard.go("catalogue", "stalls", "everyone")
    page.get_by_label("Last line of receipts").fill("Thank you, see you at the market.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Last line of receipts")).to_have_value("Thank you, see you at the market.")
