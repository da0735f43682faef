"""The pick-up board: what a screen on the wall shows while parcels come and go, and while the hub says nothing."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.audit import broken_rules, small_targets
from tests.browser.chromium import PANEL
from tests.browser.test_pick_up import sell_for_the_locker
from tests.browser.visitors import Visitors
from tests.deployment import RunningDeployment

pytestmark = pytest.mark.browser


def test_a_parcel_is_on_its_way_then_ready_then_gone_and_no_digit_of_its_code_is_shown(
    visitors: Visitors, deployment: RunningDeployment
) -> None:
    board, till, staff, bank = visitors.board(), visitors.till(), visitors.staff(), visitors.bank()
    board.open()
    expect(board.page.get_by_label("Terminal key")).to_be_visible()
    board.enter()
    assert "key" not in board.page.url
    till.enter()
    staff.enter()
    bank.open()

    code = sell_for_the_locker(till)
    number = f"{int(till.expect_receipt().rpartition('-')[2]):03d}"
    its = re.compile(rf"(^|-){number}$")
    expect(board.coming.locator("li b").filter(has_text=its)).to_be_visible()
    card = staff.parcel(code[:3])
    open_door = card.get_by_role("button", name=re.compile(r"^Open door \d$"))
    door = open_door.inner_text().split()[-1]
    open_door.click()
    bank.push_shut(door)
    ready = board.ready.locator("li.new").filter(has=board.page.locator("b", has_text=its))
    expect(ready).to_contain_text("new")
    expect(board.page.get_by_role("status").first).to_contain_text(number)
    assert broken_rules(board.page) + small_targets(board.page) == []

    staff.page.close()
    silent = board.page.get_by_text("The hub does not answer. This is how it was at")
    with visitors.watch_of(board.page).somebody_away():
        with deployment.unplugged("hub"):
            expect(silent).to_be_visible()
            expect(board.ready.locator("li b").filter(has_text=its)).to_be_visible()
        expect(silent).to_have_count(0)  # and nobody had to type the key again
    terminal = visitors.terminal()
    terminal.enter()
    expect(terminal.page.get_by_text("The doors do not answer")).to_have_count(0)
    terminal.collect(code)
    bank.push_shut(door)
    expect(board.ready.locator("li b").filter(has_text=its)).to_have_count(0)


def test_a_long_list_turns_its_pages_and_can_be_held(visitors: Visitors) -> None:
    board = visitors.board(PANEL, night=True)
    many = [f"{number:03d}" for number in range(100, 160)]
    board.page.route(
        "**/api/board", lambda route: route.fulfill(body=json.dumps({"ready": many, "coming": many[:20]}))
    )
    board.enter()
    expect(board.ready.get_by_role("heading")).to_contain_text(re.compile(r"1 of \d"))
    expect(board.ready.locator("li").first).to_have_text("100")
    fits = "() => document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth"
    assert board.page.evaluate(fits)
    assert broken_rules(board.page) + small_targets(board.page) == []
    expect(board.ready.get_by_role("heading")).to_contain_text(re.compile(r"2 of \d"))
    expect(board.ready.locator("li").first).not_to_have_text("100")
    board.page.get_by_role("button", name="Stop turning pages").click()
    expect(board.page.get_by_role("button", name="Turn pages again")).to_be_visible()
    board.page.get_by_role("group", name="Language").get_by_role("button", name="Deutsch").click()
    expect(board.page.get_by_role("heading", name="In Vorbereitung")).to_be_visible()
