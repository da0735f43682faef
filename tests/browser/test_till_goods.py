"""Products with more to them, and a catalogue file that is looked at before it counts."""

import os
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.audit import broken_rules
from tests.browser.chromium import PANEL, PHONE, phone_with_memory
from tests.browser.pages import TillPage
from tests.browser.visitors import Visitors
from tests.deployment import RunningDeployment

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
    prices, options = (page.get_by_role("group", name=name) for name in ("Price lists", "Size, colour"))
    expect(prices.get_by_label("For whom").first).to_have_value("members")
    expect(prices.get_by_label("Price").first).to_have_value("39.00")
    page.get_by_label("Family").fill("Früchtetee")
    options.get_by_label("What it is").first.fill("packed")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Fill in both fields of a row")
    picture(page, "more")
    options.get_by_label("Which").first.fill("loose")
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


TURN_RIGHT = 6  # EXIF's orientation of a picture taken with the phone upright
KEPT = "caches.open('photos').then((cache) => cache.keys()).then((kept) => kept.map(({ url }) => new URL(url).pathname))"
DOTS = """([place, x, y]) => {
  const image = document.querySelector(place);
  const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  return [...pen.getImageData(x * canvas.width, y * canvas.height, 1, 1).data].slice(0, 3).concat(canvas.width, canvas.height);
}"""


def photo_from_a_phone(path: Path) -> Path:
    """Left half red, right half blue as the sensor saw it; held upright, so red belongs on top."""
    picture = Image.effect_noise((1600, 1200), 30).convert("RGB")
    picture.paste((200, 30, 30), (0, 0, 800, 1200))
    picture.paste((30, 30, 200), (800, 0, 1600, 1200))
    exif = Image.Exif()
    exif[0x0112] = TURN_RIGHT
    picture.save(path, exif=exif)
    return path


def dots(page: Page, place: str, x: float, y: float) -> list[int]:
    """Colour at a place of a picture on the page, and the picture's own size."""
    expect(page.locator(place)).to_have_js_property("complete", value=True)
    page.locator(place).evaluate("(image) => image.decode()")
    return page.evaluate(DOTS, [place, x, y])


def test_a_photo_is_taken_upright_shown_on_the_tile_and_still_there_without_the_till(
    browser: Browser, deployment: RunningDeployment, visitors: Visitors, tmp_path: Path
) -> None:
    with phone_with_memory(browser, tmp_path / "phone") as phone:
        till = visitors.till_in(phone)
        page = till.page
        till.enter()
        till.go("products", "mug-ash")
        words = tmp_path / "words.txt"
        words.write_text("no picture")
        page.get_by_label("Choose a photo").set_input_files(words)
        expect(page.get_by_role("alert")).to_contain_text("cannot open the picture")
        page.get_by_label("Choose a photo").set_input_files(photo_from_a_phone(tmp_path / "mug.jpg"))
        red, _, blue, *size = dots(page, ".photo-field img", 0.5, 0.1)
        assert (red > 150, blue < 100, size) == (True, True, [480, 480])
        shown = page.locator(".photo-field img").get_attribute("src")
        page.get_by_role("button", name="Turn it").click()
        expect(page.locator(".photo-field img")).not_to_have_attribute("src", shown or "")
        red, _, blue, *_ = dots(page, ".photo-field img", 0.9, 0.5)
        assert (red > 150, blue < 100) == (True, True)
        picture(page, "product-photo")
        page.get_by_role("button", name="Save").click()
        expect(page).to_have_url(re.compile("#/products$"))

        till.go("sell")
        tile = till.product("Mug, ash glaze").locator("img")
        expect(tile).to_be_visible()
        address = tile.get_attribute("src")
        answer = page.request.get(page.evaluate("(path) => location.origin + path", address))
        assert len(answer.body()) <= 40_000
        page.wait_for_function(f"(path) => {KEPT}.then((kept) => kept.includes(path))", arg=address)
        with visitors.watch_of(page).somebody_away():
            with deployment.unplugged("till"):
                page.reload()
                expect(tile).to_be_visible()
                red, *_ = dots(page, ".tile img", 0.9, 0.5)
                assert red > 150
                picture(page, "tile-offline")
            till.open()
        till.go("products", "mug-ash")
        page.get_by_role("button", name="No photo").click()
        page.get_by_role("button", name="Save").click()
        expect(page).to_have_url(re.compile("#/products$"))
        till.go("sell")
        expect(tile).to_have_count(0)
        page.wait_for_function(f"() => {KEPT}.then((kept) => kept.length === 0)")


def stock_of(page: Page, *names: str) -> list[int]:
    rows = page.evaluate("fetch('/api/stock').then((answer) => answer.json())")["products"]
    there = {row["name"]: row["stock_milli"] for row in rows}
    return [there[name] for name in names]


def fill_sheet(till: TillPage, screen: str, rows: dict[str, str]) -> None:
    till.go(screen)
    for name, pieces in rows.items():
        till.page.get_by_role("textbox", name=name).fill(pieces)
    till.page.get_by_role("button", name=f"Look at {len(rows)} product").click()


