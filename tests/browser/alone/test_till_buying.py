"""From a supplier to what it brought: as a maker does it on a phone, with a real mail server on this machine."""

import asyncio
import os
import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.audit import broken_rules, small_targets
from tests.browser.chromium import DESK, PANEL, PHONE, new_visitor
from tests.browser.pages import TillPage
from tests.free_ports import free_port
from tests.mail_server import MailServer
from tests.till_of_weeks import PIN

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("BUYING_PICTURES", "")
PRICES = "item,article,name,pack,price,min packs\nClay,C-9,White clay,10,8.00,1\nmoon dust,,,1,1,\n"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server with an event loop of its own: Playwright's is in this thread."""
    server, loop = MailServer(user="stall", password="s3cret"), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(free_port()), loop).result(10)
    yield server
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def test_an_order_goes_to_a_supplier_and_comes_in_parts(
    browser: Browser, till_of_weeks: str, mail_server: MailServer
) -> None:
    context = new_visitor(browser, PHONE)
    till = TillPage(context.new_page(), till_of_weeks, PIN)
    page = till.page
    till.enter()
    _needs_clay(till)
    till.go("menu")
    till.tap(page.get_by_role("link", name="Orders to suppliers"))
    expect(page.get_by_text("Nothing to order from yet")).to_be_visible()
    _looked_at(page, "buy-none")
    till.tap(page.get_by_role("link", name="Add a supplier"))
    page.get_by_label("Name").fill("Clay & Co")
    page.get_by_label("E-mail for orders").fill("orders@clay.example")
    page.get_by_label("Days until it delivers").fill("3")
    _looked_at(page, "supplier-form")
    till.tap(_main(page, "Keep"))
    expect(page.locator(".say")).to_contain_text("Takes about 3 days. That is what the supplier says")
    till.tap(page.get_by_role("link", name="Import a price list").last)
    page.get_by_label("Choose the file").set_input_files(
        {"name": "prices.csv", "mimeType": "text/csv", "buffer": PRICES.encode()}
    )
    expect(page.locator("p.say[role='status']")).to_contain_text("1 price can be taken.")
    expect(page.get_by_text("“moon dust” is no product or material of yours")).to_be_visible()
    _looked_at(page, "price-list")
    till.tap(_main(page, "Take 1 price"))
    expect(page.locator(".price-row")).to_contain_text("€8.00 for 10")
    _looked_at(page, "supplier")
    till.tap(page.get_by_role("link", name="Type a price"))
    page.get_by_label("What").select_option("Clay")
    page.get_by_label("How much is in a pack (kg)").fill("10")
    page.get_by_label("Price of a pack").fill("7.50")
    _looked_at(page, "price-by-hand")
    till.tap(_main(page, "Keep"))
    expect(page.locator(".price-row")).to_contain_text(re.compile("€7.50 for 10.kg"))

    _mail_by(till, mail_server)
    till.go("buy")
    draft = page.locator(".draft")
    expect(draft).to_contain_text("3 packs of 10")
    expect(draft).to_contain_text(re.compile("25.kg needed by"))
    till.tap(draft.get_by_role("button", name="A pack more"))
    expect(draft).to_contain_text("4 packs of 10")
    till.tap(draft.get_by_role("button", name="A pack fewer"))
    expect(draft).to_contain_text("3 packs of 10")
    _looked_at(page, "buy-draft")
    till.tap(draft.get_by_role("button", name="Order for €22.50"))
    expect(page.locator(".notices")).to_contain_text("Ordered from Clay & Co.")
    expect(page.locator(".draft")).to_have_count(0)
    row = page.locator(".row-link", has_text="Clay & Co")
    expect(row).to_contain_text(re.compile("Comes by|Goes out now"))
    _looked_at(page, "buy-open")
    till.tap(row)
    page.wait_for_function(
        "async () => (await (await fetch('/api/purchasing')).json()).open[0].sending.state === 'sent'"
    )
    (mail,) = mail_server.mails
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert [re.sub("order-.*-0001", "order", name or "") for name in names] == ["order.pdf", "order.csv"]
    assert mail["To"] == "orders@clay.example"

    page.get_by_label("White clay").fill("20")
    _looked_at(page, "order")
    till.tap(page.get_by_role("button", name="Book what came"))
    expect(page.locator(".draft-line")).to_contain_text(re.compile("20 of 30.kg came"))
    expect(page.get_by_label("White clay")).to_have_value("10")
    till.tap(page.get_by_role("button", name="Book what came"))
    expect(page.locator(".chip", has_text="All of it came")).to_be_visible()
    _looked_at(page, "order-done")
    till.tap(page.get_by_role("link", name="The supplier"))
    expect(page.locator(".say")).to_contain_text("Learned from 1 delivery; the supplier says 3.")
    till.go("materials")
    expect(page.locator(".row-link .sum")).to_have_text(re.compile("30.kg"))
    context.close()


def _needs_clay(till: TillPage) -> None:
    page = till.page
    till.go("materials", "+")
    page.get_by_label("Name").fill("Clay")
    page.get_by_label("Always keep (kg)").fill("25")
    page.get_by_label(re.compile("^Days")).fill("9")
    till.tap(_main(page, "Keep"))
    expect(page.get_by_role("heading", name="Clay")).to_be_visible()


def _mail_by(till: TillPage, server: MailServer) -> None:
    page = till.page
    till.go("buy", "mail")
    page.get_by_label("Your e-mail address").fill("stall@harbour.example")
    page.get_by_label("Mail server").fill("127.0.0.1")
    till.tap(page.get_by_role("button", name="On this machine"))
    page.get_by_label("Port").fill(str(server.port))
    page.get_by_label("User").fill(server.user)
    page.get_by_label("Password").fill(server.password)
    _looked_at(page, "mail")
    till.tap(_main(page, "Keep and try it"))
    expect(page.locator(".notices")).to_contain_text("The mail server lets this till in.")
    till.tap(page.locator(".notices").get_by_role("button", name="OK"))


def _main(page: Page, name: str) -> Locator:
    """The page's main action, which stands at the foot of a phone."""
    return page.get_by_role("button", name=name).locator("visible=true").last


def _looked_at(page: Page, name: str) -> None:
    """Nothing sticks out to the right and no rule is broken; pictures of all sizes where somebody asks for them."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert broken_rules(page) + small_targets(page) == [], name
    if not PICTURES:
        return
    for screen in (PANEL, DESK, PHONE):
        page.set_viewport_size({"width": screen.width, "height": screen.height})
        for theme in ("night", "day"):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            page.screenshot(path=f"{PICTURES}/{name}-{screen.name}-{theme}.png", full_page=True)
