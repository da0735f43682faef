"""Paying by card on a terminal: approved, broken off, declined, and nobody knows; what is not used is given back."""

import re
import time

import pytest
from playwright.sync_api import expect

from device.sim.zvt_terminal import Fault, Point, SimulatedTerminal
from tests.browser.audit import broken_rules
from tests.browser.chromium import PANEL, PHONE
from tests.browser.pages import TillPage
from tests.browser.terminal_stand import TerminalStand
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser

APRON = "Linen apron"
EXPIRED = 0x78


def test_a_terminal_is_set_up_and_takes_what_it_is_asked_for_once(visitors: Visitors) -> None:
    stand, till = TerminalStand(), visitors.till(PANEL)
    page = till.page
    with stand.running():
        _set_up(till, stand)
        assert broken_rules(page) == []

        till.tap(till.product(APRON))
        _pay_by_card(till)
        page.get_by_role("button", name=re.compile("Ask the terminal")).click()
        expect(page.get_by_text("holds the card to the terminal")).to_be_visible()
        assert broken_rules(page) == []
        page.get_by_role("button", name="Break off").click()
        expect(page.get_by_role("alert")).to_contain_text("broken off")

        stand.hold_card()
        page.get_by_role("button", name=re.compile("Ask the terminal")).click()
        till.expect_receipt()
        assert [booking.amount_minor for booking in stand.terminal.bookings] == [3800]

        stand.terminal.decline = EXPIRED
        till.go("sell")
        till.tap(till.product(APRON))
        _pay_by_card(till)
        page.get_by_role("button", name=re.compile("Ask the terminal")).click()
        expect(page.get_by_role("alert")).to_contain_text("The card has expired.")
        stand.terminal.decline = 0
        page.get_by_role("button", name="Taken on a separate reader").click()
        page.get_by_role("button", name=re.compile("Paid on the reader")).click()
        till.expect_receipt()
        assert len(stand.terminal.bookings) == 1
        _take_away(till)


def test_where_nobody_knows_the_till_asks_what_was_booked_and_never_charges_twice(visitors: Visitors) -> None:
    stand, till = TerminalStand(), visitors.till(PHONE)
    page = till.page
    stand.terminal.card.set()
    with stand.running():
        _set_up(till, stand)
        till.tap(till.product(APRON))
        _pay_by_card(till)
        stand.terminal.fault, stand.terminal.fault_at, stand.terminal.busy = (
            Fault.HANGS_UP,
            Point.RECEIPT,
            False,
        )
        stand.terminal.shows_last = False
        till.tap(page.get_by_role("button", name=re.compile("Ask the terminal")))
        expect(page.get_by_role("alert")).to_contain_text("Nobody knows yet")
        assert broken_rules(page) == []
        stand.terminal.shows_last = True  # now the till, which goes on asking, hears what was booked
        till.expect_receipt()
        assert stand.terminal.asked == [3800]

        till.go("sell")
        till.tap(till.product(APRON))
        _pay_by_card(till)
        till.tap(page.get_by_role("button", name=re.compile("Ask the terminal")))
        till.expect_receipt()

        till.go("sell")
        till.tap(till.product(APRON))
        _pay_by_card(till)
        page.get_by_label("Amount").fill("30.00")
        till.tap(page.get_by_role("button", name=re.compile("Ask the terminal for .*30.00")))
        expect(page.locator(".parts")).to_contain_text("30.00")
        page.reload()  # the seller walked away in the middle
        till.go("cards")
        expect(page.locator("#main")).to_contain_text("used for no sale")
        assert broken_rules(page) == []
        till.tap(page.get_by_role("button", name="Give it back on the terminal"))
        expect(page.get_by_text("Every card payment belongs to a sale")).to_be_visible()
        assert stand.terminal.booked_minor == 2 * 3800
        _take_away(till)


