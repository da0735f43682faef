"""Several people at one till, a manager's word, a cart put aside, an order with a deposit and its balance."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.audit import broken_rules, small_targets
from tests.browser.chromium import PANEL, PHONE
from tests.browser.pages import TillPage
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser


def test_a_cashier_parks_a_cart_and_asks_a_manager_for_a_large_sum(visitors: Visitors) -> None:
    till = visitors.till(PHONE)
    page = till.page
    till.enter()
    till.go("people")
    page.get_by_role("link", name="Add a person").first.tap()
    page.get_by_label("Name").fill("Ben")
    pin = str(86_420_975)[: len(till.pin)]  # as long as the one that the page knows
    page.get_by_label("PIN").fill(pin)
    page.get_by_role("button", name="Save").tap()
    expect(page.locator(".menu")).to_contain_text("Ben")

    till.go("sell")
    page.locator("button.tile").first.tap()
    till.go("switch")
    till.type_pin(pin)
    expect(page.get_by_role("link", name="Ben")).to_be_visible()
    till.go("parked")
    page.get_by_label("For whom").fill("Blue hat")
    page.get_by_role("button", name=re.compile("^Park")).tap()
    expect(page.locator(".notices")).to_contain_text("Blue hat")
    till.go("parked")
    page.get_by_role("button", name="Take up").tap()
    expect(page.locator(".cart-lines li")).to_have_count(1)
    till.go("pay")
    till.take_exact()
    till.expect_receipt()

    for way in ("in", "out"):
        till.go("cash", way)
        for digit in "30000":
            till.tap(till.key(digit))
        page.get_by_role("button", name=re.compile("300.00")).first.tap()
        if way == "in":
            expect(page).to_have_url(re.compile("#/cash$"))
    approval = page.get_by_role("region", name="A manager allows it")
    expect(approval).to_be_visible()
    for digit in till.pin:
        till.tap(approval.get_by_role("button", name=digit, exact=True))
    approval.get_by_role("button", name="Allow").tap()
    expect(page.locator(".notices")).to_contain_text("allows it")

    till.go("people")
    expect(page.get_by_role("alert")).to_contain_text("Only a manager")


def test_an_order_is_written_down_with_a_deposit_and_collected_for_the_balance(visitors: Visitors) -> None:
    till = visitors.till(PHONE)
    page = till.page
    till.enter()
    page.locator("button.tile").nth(2).tap()
    till.go("cart")
    page.get_by_role("link", name="Order for later").tap()
    page.get_by_label("To be collected on").fill("2027-01-09")
    page.get_by_label("Name").fill("Anna")
    page.get_by_text("The customer agrees").tap()
    page.get_by_role("button", name="Write the order down").tap()
    expect(page.locator(".say")).to_contain_text("still to pay")
    page.get_by_label("Deposit").fill("5.00")
    page.get_by_role("button", name="In cash", exact=True).tap()
    till.expect_receipt()
    till.go("orders")
    page.get_by_role("link", name=re.compile("Anna")).tap()
    board = _pickup_board(till, visitors)
    page.get_by_role("button", name="It is ready").tap()
    expect(page.get_by_text(re.compile(r"Number \d+ is on the pick-up board"))).to_be_visible()
    number = page.get_by_role("heading", name=re.compile(r"^Order \d")).inner_text().split()[-1]
    expect(board.locator(".ready li.new b").get_by_text(number, exact=True)).to_be_visible()
    assert broken_rules(board) + broken_rules(page) + small_targets(board) == []
    expect(page.get_by_role("listitem").filter(has_text="Paid already")).to_contain_text("5.00")
    page.get_by_role("button", name="Collected: paid on the card reader").tap()
    till.expect_receipt()
    expect(page.locator(".paper")).to_contain_text("Card")
    expect(board.locator(".ready")).to_contain_text("Nothing is ready")
    till.go("orders")
    expect(page.get_by_text("No open orders")).to_be_visible()


def test_what_is_ordered_at_a_typed_price_costs_that_price(visitors: Visitors) -> None:
    till = visitors.till(PHONE)
    page = till.page
    till.enter()
    till.go("products")
    added = page.evaluate(
        """async () => {
          const { csrf } = await (await fetch("/api/session")).json();
          const wish = { name: "Commission", category: "Art", price_minor: 100, vat_rate_bp: 1900, free_price: true };
          const headers = { "Content-Type": "application/json", "X-Stallholder-CSRF": csrf };
          return (await fetch("/api/products", { method: "POST", headers, body: JSON.stringify(wish) })).status;
        }"""
    )
    assert added == 201
    page.reload()
    till.go("sell")
    page.get_by_role("searchbox").fill("commission")
    till.tap(till.product("Commission"))
    for digit in "2000":
        till.tap(till.key(digit))
    page.get_by_role("button", name=re.compile("20.00")).first.tap()
    till.go("cart")
    page.get_by_role("link", name="Order for later").tap()
    page.get_by_label("Collected on").fill("2027-01-09")
    page.get_by_role("button", name="Write the order down").tap()
    expect(page.locator(".say")).to_contain_text("20.00")


def _pickup_board(till: TillPage, visitors: Visitors) -> Page:
    """Open the stall's board on a second screen, by the link in the menu, and come back to the order."""
    order = till.page.evaluate("location.hash")
    till.go("display")
    path = till.page.get_by_role("link", name="Open the board here").get_attribute("href")
    board = visitors.till(PANEL).page
    board.goto(f"{till.page.url.partition('#')[0].rstrip('/')}{path}")
    expect(board.get_by_role("heading", name="Ready for pick-up")).to_be_visible()
    till.page.evaluate("address => { location.hash = address; }", order)
    return board


