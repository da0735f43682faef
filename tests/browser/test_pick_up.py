"""One parcel through all pages: sold at the till, laid into a locker by staff, collected by its customer."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.chromium import PANEL
from tests.browser.pages import BankPage, StaffPage, TillPage
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser

BOARD = "Oak bread board"


def sell_for_the_locker(till: TillPage) -> str:
    """Sell a bread board, to be collected, and return the nine digits."""
    till.tap(till.product(BOARD))
    till.take_payment()
    till.page.get_by_role("checkbox", name=re.compile("Collect at the locker")).check()
    till.take_exact()
    code = till.page.locator(".pickup-code")
    expect(code).to_have_text(re.compile(r"^\d{3} \d{3} \d{3}$"))
    expect(till.page.get_by_role("img", name="QR code to collect the parcel")).to_be_visible()
    return code.inner_text().replace(" ", "")


def lay_in(code: str, staff: StaffPage, bank: BankPage) -> tuple[Locator, str]:
    """Lay a parcel into its locker, and return its card and the door."""
    card = staff.parcel(code[:3])
    open_door = card.get_by_role("button", name=re.compile(r"^Open door \d$"))
    door = open_door.inner_text().split()[-1]
    open_door.click()
    bank.push_shut(door)
    expect(card).to_contain_text("in the locker")
    return card, door


def beside(code: str) -> str:
    """The code of nobody: the right number with a secret one off."""
    return f"{code[:3]}{(int(code[3:]) + 1) % 1_000_000:06d}"


def test_a_parcel_goes_from_the_till_through_a_locker_to_its_customer(visitors: Visitors) -> None:
    till, staff, bank, terminal, dashboard = (
        visitors.till(), visitors.staff(), visitors.bank(), visitors.terminal(), visitors.dashboard(),
    )  # fmt: skip
    till.enter()
    staff.enter()
    bank.open()
    terminal.enter()
    dashboard.enter()

    code = sell_for_the_locker(till)
    card = staff.parcel(code[:3])
    expect(card).to_contain_text(BOARD)
    open_door = card.get_by_role("button", name=re.compile(r"^Open door \d$"))
    door = open_door.inner_text().split()[-1]

    terminal.collect(code)
    expect(terminal.page.get_by_role("alert")).to_contain_text("Your parcel is not here yet")
    terminal.back_to_the_start()

    open_door.click()
    expect(card).to_contain_text(f"Door {door} is open.")
    bank.push_shut(door)
    expect(card).to_contain_text("in the locker")

    terminal.collect(beside(code))
    expect(terminal.page.get_by_role("alert")).to_contain_text("That code does not fit")
    terminal.collect(code)
    expect(terminal.page.get_by_role("alert")).to_contain_text("Your door has opened")
    expect(terminal.page.locator(".number")).to_contain_text(door)
    bank.push_shut(door)
    terminal.back_to_the_start()

    expect(card).to_contain_text("collected")
    dashboard.page.get_by_role("link", name="Lockers", exact=True).click()
    row = dashboard.page.get_by_role("row").filter(has=dashboard.page.get_by_role("rowheader", name=code[:3]))
    expect(row.first).to_contain_text("collected")

    terminal.collect(code)
    expect(terminal.page.get_by_role("alert")).to_contain_text("This parcel was collected")


def test_a_door_that_jams_keeps_the_parcel_and_its_code(visitors: Visitors) -> None:
    till, staff, bank, terminal = visitors.till(), visitors.staff(), visitors.bank(), visitors.terminal()
    till.enter()
    staff.enter()
    bank.open()
    terminal.enter()
    code = sell_for_the_locker(till)
    card, door = lay_in(code, staff, bank)

    jam = bank.page.get_by_role("switch", name=f"Jam a door: {door}")
    jam.click()
    expect(bank.door(door)).to_contain_text("jammed")
    terminal.collect(code)
    expect(terminal.page.get_by_role("alert")).to_contain_text("Your door did not open")
    jam.click()
    expect(bank.door(door)).to_contain_text("shut")
    terminal.back_to_the_start()
    terminal.collect(code)
    expect(terminal.page.locator(".number")).to_contain_text(door)
    bank.push_shut(door)
    expect(card).to_contain_text("collected")


def test_a_new_code_from_the_staff_opens_and_the_old_one_no_longer_does(visitors: Visitors) -> None:
    till, staff, bank, terminal = visitors.till(), visitors.staff(), visitors.bank(), visitors.terminal()
    till.enter()
    staff.enter()
    bank.open()
    terminal.enter()
    old = sell_for_the_locker(till)
    card, door = lay_in(old, staff, bank)
    ask = card.get_by_role("button", name="New code")
    ask.click()
    expect(card).to_contain_text("Make a new code? The printed one stops working.")
    card.get_by_role("button", name="No, keep it").click()
    expect(card).not_to_contain_text("Make a new code?")
    ask.click()
    card.get_by_role("button", name="Yes, make one").click()
    renewed = card.locator(".new-code .big")
    expect(renewed).to_have_text(re.compile(r"^\d{3} \d{3} \d{3}$"))
    terminal.collect(old)
    expect(terminal.page.get_by_role("alert")).to_contain_text("That code does not fit")
    terminal.collect(renewed.inner_text().replace(" ", ""))
    expect(terminal.page.locator(".number")).to_contain_text(door)
    bank.push_shut(door)


def test_what_was_given_back_at_the_till_opens_no_door_and_is_taken_out(visitors: Visitors) -> None:
    till, staff, bank, terminal = visitors.till(), visitors.staff(), visitors.bank(), visitors.terminal()
    till.enter()
    staff.enter()
    bank.open()
    terminal.enter()
    code = sell_for_the_locker(till)
    receipt = till.expect_receipt()
    card, door = lay_in(code, staff, bank)

    till.go("refund", receipt)
    expect(till.page.locator("#main")).to_contain_text("A parcel of this sale goes through the locker.")
    till.tap(till.page.get_by_role("button", name="Everything", exact=True))
    till.tap(till.page.get_by_role("button", name="Not wanted"))
    till.tap(till.page.get_by_role("button", name=re.compile("^Give back €.* in cash$")).last)
    expect(till.page.locator("#main")).to_contain_text("Given back")

    expect(card).to_contain_text("The customer has the money back")
    terminal.collect(code)
    expect(terminal.page.get_by_role("alert")).to_contain_text("Your money was given back")
    terminal.back_to_the_start()
    card.get_by_role("button", name="Take it back").click()
    card.get_by_role("button", name="Yes, take it back").click()
    expect(card).to_contain_text(f"Door {door} is open.")
    bank.push_shut(door)
    expect(card).to_contain_text("taken back")


def test_after_a_wrong_code_the_next_one_can_be_typed_at_once(visitors: Visitors) -> None:
    terminal = visitors.terminal()
    terminal.enter()
    terminal.collect("000000000")
    expect(terminal.page.get_by_role("alert")).to_contain_text(re.compile("does not fit|One moment"))
    terminal.type_code("407")
    expect(terminal.page.get_by_role("img", name="3 of 9 digits typed.")).to_be_visible()
    expect(terminal.page.get_by_role("button", name="Open", exact=True)).not_to_have_attribute("disabled", "")


def test_a_terminal_without_its_key_speaks_to_customers_first(visitors: Visitors) -> None:
    terminal = visitors.terminal()
    terminal.open()
    expect(
        terminal.page.get_by_text("This locker is not set up yet. Please ask the stall.")
    ).to_be_in_viewport()
    expect(terminal.page.get_by_role("heading", name="For staff")).to_be_in_viewport()
    expect(terminal.page.get_by_role("button", name="Set up")).to_be_in_viewport(ratio=1)


def test_on_a_low_panel_every_simulated_door_is_in_sight(visitors: Visitors) -> None:
    bank = visitors.bank(PANEL)
    bank.open()
    doors = bank.page.locator("button.door").all()
    assert len(doors) == 8
    for door in doors:
        expect(door).to_be_in_viewport(ratio=1)


def test_a_wrong_terminal_key_and_a_wrong_staff_password_are_told(visitors: Visitors) -> None:
    terminal, staff = visitors.terminal(), visitors.staff()
    terminal.open()
    terminal.type_key("not-the-key")
    expect(terminal.page.get_by_role("alert")).to_contain_text("That terminal key is not right.")
    terminal.set_up()
    staff.open()
    staff.type_password("not-the-password")
    expect(staff.page.get_by_role("alert")).to_contain_text("That password is not right.")
