"""Paper at the till's own pages: a printer is set up, prints, has no paper, and a customer takes the receipt on the phone."""

import re

import pytest
from playwright.sync_api import expect

from device.sim.escpos_printer import Fault
from tests.browser.audit import broken_rules
from tests.browser.chromium import PANEL
from tests.browser.printer_stand import printer_stand
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser

APRON = "Linen apron"


def test_a_printer_is_set_up_prints_a_copy_and_says_what_it_needs(visitors: Visitors) -> None:
    till = visitors.till(PANEL)
    page = till.page
    with printer_stand() as stand:
        till.enter()
        till.go("menu")
        page.locator("#main").get_by_role("link", name="Printers").click()
        page.get_by_role("link", name="Add a printer").first.click()
        page.get_by_label("Name").fill("Counter")
        page.get_by_label("Address").fill("nowhere at all")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("no address of that kind")
        page.get_by_label("Address").fill(stand.address)
        page.get_by_role("button", name="Save").click()
        card = page.locator("li.card", has_text="Counter")
        expect(card).to_contain_text("Ready")

        till.sell(APRON)
        till.expect_receipt()
        page.get_by_role("button", name="Print a copy").click()
        expect(page.locator(".notices")).to_contain_text("on its way to the printer")
        page.get_by_role("button", name=re.compile("on the customer's phone")).click()
        expect(page.locator(".receipt-out [role=status]")).to_be_visible()
        till.go("printers")
        expect(page.locator(".print-row", has_text="Copy")).to_contain_text("Printed")
        assert len(stand.printer.papers) == 2

        stand.printer.fault = Fault.PAPER_OUT
        page.get_by_role("button", name="Ask again").click()
        expect(card).to_contain_text("Put in a new roll")
        stand.printer.fault = None
        page.get_by_role("link", name="Change").click()
        page.get_by_role("button", name="Remove this printer").click()
        expect(page.get_by_text("No printer yet")).to_be_visible()


def test_a_customer_display_follows_the_cart_and_says_thanks(visitors: Visitors) -> None:
    till = visitors.till(PANEL)
    page = till.page
    till.enter()
    till.go("display")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open it here").click()
    display = opened.value
    expect(display.get_by_text("Welcome")).to_be_visible()
    till.go("sell")
    for _ in range(2):
        till.tap(till.product(APRON))
    expect(display.locator(".goods li")).to_contain_text(re.compile("2.{3}Linen apron"))
    expect(display.locator("footer")).to_contain_text("76.00")
    till.go("pay")
    for digit in "10000":
        till.tap(till.key(digit))
    till.tap(page.get_by_role("button", name=re.compile("^Take .*100.00")))
    till.expect_receipt()
    expect(display.get_by_text("Thank you")).to_be_visible()
    expect(display.locator("main")).to_contain_text("24.00")
    assert broken_rules(display) == []
