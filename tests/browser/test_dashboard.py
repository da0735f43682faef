"""The maker's dashboard: what the stalls take, as it happens."""

import pytest
from playwright.sync_api import expect

from shared.cli.demo.shopfront import Shopfront
from tests.browser.chromium import PANEL
from tests.browser.visitors import Visitors
from tests.deployment import RunningDeployment

pytestmark = pytest.mark.browser


def taken_minor(deployment: RunningDeployment) -> int:
    with Shopfront(deployment.places.url("till"), deployment.sign_ins.cashier_pin) as shop:
        (stream,) = shop.compare()["streams"]
        return stream["total_minor"]


def test_a_new_sale_moves_the_total_without_a_reload_and_to_the_cent(
    visitors: Visitors, deployment: RunningDeployment
) -> None:
    till, dashboard = visitors.till(), visitors.dashboard()
    till.enter()
    till.sell("Linen tea towel")
    till.expect_receipt()
    dashboard.enter()
    for name in ("Linen tea towel", "Soap, lavender"):
        expect(dashboard.total).to_have_text(f"€{taken_minor(deployment) / 100:,.2f}")
        till.sell(name)
        till.expect_receipt()
    expect(dashboard.total).to_have_text(f"€{taken_minor(deployment) / 100:,.2f}")
    expect(dashboard.page.locator("#products")).to_contain_text("Soap, lavender")
    expect(dashboard.page.locator("#stalls")).to_contain_text("Harbour")


def test_the_chart_says_its_figures_and_draws_them(visitors: Visitors) -> None:
    till, dashboard = visitors.till(), visitors.dashboard()
    till.enter()
    till.sell("Linen tea towel")
    till.expect_receipt()
    dashboard.enter()
    expect(dashboard.page.locator("#hours canvas")).to_be_visible()
    expect(dashboard.page.get_by_role("img", name="Chart: bars show sales by hour")).to_be_visible()
    dashboard.page.get_by_text("The same figures as a table").click()
    expect(dashboard.page.locator("#hours").get_by_role("row").last).to_contain_text("whole day")


def test_parcels_and_fleet_are_there(visitors: Visitors) -> None:
    dashboard = visitors.dashboard()
    dashboard.enter()
    page = dashboard.page
    expect(page.get_by_role("heading", name="Parcels")).to_be_visible()
    expect(page.get_by_role("heading", name="Tills, hubs and lockers")).to_be_visible()
    page.get_by_role("link", name="Tills and hubs", exact=True).click()
    for device in ("till-harbour", "hub-dock", "board-dock-1"):
        row = page.get_by_role("row").filter(has_text=device)
        expect(row).to_contain_text("answers")


def test_a_wrong_password_is_told_and_the_button_stays_in_sight_on_a_low_panel(visitors: Visitors) -> None:
    dashboard = visitors.dashboard(PANEL)
    dashboard.open()
    dashboard.type_sign_in("not-the-password")
    expect(dashboard.page.get_by_role("alert")).to_contain_text("Name and password do not belong together.")
    expect(dashboard.page.get_by_role("button", name="Sign in")).to_be_in_viewport(ratio=1)
