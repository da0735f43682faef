"""The till's page in a real browser: from a tap to a durable sale, alone and among ten phones, and its start without the till."""

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page

from shared.cli.demo.baskets import Basket
from shared.cli.demo.shopfront import Shopfront
from tests.browser.chromium import phone_with_memory, running_chromium
from tests.browser.pages import TillPage
from tests.browser.visitors import Visitors
from tests.deployment import RunningDeployment, running_deployment

Row = dict[str, object]
PRODUCTS = ("Mug, ash glaze", "Stoneware bowl, speckled", "Oak bread board")
SALES = 60
OTHER_PHONES = 9
PAUSE_S = 1.0
STARTS = 7
# In the page: from the tap on "Exact" until the receipt has been painted. Between them lie IndexedDB (strict), the till's
# fdatasync and the answer.
_TAP_TO_RECEIPT = """button => new Promise(done => {
    const began = performance.now();
    const after = new MessageChannel();  // its message comes once the frame is painted
    after.port1.onmessage = () => done(performance.now() - began);
    const painted = () => requestAnimationFrame(() => after.port2.postMessage(0));
    const watch = new MutationObserver(() => document.querySelector(".paper") && (watch.disconnect(), painted()));
    watch.observe(document.body, { childList: true, subtree: true });
    button.click();
})"""
_FIRST_TILE = """() => new Promise(done => {
    const seen = () => document.querySelector("button.tile") && (done(performance.now()), true);
    if (!seen()) new MutationObserver((_, watch) => seen() && watch.disconnect()).observe(document, { childList: true, subtree: true });
})"""


def run() -> list[Row]:
    """Return the rows of the page; starts a deployment and a browser of its own."""
    with (
        tempfile.TemporaryDirectory() as directory,
        running_deployment(Path(directory)) as deployment,
        running_chromium() as browser,
    ):
        taps = _taps(browser, deployment)
        alone = _sell(browser, deployment)
        with _other_phones(deployment):
            among = _sell(browser, deployment)
        starts = _starts(browser, deployment, Path(directory) / "profile")
    return [
        _row("till.tap_to_durable_p95_ms", _p95(among), 100, len(among),
             f"ten phones selling at once, this page and nine more at a sale a second each; p50 {statistics.median(among):.0f} ms; "
             f"alone p95 {_p95(alone):.0f}, p50 {statistics.median(alone):.0f} ms; tap to painted receipt, with IndexedDB strict and fdatasync"),
        _row("till.offline_start_ms", statistics.median(starts), 1_000, len(starts),
             f"the till off and the browser started anew, navigation to the first tile; slowest {max(starts):.0f} ms"),
        {"id": "till.taps_three_products", "value": taps, "unit": "taps", "goal": 6, "at_most": True, "n": 1,
         "note": "a cash sale of three products with exact money"},
    ]  # fmt: skip


def _taps(browser: Browser, deployment: RunningDeployment) -> int:
    visitors = Visitors(browser, deployment)
    till = visitors.till()
    till.enter()
    till.sell(*PRODUCTS)
    till.expect_receipt()
    visitors.leave()
    return till.taps


def _sell(browser: Browser, deployment: RunningDeployment) -> list[float]:
    visitors = Visitors(browser, deployment)
    till = visitors.till()
    till.enter()
    took = []
    for number in range(SALES + 5):
        till.go("sell")
        till.tap(till.product(PRODUCTS[number % len(PRODUCTS)]))
        till.go("pay")
        exact = till.page.get_by_role("button", name="Exact").locator("visible=true").first
        took.append(float(exact.evaluate(_TAP_TO_RECEIPT)))
    visitors.leave()
    return took[5:]  # the first ones warm up


@contextmanager
def _other_phones(deployment: RunningDeployment) -> Iterator[None]:
    """Nine more sellers at the same till, through its own interface."""
    done = threading.Event()

    def sell(phone: int) -> None:
        with Shopfront(deployment.places.url("till"), deployment.sign_ins.cashier_pin) as shop:
            prices = {sku: product.price_minor for sku, product in shop.products().items()}
            number = 0
            while not done.wait(PAUSE_S):
                number += 1
                basket = Basket(
                    number=phone * 100_000 + number,
                    minute_of_day=0,
                    pieces=(("jug-blue", 1), ("soap-salt", 2)),
                )
                shop.sell(basket, prices, datetime.now(UTC))  # noqa: TID251 - a label only

    sellers = [threading.Thread(target=sell, args=(phone,), daemon=True) for phone in range(OTHER_PHONES)]
    for seller in sellers:
        seller.start()
        time.sleep(PAUSE_S / OTHER_PHONES)
    try:
        yield
    finally:
        done.set()
        for seller in sellers:
            seller.join(30)


def _starts(browser: Browser, deployment: RunningDeployment, profile: Path) -> list[float]:
    """A phone that knows the till opens the page again and again while the till is off."""
    url, pin = deployment.places.url("till"), deployment.sign_ins.cashier_pin
    with phone_with_memory(browser, profile) as phone:
        till = TillPage(phone.new_page(), url, pin)
        till.enter()
        till.page.wait_for_function("navigator.serviceWorker.controller || navigator.serviceWorker.ready")
        till.page.wait_for_timeout(1_000)
    took = []
    with deployment.unplugged("till"):
        for _ in range(STARTS):
            with phone_with_memory(browser, profile) as phone:
                took.append(_first_tile(phone.new_page(), url))
    return took


def _first_tile(page: Page, url: str) -> float:
    page.goto(url, wait_until="commit")
    return float(page.evaluate(_FIRST_TILE))


def _row(name: str, value: float, goal: float, n: int, note: str) -> Row:
    return {"id": name, "value": value, "unit": "ms", "goal": goal, "at_most": True, "n": n, "note": note}


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]
