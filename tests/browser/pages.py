"""The pages as people use them: what there is to tap, type and read. Waits are Playwright's own, all patient."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

_KEY_MS = 2  # a scanner's pace; the page takes anything up to 50 ms between two keys for a scanner
_TOO_MANY, _ASK_AGAIN_MS = 429, 250


def _until_taken(page: Page, address: str, try_once: Callable[[], None]) -> None:
    """Try again for as long as somebody's earlier wrong tries make everybody wait."""
    while True:
        with page.expect_response(address) as answer:
            try_once()
        if answer.value.status != _TOO_MANY:
            return
        page.wait_for_timeout(_ASK_AGAIN_MS)


class TillPage:
    """The seller's page, under the thumb of somebody whose PIN we know. Counts the taps."""

    def __init__(self, page: Page, url: str, pin: str) -> None:
        self.page = page
        self.taps = 0
        self._url = url
        self.pin = pin

    def open(self) -> None:
        """Load the page and wait for its first screen."""
        self.page.goto(self._url)
        expect(self.page.locator("#main")).to_be_visible()

    def tap(self, what: Locator) -> None:
        """Tap once."""
        what.tap()
        self.taps += 1

    def type_pin(self, pin: str) -> None:
        """Tap a PIN and the key that signs in; where the PIN's length is known, the last digit does."""
        expect(self.page.get_by_role("heading", name="Type your PIN")).to_be_visible()
        known = self.page.evaluate(
            "fetch('/api/shop').then(shop => shop.json()).then(shop => shop.pin_length)"
        )
        for digit in pin:
            self.tap(self.key(digit))
        if known != len(pin):
            self.tap(self.page.get_by_role("button", name="Sign in"))

    def sign_in(self) -> None:
        """Sign in by touch and wait for the products."""
        self.type_pin(self.pin)
        expect(self.page.locator("button.tile").first).to_be_visible()
        self.taps = 0

    def enter(self) -> None:
        """Open the page and sign in."""
        self.open()
        self.sign_in()

    def key(self, digit: str) -> Locator:
        """One key of the keypad."""
        return self.page.locator(".keypad").get_by_role("button", name=digit, exact=True)

    def product(self, name: str) -> Locator:
        """One product's tile."""
        return self.page.locator("button.tile", has_text=name)

    def take_payment(self) -> None:
        """Go from the products to the payment."""
        self.tap(self.page.get_by_role("link", name="Take payment"))

    def take_exact(self) -> None:
        """The customer has it to the cent."""
        self.tap(self.page.get_by_role("button", name=re.compile("^Exact")))

    def sell(self, *names: str) -> None:
        """Ring products up for exact cash, from the page that the till is on."""
        self.go("sell")
        for name in names:
            self.tap(self.product(name))
        self.take_payment()
        self.take_exact()

    def expect_receipt(self) -> str:
        """Wait for a receipt on screen and return its number."""
        number = self.page.locator(".paper header b")
        expect(number).to_be_visible()
        return number.inner_text()

    def go(self, *address: str) -> None:
        """Open a screen by its address, as a link does."""
        self.page.evaluate("address => { location.hash = address; }", "#/" + "/".join(address))
        expect(self.page.locator("#main")).to_be_visible()

    def sales_on_this_till(self) -> int:
        """Read off the strip how many sales of today are on this till."""
        strip = self.page.locator(".saved")
        expect(strip).to_contain_text(re.compile("today|on this till"))
        found = re.search(r"(\d+) sales? today on this till", strip.inner_text())
        return int(found[1]) if found else 0

    def scan(self, code: str) -> None:
        """Let a scanner type a code: real key events, whose time stamps keep a scanner's pace on a busy machine, too."""
        keyboard = self.page.context.new_cdp_session(self.page)
        began_s = time.time()
        for count, key in enumerate([*code, "Enter"]):
            text = "\r" if key == "Enter" else key
            event = {"key": key, "text": text, "timestamp": began_s + count * _KEY_MS / 1000}
            keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", **event})
            keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **event, "text": ""})
        keyboard.detach()


class StaffPage:
    """The page of the people at the hub."""

    def __init__(self, page: Page, url: str, password: str) -> None:
        self.page = page
        self._url = url
        self._password = password

    def open(self) -> None:
        """Load the page."""
        self.page.goto(f"{self._url}/staff")

    def type_password(self, password: str) -> None:
        """Fill the door's one field and go in."""
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def enter(self) -> None:
        """Open the page and sign in."""
        self.open()
        _until_taken(self.page, "**/api/staff/sign-in", lambda: self.type_password(self._password))
        expect(self.page.get_by_role("link", name="Tills and cloud")).to_be_visible()

    def parcel(self, number: str) -> Locator:
        """One parcel's card."""
        return self.page.locator("li.parcel").filter(has=self.page.locator(".no", has_text=number))