def test_a_card_gets_its_money_back_on_the_terminal_once_whatever_breaks_off(visitors: Visitors) -> None:
    stand, till = TerminalStand(), visitors.till(PHONE)
    page, terminal = till.page, stand.terminal
    terminal.card.set()
    with stand.running():
        _set_up(till, stand)
        number = _sold_by_card(till)
        _choose_to_give_back(till, number)
        expect(page.get_by_text("The terminal undoes the payment.")).to_be_visible()
        assert broken_rules(page) == []
        terminal.fault, terminal.fault_at, terminal.shows_last = Fault.HANGS_UP, Point.RESULT, False
        till.tap(page.get_by_role("button", name=re.compile("^Back to the card")))
        expect(page.get_by_role("alert")).to_contain_text("went back to the card")
        assert broken_rules(page) == []
        till.tap(page.get_by_role("button", name="It went back"))
        expect(page.locator(".paid")).to_contain_text("Given back")
        assert (terminal.booked_minor, terminal.refunds_asked) == (0, [3800])

        number = _sold_by_card(till)
        terminal.bookings[-1].receipt_number = 77  # as after the terminal's end of day
        _choose_to_give_back(till, number)
        till.tap(page.get_by_role("button", name=re.compile("^Back to the card")))
        expect(page.get_by_role("alert")).to_contain_text("cannot undo")
        till.tap(page.get_by_role("button", name="Back", exact=True))
        expect(page.get_by_text("holds the card to the terminal again")).to_be_visible()
        page.evaluate(
            """() => {
              const real = window.fetch;
              window.fetch = (url, more) => (String(url).endsWith("/api/refunds") ? new Promise(() => {}) : real(url, more));
            }"""
        )
        till.tap(page.get_by_role("button", name=re.compile("^Back to the card")))
        _until_booked(terminal, [3800, 3800])
        page.reload()  # the seller walked away between the terminal's word and the refund
        till.go("cards")
        expect(page.locator("#main")).to_contain_text("has no refund yet")
        assert broken_rules(page) == []
        _choose_to_give_back(till, number)
        expect(page.locator("#main")).to_contain_text("have no refund yet")
        till.tap(page.get_by_role("button", name=re.compile("Record the")))
        expect(page.locator(".paid")).to_contain_text("Given back")
        assert (terminal.booked_minor, terminal.refunds_asked) == (0, [3800, 3800])
        _take_away(till)


def _sold_by_card(till: TillPage) -> str:
    till.go("sell")
    till.tap(till.product(APRON))
    _pay_by_card(till)
    till.tap(till.page.get_by_role("button", name=re.compile("Ask the terminal")))
    return till.expect_receipt()


def _choose_to_give_back(till: TillPage, number: str) -> None:
    page = till.page
    till.go("refund", number)
    till.tap(page.get_by_role("button", name="Everything"))
    till.tap(page.get_by_role("button", name="Broken"))


def _set_up(till: TillPage, stand: TerminalStand) -> None:
    page = till.page
    till.enter()
    till.go("cards")
    page.get_by_label("Its address").fill("127.0.0.1")
    page.get_by_label("Port").fill(str(stand.port))
    till.tap(page.get_by_role("button", name="Set up and try"))
    expect(page.locator(".notices")).to_contain_text("The terminal answers.")
    till.go("sell")


def _pay_by_card(till: TillPage) -> None:
    till.take_payment()
    till.tap(till.page.get_by_role("button", name="Card", exact=True))


def _take_away(till: TillPage) -> None:
    till.go("cards")
    till.tap(till.page.get_by_role("button", name="Take it away"))
    expect(till.page.locator(".notices")).to_contain_text("No terminal is set up any more.")


def _until_booked(terminal: SimulatedTerminal, amounts: list[int]) -> None:
    ends_at = time.monotonic() + 20
    while terminal.refunds_asked != amounts:
        assert time.monotonic() < ends_at, terminal.refunds_asked
        time.sleep(0.02)
