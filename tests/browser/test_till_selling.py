"""The till's page with its till: taps, scans, receipts, words."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import DESK
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser

MUG, BOWL, SOAP = "Mug, ash glaze", "Stoneware bowl, speckled", "Soap, lavender"


def test_one_product_for_exact_cash_takes_three_taps_and_gives_a_receipt(visitors: Visitors) -> None:
    till = visitors.till()
    till.enter()
    till.tap(till.product(MUG))
    till.take_payment()
    till.take_exact()
    number = till.expect_receipt()
    paper = till.page.locator(".paper")
    assert till.taps == 3
    assert re.fullmatch(r"\w+-\d{5}", number)
    expect(till.page.get_by_role("status").filter(has_text="Paid")).to_be_visible()
    expect(paper.get_by_role("row", name=re.compile("^19")).last).to_contain_text("20.17")  # net of 24.00
    expect(paper.get_by_role("row", name=re.compile("^19")).last).to_contain_text("3.83")
    expect(paper.get_by_role("img", name="QR code with this receipt's proof")).to_be_visible()
    expect(paper.locator("code")).to_contain_text("STALLHOLDER1:")


def test_three_products_for_exact_cash_take_five_taps(visitors: Visitors) -> None:
    till = visitors.till()
    till.enter()
    till.sell(MUG, BOWL, SOAP)
    till.expect_receipt()
    assert till.taps == 5
    expect(till.page.locator(".paper .total")).to_contain_text("71.50")


def test_the_first_sign_in_takes_the_pin_and_one_key_later_ones_the_pin_alone(visitors: Visitors) -> None:
    till = visitors.till()
    till.enter()
    till.go("menu")
    till.tap(till.page.get_by_role("button", name=re.compile("^Sign out")))
    till.taps = 0
    till.type_pin(till.pin)
    expect(till.product(MUG)).to_be_visible()
    assert till.taps == 4


def test_a_wrong_pin_is_told_and_the_right_one_still_enters(visitors: Visitors) -> None:
    till = visitors.till()
    till.open()
    till.type_pin("0000" if till.pin != "0000" else "1111")
    expect(till.page.get_by_role("alert")).to_contain_text("That PIN is not known here.")
    till.sign_in()


def test_a_scanned_barcode_adds_its_product_and_an_unknown_one_is_told(visitors: Visitors) -> None:
    till = visitors.till()
    till.enter()
    till.scan("2000000001302")
    expect(till.product(MUG)).to_contain_text("1 in the cart")
    till.scan("2000000001302")
    expect(till.product(MUG)).to_contain_text("2 in the cart")
    till.scan("4006381333931")
    notices = till.page.locator(".notices")
    expect(notices).to_contain_text("No product has the code 4006381333931.")
    expect(notices).to_contain_text("Tap the product instead, or search for it by name.")
    till.scan("2000000001303")
    expect(notices).to_contain_text("The code 2000000001303 was misread.")
    expect(till.product(MUG)).to_contain_text("2 in the cart")


def test_the_notice_of_an_unknown_barcode_moves_nothing_and_goes_at_the_next_action(
    visitors: Visitors,
) -> None:
    till = visitors.till()
    till.enter()
    notice = till.page.locator(".notice")
    where = "document.querySelector('button.tile').getBoundingClientRect().top"
    before = till.page.evaluate(where)
    till.scan("4006381333931")
    expect(notice).to_be_visible()
    assert till.page.evaluate(where) == before
    till.page.get_by_role("searchbox").fill("mug")
    expect(notice).to_have_count(0)
    till.scan("4006381333931")
    expect(notice).to_be_visible()
    till.tap(till.product(MUG))
    expect(notice).to_have_count(0)
    till.scan("4006381333931")
    expect(notice).to_be_visible()
    till.take_payment()
    expect(notice).to_have_count(0)
    till.scan("4006381333931")
    expect(notice).to_contain_text("Codes are scanned on the page Sell.")
    expect(notice).to_have_count(0)  # after 8 s, by itself


def test_on_a_phone_the_payment_page_shows_all_its_keys_above_the_main_button(visitors: Visitors) -> None:
    till = visitors.till()
    till.enter()
    till.tap(till.product(MUG))
    till.take_payment()
    till.scan("4006381333931")
    expect(till.page.locator(".notice")).to_be_visible()
    last_key = till.key("0").bounding_box()
    foot = till.page.locator(".shell-foot").bounding_box()
    assert last_key is not None
    assert foot is not None
    assert last_key["y"] + last_key["height"] <= foot["y"]


def test_categories_fade_where_there_is_more_of_them_and_wrap_on_a_desk(visitors: Visitors) -> None:
    till = visitors.till()
    till.enter()
    tabs = till.page.locator(".tabs")
    expect(tabs).to_have_attribute("data-more-after", "")
    expect(tabs).not_to_have_attribute("data-more-before", "")
    tabs.evaluate("tabs => tabs.scrollTo({ left: tabs.scrollWidth })")
    expect(tabs).to_have_attribute("data-more-before", "")
    expect(tabs).not_to_have_attribute("data-more-after", "")
    desk = visitors.till(DESK)
    desk.enter()
    desk_tabs = desk.page.locator(".tabs")
    expect(desk_tabs).to_be_visible()
    assert desk_tabs.evaluate("tabs => tabs.scrollWidth <= tabs.clientWidth")
    expect(desk_tabs).not_to_have_attribute("data-more-after", "")


def test_a_scan_into_the_search_field_leaves_the_field_as_it_was(visitors: Visitors) -> None:
    till = visitors.till()
    till.enter()
    search = till.page.get_by_role("searchbox")
    search.fill("mug")
    search.focus()
    till.scan("2000000001302")
    expect(search).to_have_value("mug")
    expect(till.product(MUG)).to_contain_text("1 in the cart")


def test_a_sale_stands_in_the_list_and_the_strip_counts_it_as_far_as_the_cloud(visitors: Visitors) -> None:
    till = visitors.till()
    till.enter()
    before = till.sales_on_this_till()
    till.sell(BOWL)
    number = till.expect_receipt()
    strip = till.page.locator(".saved")
    for where in ("today on this till", "at the hub", "at the cloud"):
        expect(strip).to_contain_text(re.compile(rf"(?<!\d){before + 1}( sales?)? {where}"))
    till.go("sales")
    newest = till.page.locator(".row-link").first
    expect(newest).to_contain_text(number)
    expect(newest).to_contain_text("38.00")
    expect(newest).to_contain_text("at the cloud")


def test_cash_above_the_total_shows_the_change(visitors: Visitors) -> None:
    till = visitors.till()
    till.enter()
    till.tap(till.product(MUG))
    till.take_payment()
    for digit in "5000":
        till.tap(till.key(digit))
    till.tap(till.page.get_by_role("button", name=re.compile("^Take .*50.00")))
    till.expect_receipt()
    expect(till.page.locator(".paid")).to_contain_text("26.00")


def test_digits_and_enter_still_pay_after_the_locker_was_ticked(visitors: Visitors) -> None:
    till = visitors.till(DESK)
    till.enter()
    till.tap(till.product(MUG))
    till.take_payment()
    till.page.get_by_role("checkbox", name=re.compile("Collect at the locker")).click()
    till.page.keyboard.type("5000", delay=80)
    expect(till.page.locator(".given")).to_contain_text("26.00")
    till.page.wait_for_timeout(100)  # a scanner would have typed on
    till.page.keyboard.press("Enter")
    till.expect_receipt()
    expect(till.page.locator(".pickup-code")).to_be_visible()
    expect(till.page.locator(".paid")).to_contain_text("26.00")


def test_a_keyboard_alone_sells(visitors: Visitors) -> None:
    till = visitors.till(DESK)
    till.open()
    expect(till.page.get_by_role("heading", name="Type your PIN")).to_be_visible()
    till.page.keyboard.type(till.pin, delay=80)
    till.page.keyboard.press("Enter")
    expect(till.product(MUG)).to_be_visible()
    till.page.keyboard.press("/")
    till.page.keyboard.type("lavender", delay=80)
    expect(till.page.locator("button.tile")).to_have_count(1)
    till.page.keyboard.press("Enter")
    till.page.get_by_role("link", name="Take payment").press("Enter")
    till.page.get_by_role("button", name=re.compile("^Exact")).press("Enter")
    till.expect_receipt()


def test_german_is_one_tap_away_and_stays(visitors: Visitors) -> None:
    till = visitors.till()
    till.enter()
    till.go("menu")
    till.tap(till.page.get_by_role("button", name="Deutsch"))
    expect(till.page.get_by_role("link", name="Verkaufen", exact=True)).to_be_visible()
    assert till.page.evaluate("document.documentElement.lang") == "de"
    till.page.reload()
    expect(till.page.get_by_role("link", name="Verkaufen", exact=True)).to_be_visible()


def test_day_and_night_are_one_tap_apart_and_the_choice_stays(visitors: Visitors) -> None:
    till = visitors.till()
    till.enter()
    paper = "getComputedStyle(document.body).backgroundColor"
    by_day = till.page.evaluate(paper)
    till.tap(till.page.get_by_role("button", name="Night colours"))
    expect(till.page.locator("html")).to_have_attribute("data-theme", "night")
    assert till.page.evaluate(paper) != by_day
    till.page.reload()
    expect(till.page.locator("html")).to_have_attribute("data-theme", "night")


def test_the_page_follows_the_night_of_the_device(visitors: Visitors) -> None:
    till = visitors.till(night=True)
    till.open()
    expect(till.page.locator("html")).to_have_attribute("data-theme", "night")
