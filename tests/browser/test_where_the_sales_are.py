"""Where the sales are and why no further: told calmly while somebody is away, as an alarm only where a person is needed."""

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.audit import broken_rules
from tests.browser.chromium import DESK, PHONE
from tests.browser.visitors import Visitors
from tests.deployment import RunningDeployment

pytestmark = pytest.mark.browser


def answer_with_a_stall(route: Route) -> None:
    """The server's own answer, in which its first till stands still: what 90 seconds of real time would make of it."""
    answer = route.fetch()
    said = answer.json()
    till = next(row for row in said["sources"] if row["role"] == "till")
    stalled = {"behind": 3, "reason": "stalled", "for_s": 360, "since": "2026-11-21T12:00:00+01:00", "alarm": True,
               "words": "", "remedy": ""}  # fmt: skip
    if "progress" in till:
        till["progress"]["hub"] |= stalled
    till |= {"alarm": True, "leg": "hub", "reason": "stalled", "reason_s": 360, "behind": 3}
    route.fulfill(response=answer, body=json.dumps(said))


def alarms(page: Page) -> list[str]:
    expect(page.get_by_role("alert").first).to_be_visible()
    return page.get_by_role("alert").all_inner_texts()


def test_with_the_cloud_away_the_till_says_since_when_and_that_nothing_is_wrong_here(
    visitors: Visitors, deployment: RunningDeployment
) -> None:
    till = visitors.till(PHONE)
    till.enter()
    with deployment.unplugged("cloud"):
        till.sell("Linen tea towel")
        till.expect_receipt()
        strip = till.page.locator(".saved")
        expect(strip).to_contain_text(re.compile(r"The cloud has not answered the hub since \d\d:\d\d\."))
        till.go("where")
        places = till.page.locator(".journey li")
        expect(places.nth(1)).to_contain_text("Everything is there.")
        expect(places.nth(2)).to_contain_text("to go")
        expect(till.page.get_by_role("alert")).to_have_count(0)
        expect(till.page.locator(".say")).to_contain_text("The rest travels on by itself.")
    expect(places.nth(2)).to_contain_text("Everything is there.", timeout=90_000)
    expect(till.page.locator(".say")).to_have_text("Every sale is at the hub and at the cloud.")
    till.page.get_by_role("link", name="Mira").tap()
    till.page.get_by_role("button", name="Deutsch").tap()
    till.go("where")
    expect(till.page.locator(".say")).to_have_text("Jeder Verkauf ist beim Hub und in der Cloud.")


def test_staff_reads_the_alarm_before_anything_else(visitors: Visitors) -> None:
    staff = visitors.staff(DESK)
    staff.page.route("**/api/staff/sources", answer_with_a_stall)
    staff.enter()
    staff.page.get_by_role("link", name="Tills and cloud").click()
    (words,) = alarms(staff.page)
    assert re.fullmatch(
        r"till-harbour is connected, but nothing has arrived for \d mins?\. 3 records are still there\.",
        words,
    )
    expect(staff.page.get_by_role("row").filter(has_text="till-harbour")).to_contain_text("look here")
    assert broken_rules(staff.page) == []


def test_the_maker_reads_the_alarm_on_top_of_the_day_and_of_the_fleet(visitors: Visitors) -> None:
    dashboard = visitors.dashboard(DESK)
    page = dashboard.page
    page.route("**/api/dashboard/fleet", answer_with_a_stall)
    dashboard.enter()
    alarm = page.get_by_role("link", name="Harbour Market is connected, but nothing has arrived for")
    expect(alarm.first).to_be_visible()
    assert broken_rules(page) == []
    alarm.first.click()
    assert "Harbour Market is connected, but nothing has arrived for" in alarms(page)[0]
    expect(page.get_by_role("row").filter(has_text="till-harbour")).to_contain_text("look here")
    assert broken_rules(page) == []