def test_goods_go_bad_are_sent_and_arrive_and_what_was_wrong_is_taken_back_once(visitors: Visitors) -> None:
    till = visitors.till(PANEL)
    page = till.page
    till.enter()
    goods = ("Linen apron", "Linen scarf")
    rows = dict(zip(goods, ("2", "1.5"), strict=True))
    before = stock_of(page, *goods)
    till.go("receive")
    scarf = page.evaluate("fetch('/api/products').then((answer) => answer.json())")["products"]
    code = next(one["barcode"] for one in scarf if one["name"] == "Linen scarf")
    expect(page.get_by_role("textbox", name="Linen scarf")).to_be_visible()  # from here on it hears scans
    for pieces in ("1", "2"):
        till.scan(code)
        expect(page.get_by_role("textbox", name="Linen scarf")).to_have_value(pieces)
    expect(page.get_by_role("textbox")).to_have_count(
        1
    )  # the others step back; the search field is a searchbox
    page.get_by_role("button", name="Look at 1 product").click()
    page.get_by_role("button", name="Throw the sheet away").click()

    fill_sheet(till, "waste", rows)
    expect(page.get_by_role("status").filter(has_text="2 products are taken out. Why?")).to_be_visible()
    page.get_by_role("button", name="Own use").click()
    notices = page.locator(".notices")
    expect(notices).to_contain_text("2 products are taken out.")
    assert stock_of(page, *goods) == [before[0] - 2_000, before[1] - 1_500]
    notices.get_by_role("button", name="Undo").click()
    expect(notices).to_contain_text("2 products are as they were before.")
    assert stock_of(page, *goods) == before

    fill_sheet(till, "send", rows)
    page.get_by_role("button", name="Send them").click()
    expect(page.get_by_role("alert")).to_contain_text("Say which stall or hub it is.")
    page.get_by_label("Where to?").fill("Old Town")
    page.get_by_role("button", name="Send them").click()
    sent = page.locator(".diary li", has_text="Sent to Old Town")
    number = sent.locator(".transfer").inner_text()
    assert stock_of(page, *goods) == [before[0] - 2_000, before[1] - 1_500]

    fill_sheet(till, "arrive", rows)
    page.get_by_role("button", name="Old Town").click()
    page.get_by_label("Transfer number").fill(number.lower())
    page.get_by_role("button", name="Book them in").click()
    expect(notices).to_contain_text("2 products have arrived.")
    assert stock_of(page, *goods) == before
    till.go("diary")
    arrived = page.locator(".diary li", has_text="Arrived from Old Town").first
    expect(arrived.locator(".transfer")).to_have_text(number)
    arrived.get_by_text("2 products").click()
    expect(arrived.get_by_role("listitem")).to_have_text(["Linen apron+2", "Linen scarf+1.5"])
    picture(page, "diary")
    dashboard = visitors.dashboard()
    dashboard.enter()
    between = dashboard.page.locator("#transfers li", has_text=number)
    expect(between).to_contain_text("arrived")
    assert broken_rules(dashboard.page) == []
    picture(dashboard.page, "transfers")
    arrived.get_by_role("button", name="Undo").click()
    expect(between).to_contain_text("under way")
    taken_back = page.locator(".diary li.undone", has_text="Arrived from Old Town")
    expect(taken_back).to_contain_text("Taken back by")
    expect(taken_back.get_by_role("button")).to_have_count(0)
    assert stock_of(page, *goods) == [before[0] - 2_000, before[1] - 1_500]

    till.go("stock", "mug-ash")
    till.tap(till.key("3"))
    page.get_by_role("button", name="Broken, spoiled, given away").click()
    page.get_by_role("button", name="Given away").click()
    expect(page).to_have_url(re.compile("#/stock$"))
    till.go("diary")
    expect(page.locator(".diary li").first).to_contain_text("Given away")


UNTIDY = "sku,name,category,price,vat_percent\nsalt-a,Crème Salée,Pantry,4,7\nsalt-b,creme salee,Pantry,4,7\nwrap,Wrap,Gifts,0,19\n"


def test_what_is_not_in_order_is_told_and_mended_in_one_place(visitors: Visitors, tmp_path: Path) -> None:
    till = visitors.till(PHONE)
    page = till.page
    till.enter()
    till.go("import")
    file = tmp_path / "untidy.csv"
    file.write_text(UNTIDY)
    page.get_by_label("Choose the file").set_input_files(file)
    page.get_by_role("button", name="Take over 3").click()
    expect(page).to_have_url(re.compile("#/products$"))
    till.go("menu")
    page.get_by_role("link", name=re.compile(r"Tidy up\s*\d+ to look at")).click()
    expect(page.get_by_role("heading", name="1 product costs nothing")).to_be_visible()
    price = page.get_by_label("Price: Wrap")
    price.fill("nothing")
    price.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Type a price")
    price.fill("0.50")
    price.press("Enter")
    expect(page.get_by_role("heading", name="1 product costs nothing")).to_have_count(0)
    twice = page.get_by_role("heading", name="1 name is there several times")
    page.get_by_role("button", name=re.compile("Take it out of the offer.*creme salee")).click()
    expect(twice).to_have_count(0)
    page.locator(".notices").get_by_role("button", name="Undo").click()
    expect(twice).to_be_visible()
    page.get_by_label("Name: creme salee").fill("Salted caramel")
    page.get_by_label("Name: creme salee").press("Enter")
    expect(twice).to_have_count(0)
    page.get_by_role("button", name=re.compile(r"^Make all \d+ barcodes")).click()
    expect(page.get_by_role("heading", name=re.compile("no barcode"))).to_have_count(0)
    picture(page, "tidy")
