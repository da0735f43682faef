"""Giving back from a receipt's code in three taps, and a day from its float to its closing, at the till's own pages."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.audit import broken_rules, small_targets
from tests.browser.chromium import PANEL, PHONE
from tests.browser.pages import TillPage
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser

MUG, BOWL = "Mug, ash glaze", "Stoneware bowl, speckled"


def test_a_receipts_code_leads_to_a_refund_in_three_taps_and_never_to_a_second_one(
    visitors: Visitors,
) -> None:
    till = visitors.till(PHONE)
    page = till.page
    till.enter()
    till.sell(MUG, BOWL)
    number = till.expect_receipt()
    proof = page.locator(".paper code").text_content() or ""
    till.go("sell")
    till.taps = 0
    till.scan(proof)
    expect(page.get_by_role("heading", name=number)).to_be_visible()
    line = page.locator(".cart-lines li", has_text=MUG)
    till.tap(line.get_by_role("button", name="One more"))
    till.tap(page.get_by_role("button", name="Broken"))
    till.tap(page.get_by_role("button", name="Give back €24.00 in cash"))
    expect(page.get_by_role("status").filter(has_text="Given back")).to_be_visible()
    assert till.taps == 3
    paper = page.locator(".paper")
    expect(paper).to_contain_text(f"For receipt {number}")
    expect(paper).to_contain_text("not sold again")
    expect(paper.get_by_role("row", name=re.compile("^19"))).to_contain_text("3.83")

    till.go("refund", number)
    expect(page.get_by_text("€24.00 was given back for this receipt already.")).to_be_visible()
    expect(line).to_have_count(0)
    till.go("sales")
    expect(page.locator(".row-link", has_text="Refund").first).to_contain_text("-24.00")

    till.go("refund")
    page.get_by_label("Or type the receipt's number").fill("99999")
    page.get_by_role("button", name="Find the receipt").tap()
    expect(page.get_by_role("alert")).to_contain_text("no sale with the receipt")
    till.go("refund", "zzzzzz-00007")
    expect(page.get_by_text("This receipt is from another till")).to_be_visible()
    page.get_by_label("Find a product").fill("mug")
    till.tap(line.get_by_role("button", name="One more"))
    expect(page.get_by_role("button", name="Choose why").last).to_be_visible()
    assert [*broken_rules(page), *small_targets(page)] == []


def test_a_day_is_closed_counted_and_opened_again_and_its_report_is_found(visitors: Visitors) -> None:
    till = visitors.till(PANEL)
    page = till.page
    till.enter()
    till.sell(MUG)
    till.expect_receipt()
    close_with(till, stays="30.00")
    expect(page.locator(".receipt-now")).to_contain_text("It fits to the cent.")
    till.go("cash")
    expect(page.get_by_text("At the last closing €30.00 stayed in the drawer.")).to_be_visible()
    page.get_by_role("button", name="Count notes and coins").tap()
    for _ in range(2):
        page.get_by_role("button", name=re.compile("One more.*€10.00")).tap()
    page.get_by_role("button", name="Open with €20.00").tap()
    expect(page.get_by_text("€20.00 should be in the drawer.")).to_be_visible()
    page.get_by_role("link", name="Take money out").tap()
    for digit in "500":
        till.key(digit).tap()
    page.get_by_role("button", name="Take out €5.00").last.tap()
    expect(page.get_by_text("€15.00 should be in the drawer.").first).to_be_visible()
    till.sell(MUG)
    till.expect_receipt()
    till.go("closings", "now")
    expect(page.locator(".report")).to_contain_text("The day so far")
    till.go("close")
    page.get_by_label("Cash counted").fill("37,50")
    expect(page.get_by_text("€1.50 are missing.")).to_be_visible()
    page.get_by_role("button", name="Close with €37.50").last.tap()
    expect(page.locator(".receipt-now")).to_contain_text("€1.50 are missing.")
    report = page.locator(".report")
    title = report.get_by_role("heading", name=re.compile("^Closing ")).inner_text()
    till.go("closings")
    page.get_by_role("link", name=re.compile(title)).tap()
    expect(report).to_contain_text("Cash counted")
    expect(report.get_by_role("row", name=re.compile("^Mug, ash glaze"))).to_contain_text("24.00")
    assert [*broken_rules(page), *small_targets(page)] == []
    till.sell(MUG)  # the next day begins by itself
    till.expect_receipt()


def close_with(till: TillPage, *, stays: str) -> None:
    """Close the day with just what should be in the drawer."""
    page = till.page
    till.go("close")
    expected = page.locator(".sums dd").first
    expect(expected).to_have_text(re.compile("€"))
    page.get_by_label("Cash counted").fill(expected.inner_text().removeprefix("€"))
    page.get_by_label("Stays in the drawer for next time").fill(stays)
    page.get_by_role("button", name=re.compile("^Close with")).last.tap()
    expect(page.get_by_role("heading", name="The day is closed.")).to_be_visible()