def test_an_order_for_a_locker_gets_its_size_and_its_code(visitors: Visitors) -> None:
    till = visitors.till(PHONE)
    page = till.page
    till.enter()
    page.locator("button.tile").nth(2).tap()
    till.go("cart")
    page.get_by_role("link", name="Order for later").tap()
    page.get_by_label("To be collected on").fill("2027-01-09")
    page.get_by_role("button", name="Large locker").tap()
    expect(page.get_by_text(re.compile(r"of these (is|are) free at Dock"))).to_be_visible()
    page.get_by_role("button", name="Write the order down").tap()
    expect(page.get_by_text("Collected at Dock, Large locker")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Paid: .* give the code")).tap()
    till.expect_receipt()
    expect(page.get_by_role("heading", name="Collect at the locker")).to_be_visible()


def test_a_locked_screen_asks_for_a_pin_keeps_the_cart_and_outlives_a_reload(visitors: Visitors) -> None:
    till = visitors.till(PANEL)
    page = till.page
    till.enter()
    till.tap(till.product("Linen apron"))
    till.go("menu")
    page.get_by_role("button", name="5 minutes", exact=True).click()
    page.get_by_role("button", name="Lock now").click()
    expect(page.get_by_role("heading", name="Type your PIN")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Stay"))).to_have_count(0)
    till.go("sales")
    expect(page.get_by_role("heading", name="Type your PIN")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Type your PIN")).to_be_visible()
    till.type_pin(till.pin)
    expect(till.product("Linen apron").locator(".count")).to_contain_text("1")
    till.go("menu")
    page.get_by_role("button", name="Lock now").click()
    expect(page.get_by_role("heading", name="Type your PIN")).to_be_visible()
    with visitors.watch_of(page).somebody_away():
        page.context.set_offline(True)
        expect(till.product("Linen apron")).to_be_visible()
        for closed in ("refund", "menu", "stock"):
            till.go(closed)
            expect(page.locator(".notices")).to_contain_text("only selling is open")
            expect(till.product("Linen apron")).to_be_visible()
        till.go("cart")
        expect(page.locator(".cart-lines li")).to_have_count(1)
        page.context.set_offline(False)
        expect(page.get_by_role("heading", name="Type your PIN")).to_be_visible()


def test_who_reads_german_is_refused_in_german(visitors: Visitors) -> None:
    till = visitors.till(PHONE)
    page = till.page
    till.enter()
    page.evaluate("localStorage.setItem('language', 'de')")
    page.reload()
    page.evaluate("location.hash = '#/refund'")
    asked = page.get_by_label(re.compile("Beleg|Nummer")).first
    asked.fill("gibt-es-nicht")
    asked.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Diese Kasse hat keinen Verkauf mit dem Beleg")
