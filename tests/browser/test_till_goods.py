"""Products with more to them, and a catalogue file that is looked at before it counts."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import PHONE
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser

FILE = (
    "sku;name;category;price;vat_percent;unit;weighed;stock;price:members\r\n"
    "tea-loose;Früchtetee, lose;Tea;42,50;7;kg;ja;3,5;39\r\nbroken;Broken;Tea;dear;7;;;;\r\n"
)


def picture(page: object, name: str) -> None:
    folder = os.environ.get("GOODS_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)  # type: ignore[attr-defined]


def test_a_file_is_looked_at_taken_over_and_one_of_its_products_gets_a_family(
    visitors: Visitors, tmp_path: Path
) -> None:
    till = visitors.till(PHONE)
    page = till.page
    till.enter()
    till.go("import")
    file = tmp_path / "products.csv"
    file.write_bytes(FILE.encode("cp1252"))
    page.get_by_label("Choose the file").set_input_files(file)
    expect(page.get_by_role("status").filter(has_text="1 new, 0 changed.")).to_be_visible()
    expect(page.get_by_text("1 row cannot be taken")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Row 3: the price “dear”"))).to_be_visible()
    picture(page, "import")
    page.get_by_role("button", name="Take over 1").click()
    expect(page).to_have_url(re.compile("#/products$"))
    page.get_by_role("searchbox").fill("früchtetee")
    page.get_by_role("link", name=re.compile("Früchtetee")).click()
    page.get_by_role("button", name="More").click()
    expect(page.get_by_label("Sold by weight")).to_be_checked()
    expect(page.get_by_label("Price lists")).to_have_value("members=39.00")
    page.get_by_label("Family").fill("Früchtetee")
    page.get_by_label("Size, colour").fill("packed")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("does not read like the example")
    picture(page, "more")
    page.get_by_label("Size, colour").fill("packed=loose")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("#/products$"))
    kept = page.evaluate("fetch('/api/products').then((answer) => answer.json())")["products"]
    tea = next(product for product in kept if product["sku"] == "tea-loose")
    assert (tea["family"], tea["options"]) == ("Früchtetee", [{"name": "packed", "value": "loose"}])
    assert tea["stock_milli"] == 3_500


def test_a_stock_take_survives_a_reload_shows_its_differences_and_is_booked(visitors: Visitors) -> None:
    till = visitors.till(PHONE)
    page = till.page
    till.enter()
    till.go("stock")
    page.get_by_role("link", name="Stock-take").click()
    stock = page.evaluate("fetch('/api/stock').then((answer) => answer.json())")["products"]
    short, right = stock[0], stock[1]
    page.get_by_role("textbox", name=short["name"]).fill("999")
    page.get_by_role("textbox", name=right["name"]).fill(str(max(right["stock_milli"], 0) / 1000))
    page.get_by_label("Show what should be there").check()
    expect(page.get_by_role("button", name="Look at 2 products")).to_be_enabled()
    picture(page, "sheet")
    page.reload()
    page.get_by_role("button", name="Look at 2 products").click()
    expect(page.get_by_role("status").filter(has_text="1 product differs.")).to_be_visible()
    picture(page, "differences")
    page.get_by_role("button", name="Book the differences").click()
    expect(page.locator(".notices")).to_contain_text("1 product was put right")
    now = page.evaluate("(sku) => fetch(`/api/stock/${sku}`).then((answer) => answer.json())", short["sku"])
    assert now["stock_milli"] == 999_000
