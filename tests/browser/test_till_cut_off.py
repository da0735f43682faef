"""The till's page without its till: the page opens all the same, keeps the sale, and delivers it once."""

import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from shared.cli.demo.shopfront import Shopfront
from tests.browser.chromium import phone_with_memory
from tests.browser.pages import TillPage
from tests.browser.visitors import Visitors
from tests.deployment import RunningDeployment

pytestmark = pytest.mark.browser

MUG = "Mug, ash glaze"
DELIVERED = "The kept sale is at the till now."


def sales_in_the_ledger(deployment: RunningDeployment) -> int:
    with Shopfront(deployment.places.url("till"), deployment.sign_ins.cashier_pin) as shop:
        (stream,) = shop.compare()["streams"]
        return stream["sales"]


def wait_for_the_worker(till: TillPage) -> None:
    till.page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def sign_out_of(till: TillPage) -> Locator:
    return till.page.get_by_role("button", name=re.compile("^Sign out"))


def expect_kept_and_not_paid(till: TillPage) -> None:
    said = till.page.locator("#main")
    expect(said.get_by_role("heading", name="Kept on this phone: €24.00")).to_be_visible()
    expect(said).to_contain_text("This sale has no receipt number yet. It counts once the till has it.")
    expect(said).not_to_contain_text(re.compile(r"\bpaid\b|receipt [a-z0-9]+-\d", re.IGNORECASE))
    expect(till.page.locator(".saved")).to_contain_text("1 sale kept on this phone")


def test_a_sale_rung_up_with_the_till_unplugged_survives_the_browser_and_counts_once(
    browser: Browser, deployment: RunningDeployment, visitors: Visitors, tmp_path: Path
) -> None:
    before = sales_in_the_ledger(deployment)
    with ExitStack() as dark:
        with phone_with_memory(browser, tmp_path) as phone:
            till = visitors.till_in(phone)
            till.enter()
            wait_for_the_worker(till)
            dark.enter_context(deployment.unplugged("till"))
            with visitors.watch_of(till.page).somebody_away():
                till.page.reload()
                till.sell(MUG)
                expect_kept_and_not_paid(till)
                till.page.close()
        with phone_with_memory(browser, tmp_path) as phone:
            till = visitors.till_in(phone)
            with visitors.watch_of(till.page).somebody_away():
                till.open()
                expect(till.page.locator(".saved")).to_contain_text("1 sale kept on this phone")
                till.go("menu")
                till.tap(sign_out_of(till))
                expect(till.page.get_by_role("alert")).to_contain_text("1 sale is still on this phone.")
                dark.close()
                expect(till.page.get_by_role("heading", name="Type your PIN")).to_be_visible()
            expect(till.page.locator("#main")).to_contain_text("1 sale kept on this phone")
            till.sign_in()
            expect(till.page.locator(".notices")).to_contain_text(DELIVERED)
            expect(till.page.locator(".saved")).not_to_contain_text("kept on this phone")
            till.go("menu")
            till.tap(sign_out_of(till))
            expect(till.page.get_by_role("heading", name="Type your PIN")).to_be_visible()
    assert sales_in_the_ledger(deployment) == before + 1


def test_a_till_that_restarts_asks_nobody_for_a_pin_and_takes_the_kept_sale_by_itself(
    deployment: RunningDeployment, visitors: Visitors
) -> None:
    before = sales_in_the_ledger(deployment)
    till = visitors.till()
    till.enter()
    till.tap(till.product(MUG))
    till.take_payment()
    with visitors.watch_of(till.page).somebody_away():
        with deployment.unplugged("till"):
            till.take_exact()
            expect_kept_and_not_paid(till)
        expect(till.page.locator(".notices")).to_contain_text(DELIVERED)
    expect(till.page.get_by_role("heading", name="Type your PIN")).to_have_count(0)
    till.sell(MUG)
    till.expect_receipt()
    assert sales_in_the_ledger(deployment) == before + 2


class LostAnswer:
    """Lets the first sale reach the till and loses what the till answers."""

    def __init__(self) -> None:
        self.statuses: list[int] = []

    def __call__(self, route: Route) -> None:
        answer = route.fetch()
        self.statuses.append(answer.status)
        if len(self.statuses) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(response=answer)


def test_a_sale_whose_first_answer_is_lost_is_one_sale_not_two(
    deployment: RunningDeployment, visitors: Visitors
) -> None:
    before = sales_in_the_ledger(deployment)
    till = visitors.till()
    lost = LostAnswer()
    till.enter()
    till.page.context.route("**/api/sales", lost)
    with visitors.watch_of(till.page).somebody_away():
        till.sell(MUG)
        expect(till.page.locator(".notices")).to_contain_text(DELIVERED)
    assert lost.statuses == [201, 200]
    assert sales_in_the_ledger(deployment) == before + 1


def test_without_a_till_a_sale_for_the_locker_is_not_offered(visitors: Visitors) -> None:
    till = visitors.till()
    till.enter()
    with visitors.watch_of(till.page).somebody_away():
        till.page.context.set_offline(True)
        till.tap(till.product(MUG))
        till.take_payment()
        till.take_exact()
        expect_kept_and_not_paid(till)
        till.go("sell")
        till.tap(till.product(MUG))
        till.take_payment()
        expect(till.page.get_by_role("checkbox", name=re.compile("Collect at the locker"))).to_be_disabled()
        till.page.context.set_offline(False)
        expect(till.page.locator(".notices")).to_contain_text(DELIVERED)
        expect(till.page.get_by_role("checkbox", name=re.compile("Collect at the locker"))).to_be_enabled()
