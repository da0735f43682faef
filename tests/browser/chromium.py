"""A real Chromium from Debian's package, driven by Playwright, on the screens that people use."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, BrowserType, expect, sync_playwright

PATIENCE_MS = 30_000
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class ChromiumMissingError(Exception):
    """There is no Chromium on this machine; the text says how to install it."""

    def __init__(self) -> None:
        super().__init__("Chromium is missing. Install it with:  sudo apt-get install chromium")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What a page is looked at on: its size in CSS pixels. Fingers touch them all."""

    name: str
    width: int
    height: int


PHONE = Screen(name="phone", width=390, height=844)
PANEL = Screen(name="panel", width=800, height=480)
DESK = Screen(name="desk", width=1280, height=900)


def find_chromium() -> str:
    """Return where Chromium lies; raises ChromiumMissingError."""
    found = shutil.which("chromium")
    if found is None:
        raise ChromiumMissingError
    return found


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Run a browser with a fresh profile for as long as the context lasts."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def launched(browser_type: BrowserType, home: Path) -> Iterator[Browser]:
    """Run a browser whose home directory is given, with the certificates that it holds."""
    browser = browser_type.launch(
        executable_path=find_chromium(), args=_FLAGS, env={**os.environ, "HOME": str(home)}
    )
    try:
        yield browser
    finally:
        browser.close()


def new_visitor(browser: Browser, screen: Screen, *, night: bool = False) -> BrowserContext:
    """Open a browser context that shares nothing with any other."""
    context = browser.new_context(**_settings(screen, night=night))
    context.set_default_timeout(PATIENCE_MS)
    return context


@contextmanager
def phone_with_memory(browser: Browser, profile: Path) -> Iterator[BrowserContext]:
    """Run a browser of its own on a profile that outlives it, as a phone's does."""
    context = browser.browser_type.launch_persistent_context(
        profile,
        executable_path=find_chromium(),
        args=_FLAGS,
        **_settings(PHONE, night=False),
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield context
    finally:
        context.close()


def _settings(screen: Screen, *, night: bool) -> dict[str, object]:
    return {
        "viewport": {"width": screen.width, "height": screen.height},
        "has_touch": True,
        "is_mobile": screen is PHONE,
        "locale": "en-GB",
        "color_scheme": "dark" if night else "light",
        "reduced_motion": "reduce",
    }
