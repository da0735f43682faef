"""People in front of the pages, each with a browser context of their own, all watched."""

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import DESK, PANEL, PHONE, Screen, new_visitor
from tests.browser.pages import BankPage, BoardPage, DashboardPage, StaffPage, TerminalPage, TillPage
from tests.browser.watch import Watch
from tests.deployment import RunningDeployment


class Visitors:
    """Opens pages of a deployment; `leave` closes them all."""

    def __init__(self, browser: Browser, deployment: RunningDeployment) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._watches: list[Watch] = []
        self._places, self._sign_ins = deployment.places, deployment.sign_ins

    def till(self, screen: Screen = PHONE, *, night: bool = False) -> TillPage:
        """A seller at the till's page."""
        return self._till(self._new_page(screen, night=night))

    def till_in(self, context: BrowserContext) -> TillPage:
        """A seller whose browser is given."""
        self._watches.append(Watch(context))
        return self._till(context.new_page())

    def staff(self, screen: Screen = DESK, *, night: bool = False) -> StaffPage:
        """Somebody who puts parcels into lockers."""
        page = self._new_page(screen, night=night)
        return StaffPage(page, self._places.url("hub"), self._sign_ins.staff_password)

    def terminal(self, screen: Screen = PANEL, *, night: bool = False) -> TerminalPage:
        """A customer at the locker."""
        page = self._new_page(screen, night=night)
        return TerminalPage(page, self._places.url("hub"), self._sign_ins.terminal_key)

    def board(self, screen: Screen = DESK, *, night: bool = False) -> BoardPage:
        """A screen on a wall near the lockers."""
        page = self._new_page(screen, night=night)
        return BoardPage(page, self._places.url("hub"), self._sign_ins.terminal_key)

    def bank(self, screen: Screen = DESK, *, night: bool = False) -> BankPage:
        """The hand at the simulated doors."""
        return BankPage(self._new_page(screen, night=night), self._places.url("board"))

    def dashboard(self, screen: Screen = DESK, *, night: bool = False) -> DashboardPage:
        """The maker at the dashboard."""
        page, sign_ins = self._new_page(screen, night=night), self._sign_ins
        return DashboardPage(
            page, self._places.url("cloud"), sign_ins.dashboard_user, sign_ins.dashboard_password
        )

    def watch_of(self, page: Page) -> Watch:
        """The watch over a page."""
        return next(watch for watch in self._watches if watch.context is page.context)

    def complaints(self) -> list[str]:
        """Whatever any of the pages complained of."""
        return [complaint for watch in self._watches for complaint in watch.complaints]

    def leave(self) -> None:
        """Close all pages."""
        for context in self._contexts:
            context.close()

    def _till(self, page: Page) -> TillPage:
        return TillPage(page, self._places.url("till"), self._sign_ins.cashier_pin)

    def _new_page(self, screen: Screen, *, night: bool) -> Page:
        context = new_visitor(self._browser, screen, night=night)
        self._contexts.append(context)
        self._watches.append(Watch(context))
        return context.new_page()