class TerminalPage:
    """The customer's page at the locker."""

    def __init__(self, page: Page, url: str, key: str) -> None:
        self.page = page
        self._url = url
        self._key = key

    def open(self) -> None:
        """Load the page without its key."""
        self.page.goto(self._url)

    def enter(self) -> None:
        """Set the terminal up by the link that carries its key."""
        self.page.goto(f"{self._url}/#key={self._key}")
        expect(self.page.get_by_role("group", name="Digits")).to_be_visible()

    def type_key(self, key: str) -> None:
        """Fill the door's one field and press its button."""
        self.page.get_by_label("Terminal key").fill(key)
        self.page.get_by_role("button", name="Set up").click()

    def set_up(self) -> None:
        """Type the right key until it is taken."""
        _until_taken(self.page, "**/api/terminal/sign-in", lambda: self.type_key(self._key))
        expect(self.page.get_by_role("group", name="Digits")).to_be_visible()

    def type_code(self, digits: str) -> None:
        """Tap digits."""
        keys = self.page.get_by_role("group", name="Digits")
        for digit in digits:
            keys.get_by_role("button", name=digit, exact=True).tap()

    def collect(self, code: str) -> None:
        """Tap a whole code and try it."""
        self.type_code(code)
        self.page.get_by_role("button", name="Open", exact=True).tap()

    def back_to_the_start(self) -> None:
        """Leave a result screen; after a mistyped code the keypad is there already."""
        self.page.get_by_role("button", name=re.compile("Done|Back to the start")).tap()
        expect(self.page.get_by_role("group", name="Digits")).to_be_visible()


class BoardPage:
    """The screen that says which numbers are ready."""

    def __init__(self, page: Page, url: str, key: str) -> None:
        self.page = page
        self._url = url
        self._key = key

    def open(self) -> None:
        """Load the page without its key."""
        self.page.goto(f"{self._url}/board")

    def enter(self) -> None:
        """Set the board up by the link that carries its key."""
        self.page.goto(f"{self._url}/board#key={self._key}")
        expect(self.ready).to_be_visible()

    @property
    def ready(self) -> Locator:
        """The part of what can be collected."""
        return self.page.get_by_role("region", name="Ready")

    @property
    def coming(self) -> Locator:
        """The part of what is being prepared."""
        return self.page.get_by_role("region", name="Being prepared")


class BankPage:
    """The hand at the simulated doors."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url

    def open(self) -> None:
        """Load the page and wait for the doors."""
        self.page.goto(self._url)
        expect(self.page.locator("button.door").first).to_be_visible()

    def door(self, number: str) -> Locator:
        """One door."""
        return self.page.locator("button.door").filter(
            has=self.page.locator("b", has_text=re.compile(f"^{number}$"))
        )

    def push_shut(self, number: str) -> None:
        """Push a door shut once it stands open."""
        expect(self.door(number)).to_contain_text("open")
        self.door(number).click()
        expect(self.door(number)).not_to_contain_text("open")


class DashboardPage:
    """The maker's page at the cloud."""

    def __init__(self, page: Page, url: str, user: str, password: str) -> None:
        self.page = page
        self._url = url
        self._user = user
        self._password = password

    def open(self) -> None:
        """Load the page."""
        self.page.goto(self._url)

    def type_sign_in(self, password: str) -> None:
        """Fill name and password and go in."""
        self.page.get_by_label("Name").fill(self._user)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def enter(self) -> None:
        """Open the page and sign in."""
        self.open()
        _until_taken(self.page, "**/api/sign-in", lambda: self.type_sign_in(self._password))
        expect(self.page.get_by_role("link", name="Lockers")).to_be_visible()

    def go(self, *address: str) -> None:
        """Open a page by its address, as a link does."""
        self.page.evaluate("address => { location.hash = address; }", "#/" + "/".join(address))

    @property
    def total(self) -> Locator:
        """The day's total in the sentence on top."""
        return self.page.locator(".say a[href='#/today/hours']").first

    @property
    def sales(self) -> Locator:
        """The day's number of sales in the sentence on top."""
        return self.page.locator(".say a[href='#/today/stalls']").first
