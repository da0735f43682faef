"""One deployment and one browser for all tests of this folder; every page is watched."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.chromium import DESK, PANEL, PHONE, Screen, new_visitor, running_chromium
from tests.browser.pages import BankPage, DashboardPage, StaffPage, TerminalPage, TillPage
from tests.browser.watch import Watch
from tests.deployment import RunningDeployment, running_deployment


# For this folder only: while Playwright lives, no other event loop can run in the same thread.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with running_chromium() as running:
        yield running


@pytest.fixture(scope="package")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDeployment]:
    with running_deployment(tmp_path_factory.mktemp("browser")) as running:
        yield running


class Visitors:
    """People in front of the pages, each with a browser context of their own."""

    def __init__(self, browser: Browser, deployment: RunningDeployment) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._watches: list[Watch] = []
        self._places, self._sign_ins = deployment.places, deployment.sign_ins

    def watch(self, context: BrowserContext) -> Watch:
        """Watch a context; the test fails in the end if it complained."""
        self._watches.append(Watch(context))
        return self._watches[-1]

    def till(self, screen: Screen = PHONE, *, night: bool = False, language: str = "en-GB") -> TillPage:
        return self.till_in(self._visitor(screen, night=night, language=language))

    def till_in(self, context: BrowserContext) -> TillPage:
        return TillPage(context.new_page(), self._places.url("till"), self._sign_ins.cashier_pin)

    def staff(self, screen: Screen = DESK) -> StaffPage:
        return StaffPage(
            self._visitor(screen).new_page(), self._places.url("hub"), self._sign_ins.staff_password
        )

    def terminal(self, screen: Screen = PANEL) -> TerminalPage:
        page = self._visitor(screen).new_page()
        return TerminalPage(page, self._places.url("hub"), self._sign_ins.terminal_key)

    def bank(self, screen: Screen = DESK) -> BankPage:
        return BankPage(self._visitor(screen).new_page(), self._places.url("board"))

    def dashboard(self, screen: Screen = DESK) -> DashboardPage:
        page = self._visitor(screen).new_page()
        return DashboardPage(
            page, self._places.url("cloud"), self._sign_ins.dashboard_user, self._sign_ins.dashboard_password
        )

    def complaints(self) -> list[str]:
        return [complaint for watch in self._watches for complaint in watch.complaints]

    def leave(self) -> None:
        for context in self._contexts:
            context.close()

    def _visitor(self, screen: Screen, *, night: bool = False, language: str = "en-GB") -> BrowserContext:
        context = new_visitor(self._browser, screen, night=night, language=language)
        self._contexts.append(context)
        self.watch(context)
        return context


@pytest.fixture
def visitors(browser: Browser, deployment: RunningDeployment) -> Iterator[Visitors]:
    people = Visitors(browser, deployment)
    yield people
    people.leave()
    assert people.complaints() == []
