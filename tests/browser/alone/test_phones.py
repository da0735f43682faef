"""Phones at the stall: the till's own authority, pairing, two phones that sell at once, and one that is lost.

The phones' browser believes the till for no other reason than that its authority was installed, as on a real phone.
"""

import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.audit import broken_rules
from tests.browser.chromium import PANEL, PHONE, launched, new_visitor
from tests.browser.lone_till import PIN, LoneTill, running_lone_till
from tests.browser.pages import TillPage

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lone_till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoneTill]:
    with running_lone_till(tmp_path_factory.mktemp("lone")) as till:
        yield till


@contextmanager
def phones_browser(browser: Browser, home: Path, authority: bytes | None) -> Iterator[Browser]:
    """Run a browser of its own that trusts an authority besides those of the world (NSS, as Chromium reads it on Linux)."""
    certutil = shutil.which("certutil")
    assert certutil, "certutil is missing. Install it with:  sudo apt-get install libnss3-tools"
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    subprocess.run([certutil, "-N", "-d", f"sql:{store}", "--empty-password"], check=True)
    if authority is not None:
        (home / "authority.crt").write_bytes(authority)
        subprocess.run(
            [certutil, "-A", "-d", f"sql:{store}", "-n", "stallholder", "-t", "C,,", "-i", str(home / "authority.crt")],
            check=True,
        )  # fmt: skip
    with launched(browser.browser_type, home) as running:
        yield running


def manager_at(browser: Browser, till: LoneTill) -> TillPage:
    page = new_visitor(browser, PANEL).new_page()
    panel = TillPage(page, till.url, PIN)
    panel.enter()
    return panel


def code_on(panel: TillPage) -> str:
    panel.go("phones")
    panel.tap(panel.page.get_by_role("button", name="Pair a phone"))
    shown = panel.page.get_by_label("Code from the till's screen")
    expect(shown).to_have_text(re.compile(r"^\d{4} \d{4}$"))
    return shown.inner_text().replace(" ", "")


def paired(phone: BrowserContext, till: LoneTill, code: str, name: str) -> TillPage:
    page = phone.new_page()
    page.goto(f"{till.doorstep}/#{code}")
    expect(page.get_by_text("This phone trusts the till", exact=True)).to_be_visible()
    assert broken_rules(page) == []
    page.get_by_role("link", name="Go on").tap()
    page.get_by_label("Whose phone is it?").fill(name)
    page.get_by_role("button", name="Pair").tap()
    expect(page.get_by_role("heading", name="Type your PIN")).to_be_visible()
    seller = TillPage(page, page.url.partition("#")[0], PIN)
    seller.sign_in()
    return seller


def stock_of(page: Page, name: str) -> str:
    return page.evaluate(
        "async name => (await (await fetch('/api/catalogue')).json()).products.find(p => p.name === name).stock_milli", name
    )  # fmt: skip


def test_two_paired_phones_sell_keep_and_are_sent_away(
    browser: Browser, lone_till: LoneTill, tmp_path: Path
) -> None:
    panel = manager_at(browser, lone_till)
    panel.go("phones")
    panel.tap(panel.page.get_by_role("button", name="Phones may come in"))
    code = code_on(panel)
    with urllib.request.urlopen(f"{lone_till.doorstep}/stallholder-ca.crt", timeout=10) as answer:
        authority = answer.read()
    with phones_browser(browser, tmp_path / "a", authority) as phones:
        anas = new_visitor(phones, PHONE)
        ana = paired(anas, lone_till, code, "Ana's phone")
        assert ana.page.url.startswith("https://")
        expect(panel.page.locator("#main")).to_contain_text("Ana's phone")
        ben = paired(new_visitor(phones, PHONE), lone_till, code_on(panel), "Ben's phone")
        ana.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

        ben.sell("Mug")
        ben.expect_receipt()
        ana.go("sell")
        expect(ana.product("Mug")).to_contain_text("11")  # told to the other phone, not asked for

        lone_till.kill()
        ana.sell("Bowl")
        expect(ana.page.get_by_role("heading", name="Kept on this phone: €18.50")).to_be_visible()
        lone_till.start()
        expect(ana.page.locator(".saved")).not_to_contain_text("kept on this phone")

        expect(ben.page.locator("#main")).to_be_visible()
        panel.go("phones")
        panel.tap(panel.page.get_by_role("button", name="Remove Ana's phone"))
        expect(panel.page.locator(".notices")).to_contain_text("Ana's phone does not come in any more.")
        expect(ana.page.get_by_role("heading", name="Type your PIN")).to_be_visible()
        for digit in PIN:  # as long as this phone remembers PINs to be: the last digit signs in
            ana.tap(ana.key(digit))
        expect(ana.page.locator("#main")).to_contain_text("This phone is not paired with the till.")
        ben.sell("Bowl")
        ben.expect_receipt()
        assert stock_of(ben.page, "Bowl") == 10_000


def test_a_browser_without_the_authority_does_not_get_in_and_is_told_so(
    browser: Browser, lone_till: LoneTill, tmp_path: Path
) -> None:
    with phones_browser(browser, tmp_path / "b", None) as phones:
        page = new_visitor(phones, PHONE).new_page()
        page.goto(f"{lone_till.doorstep}/#12345678")
        expect(page.get_by_text("This phone does not trust the till yet")).to_be_visible()
