"""A till that belongs to no hub and has no printer: it promises nothing that it cannot keep, and says what it can."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.audit import broken_rules, expect_to_fit, small_targets
from tests.browser.chromium import PANEL, PHONE
from tests.browser.lone_till import PIN, running_lone_till

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_lone_till(tmp_path_factory.mktemp("stall")) as till:
        yield till.url


@pytest.fixture
def page(browser: Browser, stall: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": PHONE.width, "height": PHONE.height}, has_touch=True, locale="en-GB"
    )
    page = context.new_page()
    page.goto(stall)
    expect(page.get_by_role("heading", name="Type your PIN")).to_be_visible()
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    expect(page.locator("button.tile").first).to_be_visible()
    yield page
    context.close()


def go(page: Page, where: str) -> None:
    page.evaluate("where => (location.hash = `#/${where}`)", where)


def tap(page: Page, name: str | re.Pattern[str], role: str = "button") -> None:
    page.locator("body").get_by_role(role, name=name).locator("visible=true").first.tap()  # type: ignore[arg-type]


def test_the_first_sale_offers_to_name_the_float_and_promises_neither_locker_nor_hub(page: Page) -> None:
    page.locator("button.tile", has_text="Mug").tap()
    go(page, "pay")
    expect(page.get_by_role("button", name="Card")).to_be_visible()
    expect(page.get_by_role("checkbox", name=re.compile("locker"))).to_have_count(0)
    tap(page, re.compile("^Exact"))
    expect(page.locator(".saved")).to_have_text("1 sale today on this till")
    tap(page, "Enter the float", "link")
    expect(page.get_by_role("heading", name="Put money in")).to_be_visible()
    page.keyboard.type("5000")
    tap(page, re.compile("^Put in"))
    expect(page.locator("#main")).to_contain_text("€74.00 should be in the drawer.")


def test_a_copy_without_a_printer_is_answered_with_words_and_the_way_to_the_printers(page: Page) -> None:
    page.locator("button.tile", has_text="Mug").tap()
    go(page, "pay")
    tap(page, re.compile("^Exact"))
    tap(page, "Print a copy")
    notice = page.locator(".notice")
    expect(notice).to_contain_text("This till has no printer.")
    assert broken_rules(page) == []
    notice.get_by_role("button", name="Printers").tap()
    expect(page.get_by_role("heading", name="No printer yet")).to_be_visible()


def test_a_part_is_paid_in_cash_and_the_rest_by_card_and_a_refund_of_it_goes_out_as_a_file(
    page: Page,
) -> None:
    page.locator("button.tile", has_text="Mug").tap()
    go(page, "pay")
    expect(page.get_by_role("button", name="Card")).to_be_visible()
    page.keyboard.type("1000")
    tap(page, "Take €10.00 in cash, the rest another way")
    keys = page.get_by_role("button", name="00", exact=True).bounding_box()
    foot = page.locator(".shell-foot").bounding_box()
    assert keys is not None
    assert foot is not None
    assert keys["y"] + keys["height"] <= foot["y"], "all keys lie above the main button"
    tap(page, "Card")
    tap(page, re.compile(r"€14\.00"))
    expect(page.locator(".paper")).to_contain_text("Cash10.00")
    number = page.locator(".paper header b").inner_text()

    go(page, f"refund/{number}")
    tap(page, "Everything")
    tap(page, "Broken")
    tap(page, re.compile("^Give"))
    expect(page.get_by_text("Given back", exact=True).first).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0
    pdf = page.get_by_role("link", name="Open as PDF").get_attribute("href")
    assert page.request.get(f"{page.url.split('/#')[0]}{pdf}").body().startswith(b"%PDF")


def test_the_plan_that_is_not_there_yet_says_what_brings_it_about(page: Page) -> None:
    for where in ("make", "forecast/mug"):
        go(page, where)
        expect(page.get_by_role("link", name="Plan a market day")).to_be_visible()
        expect(page.get_by_role("link", name="Back")).to_be_visible()
        expect(page.get_by_role("link", name="Close the day")).to_be_visible()
        expect_to_fit(page)


def test_the_page_for_files_names_the_columns_and_gives_one_to_fill_in(page: Page) -> None:
    go(page, "import")
    with page.expect_download() as saving:
        tap(page, "Save this as a file to fill in", "link")
    content = saving.value.path().read_bytes()
    assert content.startswith("\ufeffsku,name,category,price,vat_percent".encode())
    page.get_by_label("Choose the file").set_input_files(saving.value.path())
    expect(page.get_by_text("2 new, 0 changed.")).to_be_visible()
    expect_to_fit(page)


def test_on_the_panel_an_order_for_later_is_two_taps_from_the_counter(page: Page) -> None:
    page.set_viewport_size({"width": PANEL.width, "height": PANEL.height})
    page.locator("button.tile", has_text="Mug").tap()
    tap(page, "More", "link")
    tap(page, "Order for later", "link")
    expect(page.get_by_role("button", name="Choose the day first")).to_be_disabled()
    assert small_targets(page) == []


def test_a_bundle_is_made_up_of_products_by_their_names_in_rows(page: Page) -> None:
    go(page, "products/+")
    for label, text in (
        ("Name", "Breakfast set"),
        ("Price", "40"),
        ("VAT in percent", "19"),
        ("Category", "Sets"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    tap(page, "More")
    parts = page.get_by_role("group", name="What the bundle holds")
    parts.get_by_label("Product").select_option(label="Bowl")
    tap(page, "Save")
    expect(parts.get_by_role("alert")).to_have_text("Fill in both fields of a row, or neither.")
    parts.get_by_label("How many").first.fill("2")
    parts.get_by_label("Product").nth(1).select_option(label="Mug")
    parts.get_by_label("How many").nth(1).fill("1")
    assert broken_rules(page) == []
    assert small_targets(page) == []
    tap(page, "Save")
    expect(page.locator(".notice")).to_contain_text("Breakfast set is saved.")
    tap(page, re.compile("Breakfast set"), "link")
    tap(page, "More")
    expect(parts.get_by_label("Product")).to_have_count(3)
    expect(parts.get_by_label("How many").first).to_have_value("2")
