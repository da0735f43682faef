"""A walk through every page and its main states, with one parcel in hand. Each stop names what is on the screen.

The accessibility tests listen at each stop and the gallery takes a picture of each: whoever adds a screen adds a stop.
"""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from playwright.sync_api import Page, expect

from device.sim.zvt_terminal import Fault
from tests.browser.chromium import Screen
from tests.browser.pages import BankPage, BoardPage, DashboardPage, StaffPage, TerminalPage, TillPage
from tests.browser.terminal_stand import TerminalStand
from tests.browser.visitors import Visitors

CART = ("Turned bowl, walnut", "Cushion, indigo", "Turned bowl, walnut", "Linen apron")  # each 38.00
JUG = "Jug, cobalt"
NOBODYS_CODE = "000000000"
SYNCED_MS = 20_000


class Stop(NamedTuple):
    """A page in one of its states."""

    name: str
    page: Page


def tour(visitors: Visitors, screen: Screen, *, night: bool = False) -> Iterator[Stop]:
    """Walk through everything on one kind of screen."""
    till = visitors.till(screen, night=night)
    staff = visitors.staff(screen, night=night)
    terminal = visitors.terminal(screen, night=night)
    bank = visitors.bank(screen, night=night)
    board = visitors.board(screen, night=night)
    dashboard = visitors.dashboard(screen, night=night)
    walk = _Walk()
    for page, steps in (
        (till.page, _till(till, walk)),
        (till.page, _till_cut_off(till, visitors)),
        (staff.page, _staff(staff, walk)),
        (board.page, _board_before(board)),
        (bank.page, _bank(bank, walk)),
        (board.page, _board(board)),
        (terminal.page, _terminal(terminal, bank, walk)),
        (staff.page, _staff_afterwards(staff, walk)),
        (dashboard.page, _dashboard(dashboard)),
        (dashboard.page, _dashboard_ahead(dashboard, visitors.till(screen, night=night))),
    ):
        yield from (Stop(name, page) for name in steps)


class _Walk:
    """What the walk carries from page to page: the parcel's code, and the door it lies behind."""

    code = ""
    door = ""


def _till(till: TillPage, walk: _Walk) -> Iterator[str]:
    page = till.page
    till.open()
    expect(page.get_by_role("heading", name="Type your PIN")).to_be_visible()
    yield "till-sign-in"
    till.type_pin("0000" if till.pin != "0000" else "1111")
    expect(page.get_by_role("alert")).to_be_visible()
    yield "till-wrong-pin"
    till.sign_in()
    expect(page.locator(".saved")).to_contain_text(re.compile("today|on this till"))
    yield "till-sell"
    for name in CART:
        till.tap(till.product(name))
    yield "till-sell-with-a-cart"
    till.go("cart")
    expect(page.locator("#main").get_by_role("heading", name="Cart")).to_be_visible()
    yield "till-cart"
    yield from _till_choices(till)
    till.go("pay")
    yield "till-pay"
    for digit in "20000":
        till.tap(till.key(digit))
    expect(page.locator(".given")).to_contain_text("200.00")
    page.get_by_role("checkbox", name=re.compile("Collect at the locker")).check()
    yield "till-pay-typed"
    till.tap(page.get_by_role("button", name=re.compile("^Take .*200.00")))
    till.expect_receipt()
    walk.code = page.locator(".pickup-code").inner_text().replace(" ", "")
    yield "till-paid-with-pick-up"
    till.sell(JUG)
    till.expect_receipt()
    yield "till-paid"
    yield from _till_lists(till)


def _till_lists(till: TillPage) -> Iterator[str]:
    page = till.page
    till.go("sell")
    till.scan("4006381333931")
    expect(page.locator(".notices")).to_contain_text("No product has the code")
    yield "till-unknown-barcode"
    page.locator(".notices").get_by_role("button", name="OK").click()
    page.get_by_role("searchbox").fill("zeppelin")
    expect(page.get_by_text("Nothing is called")).to_be_visible()
    yield "till-nothing-found"
    page.get_by_role("searchbox").fill("")
    till.go("cart")
    expect(page.get_by_text("The cart is empty")).to_be_visible()
    yield "till-empty-cart"
    for name, landmark in (
        ("sales", ".row-link"),
        ("stock", ".row-link"),
        ("make", "#main .say, #main .empty"),
    ):
        till.go(name)
        expect(page.locator(landmark).first).to_be_visible()
        yield f"till-{name}"
    till.go("making", "mug-ash")
    expect(page.get_by_label("Days until it is ready")).to_be_visible()
    yield "till-making"
    till.go("workshop")
    expect(page.get_by_label("Hours of work a day")).to_be_visible()
    yield "till-workshop"
    till.go("materials")
    expect(page.locator("#main .say, #main .empty").first).to_be_visible()
    yield "till-materials"
    till.go("materials", "+")
    expect(page.get_by_label("Name")).to_be_visible()
    yield "till-material-new"
    till.go("materials", "+file")
    rows = "name,unit,stock,cost\nWalnut oil,l,2,18.00\nBeeswax,kg,plenty,9.00\n"
    page.get_by_label("Choose the file").set_input_files(
        {"name": "materials.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    expect(page.get_by_text("“plenty” is no quantity")).to_be_visible()
    yield "till-materials-file"
    till.go("recipe", "mug-ash")
    expect(page.locator("#main h2").first).to_contain_text("is made of")
    yield "till-recipe"
    till.go("forecast", "mug-ash")
    expect(page.locator(".forecast-chart svg, #main .empty").first).to_be_visible()
    yield "till-forecast"
    till.go("stock", "mug-ash")
    expect(page.get_by_role("button", name="Came in")).to_be_visible()
    yield "till-stock-change"
    yield from _till_goods(till)
    yield from _till_buying(till)
    yield from _till_market(till)
    till.go("products")
    expect(page.locator(".row-link").first).to_be_visible()
    yield "till-products"
    till.go("products", "mug-ash")
    expect(page.get_by_role("button", name="Take it out of the offer")).to_be_visible()
    yield "till-product"
    till.go("printers")
    expect(page.get_by_text("No printer yet")).to_be_visible()
    yield "till-printers"
    till.go("printers", "+")
    expect(page.get_by_label("Address")).to_be_visible()
    yield "till-new-printer"
    till.go("labels")
    page.get_by_role("searchbox").fill(JUG)
    page.get_by_label(f"Labels of {JUG}").fill("12")
    yield "till-labels"
    till.go("display")
    expect(page.get_by_role("link", name="Open it here")).to_be_visible()
    yield "till-display-link"
    till.go("where")
    expect(page.locator(".journey li")).to_have_count(3)
    yield "till-where"
    till.go("menu")
    expect(page.get_by_role("button", name="Deutsch")).to_be_visible()
    yield "till-menu"
    yield from _till_set_up(till)
    yield from _till_money(till)
    till.go("kept")
    expect(page.get_by_text("Nothing waits on this phone")).to_be_visible()
    yield "till-nothing-kept"


def _till_choices(till: TillPage) -> Iterator[str]:
    """What is asked before something goes into the cart, and what is agreed on besides; nothing of it stays in the cart."""
    page = till.page
    for address, landmark, name in (
        (("choose", "Felted slippers"), page.get_by_role("button", name=re.compile("^M ")), "till-choose"),
        (("measure", "beeswax-raw"), page.get_by_text("for one kg"), "till-weigh"),
        (("measure", "engraving"), page.get_by_text("Type what it costs."), "till-price"),
        (("discount", "apron-linen"), page.get_by_label("Note for this line"), "till-line-discount"),
        (("discount",), page.get_by_role("button", name="Regular customer"), "till-cart-discount"),
        (("customer",), page.get_by_role("button", name="Keep with this sale"), "till-customer"),
        (("parked",), page.get_by_role("button", name=re.compile("^Park")), "till-park"),
        (("orders", "+"), page.get_by_label("Name"), "till-new-order"),
        (("voucher",), page.locator(".keypad"), "till-voucher"),
    ):
        till.go(*address)
        expect(landmark.first).to_be_visible()
        yield name
    till.go("pay")
    page.get_by_role("button", name="Card", exact=True).click()
    expect(page.get_by_label("Amount")).to_be_visible()
    yield "till-pay-by-card"
    page.get_by_role("button", name="Voucher", exact=True).click()
    expect(page.get_by_label("Voucher code")).to_be_visible()
    yield "till-pay-by-voucher"
    page.get_by_role("button", name="Cash", exact=True).click()


def _till_set_up(till: TillPage) -> Iterator[str]:
    """What a manager sets up; nothing of it is kept."""
    page = till.page
    till.go("rules")
    for group in ("Cash of other currencies", "Coupons", "Vouchers of other tills"):
        page.get_by_text(group, exact=True).click()
    expect(page.get_by_label("On one voucher")).to_be_visible()
    yield "till-rules"
    for address, landmark, name in (
        (("cards",), page.get_by_role("button", name="Set up and try"), "till-cards"),
        (("own-pin",), page.get_by_label("PIN until now"), "till-own-pin"),
        (("people",), page.locator("#main .row, #main .menu").first, "till-people"),
        (("people", "+"), page.get_by_label("Name"), "till-new-person"),
        (("orders",), page.locator("#main .say, #main .empty").first, "till-orders"),
        (("import",), page.locator("#main"), "till-import"),
        (("switch",), page.get_by_role("heading", name="Type your PIN"), "till-switch"),
    ):
        till.go(*address)
        expect(landmark.first).to_be_visible()
        yield name
    yield from _till_phones(till)
    till.go("sell")


def _till_phones(till: TillPage) -> Iterator[str]:
    """The door for phones: opened, a code shown, shut again."""
    page = till.page
    till.go("phones")
    page.get_by_role("button", name="Phones may come in").tap()
    expect(page.get_by_role("button", name="Pair a phone")).to_be_visible()
    yield "till-phones"
    page.get_by_role("button", name="Pair a phone").tap()
    expect(page.get_by_label("Code from the till's screen")).to_be_visible()
    yield "till-phone-code"
    page.get_by_role("button", name="No phones").tap()
    expect(page.get_by_role("button", name="No phones")).to_have_attribute("aria-pressed", "true")


def _till_goods(till: TillPage) -> Iterator[str]:
    """Sheets of goods, of which none is booked; their diary, and what wants tidying up."""
    page = till.page
    for sheet, landmark in (
        ("count", "Book the differences"),
        ("waste", "Given away"),
        ("arrive", "Book them in"),
    ):
        till.go(sheet)
        page.get_by_role("textbox", name=JUG).fill("3")
        page.get_by_role("textbox", name=JUG).blur()
        look = page.get_by_role("button", name="Look at 1 product")
        expect(look).to_be_enabled()
        yield f"till-sheet-{sheet}"
        look.click()
        expect(page.get_by_role("button", name=landmark)).to_be_visible()
        yield f"till-sheet-{sheet}-looked-at"
    till.go("diary")
    expect(page.locator(".diary li").first).to_be_visible()
    yield "till-stock-diary"
    till.go("tidy")
    expect(page.locator(".tidy .say, .tidy .empty").first).to_be_visible()
    yield "till-tidy"


def _till_buying(till: TillPage) -> Iterator[str]:
    """Orders to suppliers; nothing is ordered, and nobody is added."""
    page = till.page
    for address, landmark, name in (
        (("buy",), page.locator("#main .empty, #main .say"), "till-buy"),
        (("buy", "mail"), page.get_by_label("Mail server"), "till-buy-mail"),
        (("suppliers",), page.locator("#main .empty, #main .rows"), "till-suppliers"),
        (("suppliers", "+"), page.get_by_label("Days until it delivers"), "till-new-supplier"),
    ):
        till.go(*address)
        expect(landmark.first).to_be_visible()
        yield name


def _till_market(till: TillPage) -> Iterator[str]:
    """Market days, and what goes on around the stall; nothing is planned and nothing is noted."""
    page = till.page
    till.go("market")
    expect(page.locator(".weeks .day").first).to_be_visible()
    yield "till-market-days"
    till.go("market", page.locator(".weeks .day").last.get_attribute("value") or "")
    expect(page.get_by_label("Visitors expected")).to_be_visible()
    yield "till-market-day"
    till.go("signals")
    expect(page.locator("#main .empty, #main .signals").first).to_be_visible()
    yield "till-signals"
    till.go("signals", "+")
    page.get_by_role("button", name=re.compile("^Market visitors")).click()
    page.get_by_role("button", name="A category").click()
    expect(page.get_by_label("Or the number of visitors")).to_be_visible()
    yield "till-note-signal"
    till.go("signals", "file")
    rows = b"kind,from,strength\nweather,2026-11-28,-2\nraining,2026-11-28,1\n"
    page.get_by_label("Choose the file").set_input_files(
        {"name": "signals.csv", "mimeType": "text/csv", "buffer": rows}
    )
    expect(page.get_by_text("“raining” is no kind")).to_be_visible()
    yield "till-signals-file"


def _till_money(till: TillPage) -> Iterator[str]:
    """Giving back, the drawer, the closing; nothing is closed, so that the tour may go on."""
    page = till.page
    till.sell(JUG)
    number = till.expect_receipt()
    till.go("refund")
    expect(page.get_by_role("button", name="Find the receipt")).to_be_visible()
    yield "till-refund-find"
    till.go("refund", number)
    page.get_by_role("button", name="Everything").tap()
    page.get_by_role("button", name="Not wanted").tap()
    expect(page.get_by_role("button", name=re.compile("^Give back")).last).to_be_visible()
    yield "till-refund-chosen"
    page.get_by_role("button", name=re.compile("^Give back")).last.tap()
    expect(page.locator(".paper")).to_contain_text("Refund")
    yield "till-refunded"
    till.go("refund", "zzzzzz-00007")
    expect(page.get_by_text("This receipt is from another till")).to_be_visible()
    yield "till-refund-other-till"
    yield from _till_back_to_the_card(till)
    yield from _till_order(till)
    till.go("cash")
    expect(page.get_by_role("link", name="Take money out")).to_be_visible()
    yield "till-cash"
    till.go("cash", "out")
    expect(page.get_by_role("button", name=re.compile("^Take out")).last).to_be_visible()
    yield "till-cash-out"
    till.go("closings", "now")
    expect(page.locator(".report")).to_be_visible()
    yield "till-day-so-far"
    till.go("closings")
    expect(page.get_by_role("heading", name="Past closings")).to_be_visible()
    yield "till-closings"
    till.go("close")
    page.get_by_label("Cash counted").fill("20")
    expect(page.get_by_role("button", name=re.compile("^Close with")).last).to_be_visible()
    yield "till-close"
    page.get_by_role("button", name="Count notes and coins").tap()
    expect(page.locator(".coins")).to_be_visible()
    yield "till-close-coins"


def _till_back_to_the_card(till: TillPage) -> Iterator[str]:
    """A card that is given its money back on a terminal, which is taken away again."""
    page, stand = till.page, TerminalStand()
    with stand.running():
        stand.hold_card()
        till.go("cards")
        page.get_by_label("Its address").fill("127.0.0.1")
        page.get_by_label("Port").fill(str(stand.port))
        page.get_by_role("button", name="Set up and try").click()
        expect(page.locator(".notices")).to_contain_text("The terminal answers.")
        till.go("sell")
        till.tap(till.product(JUG))
        till.take_payment()
        page.get_by_role("button", name="Card", exact=True).click()
        page.get_by_role("button", name=re.compile("^Ask the terminal")).click()
        till.go("refund", till.expect_receipt())
        page.get_by_role("button", name="Everything").click()
        page.get_by_role("button", name="Not wanted").click()
        expect(page.get_by_text("The terminal undoes the payment.")).to_be_visible()
        yield "till-refund-to-the-card"
        stand.terminal.fault, stand.terminal.shows_last = Fault.HANGS_UP, False
        page.get_by_role("button", name=re.compile("^Back to the card")).last.click()
        expect(page.get_by_role("button", name="It went back")).to_be_visible()
        yield "till-refund-unclear"
        page.get_by_role("button", name="It went back").click()
        expect(page.locator(".paper")).to_contain_text("Refund")
        till.go("cards")
        page.get_by_role("button", name="Take it away").click()
        expect(page.locator(".notices")).to_contain_text("No terminal is set up any more.")


def _till_order(till: TillPage) -> Iterator[str]:
    """An order from being made to being ready, on its page and on the stall's board; cancelled at the end."""
    page = till.page
    till.go("sell")
    till.tap(till.product(JUG))
    till.go("orders", "+")
    page.get_by_label("To be collected on").fill(page.evaluate("new Date().toLocaleDateString('sv')"))
    page.get_by_role("button", name="Write the order down").click()
    expect(page.get_by_role("button", name="It is ready")).to_be_visible()
    yield "till-order"
    order = page.url
    board = page.evaluate("fetch('/api/display/link').then((answer) => answer.json())")["board_path"]
    page.goto(f"{order.partition('#')[0].rstrip('/')}{board}")
    expect(page.locator(".coming li").first).to_be_visible()
    yield "till-board-being-made"
    page.goto(order)
    page.get_by_role("button", name="It is ready").click()
    expect(page.get_by_role("button", name="Not ready after all")).to_be_visible()
    yield "till-order-ready"
    page.goto(f"{order.partition('#')[0].rstrip('/')}{board}")
    expect(page.locator(".ready li").first).to_be_visible()
    yield "till-board-ready"
    page.goto(order)
    page.get_by_role("button", name="Cancel the order").click()
    expect(page.locator(".notices")).to_contain_text("is cancelled")


def _till_cut_off(till: TillPage, visitors: Visitors) -> Iterator[str]:
    page = till.page
    with visitors.watch_of(page).somebody_away():
        page.context.set_offline(True)
        till.sell(JUG)
        expect(page.locator("#main")).to_contain_text("no receipt number yet")
        expect(page.locator(".saved")).to_contain_text("does not answer")
        yield "till-kept"
        till.go("menu")
        page.get_by_role("button", name=re.compile("^Sign out")).click()
        expect(page.get_by_role("alert")).to_be_visible()
        yield "till-sign-out-refused"
        till.go("sell")
        yield "till-sell-cut-off"
        page.context.set_offline(False)
        expect(page.locator(".notices")).to_contain_text("The kept sale is at the till now.")
    yield "till-delivered"


def _staff(staff: StaffPage, walk: _Walk) -> Iterator[str]:
    staff.open()
    expect(staff.page.get_by_label("Password")).to_be_visible()
    yield "staff-sign-in"
    staff.type_password("not-the-password")
    expect(staff.page.get_by_role("alert").locator(".note")).to_be_visible()
    yield "staff-wrong-password"
    staff.enter()
    card = staff.parcel(walk.code[:3]).first
    open_door = card.get_by_role("button", name=re.compile(r"^Open door \d$"))
    expect(open_door).to_be_visible()
    yield "staff-parcels"
    card.get_by_role("button", name="New code").click()
    expect(card).to_contain_text("Make a new code?")
    yield "staff-new-code-asked"
    card.get_by_role("button", name="No, keep it").click()
    walk.door = open_door.inner_text().split()[-1]
    open_door.click()
    expect(card).to_contain_text(f"Door {walk.door} is open.")
    expect(staff.page.locator(".bank .door.open")).to_be_visible()
    card.scroll_into_view_if_needed()
    yield "staff-door-open"


def _board_before(board: BoardPage) -> Iterator[str]:
    board.open()
    expect(board.page.get_by_label("Terminal key")).to_be_visible()
    yield "board-set-up"
    board.enter()
    expect(board.coming.locator("li").first).to_be_visible()
    yield "board-being-prepared"


def _board(board: BoardPage) -> Iterator[str]:
    expect(board.ready.locator("li.new").first).to_be_visible()
    yield "board-ready"
    many = json.dumps(
        {"ready": [f"{number:03d}" for number in range(100, 180)], "coming": ["q2-044", "1045"]}
    )
    board.page.route("**/api/board", lambda route: route.fulfill(body=many))
    board.page.reload()
    expect(board.page.get_by_role("button", name="Stop turning pages")).to_be_visible()
    yield "board-long"


def _bank(bank: BankPage, walk: _Walk) -> Iterator[str]:
    bank.open()
    jam = bank.page.get_by_role("switch", name=re.compile(r"^Jam a door: \d$")).last
    jam.click()
    expect(bank.page.locator("button.door.jammed")).to_be_visible()
    bank.page.evaluate("scrollTo(0, 0)")
    yield "bank-open-and-jammed"
    jam.click()
    bank.push_shut(walk.door)
    bank.page.evaluate("scrollTo(0, 0)")
    yield "bank-shut"


def _terminal(terminal: TerminalPage, bank: BankPage, walk: _Walk) -> Iterator[str]:
    terminal.open()
    expect(terminal.page.get_by_label("Terminal key")).to_be_visible()
    yield "terminal-set-up"
    terminal.set_up()
    terminal.type_code("4071")
    yield "terminal-typing"
    terminal.enter()
    terminal.collect(NOBODYS_CODE)
    expect(terminal.page.get_by_role("alert")).to_contain_text(re.compile("does not fit|One moment"))
    yield "terminal-wrong-code"
    terminal.collect(walk.code)
    expect(terminal.page.locator(".number")).to_contain_text(walk.door)
    yield "terminal-open"
    bank.push_shut(walk.door)


def _staff_afterwards(staff: StaffPage, walk: _Walk) -> Iterator[str]:
    page = staff.page
    expect(staff.parcel(walk.code[:3]).first).to_contain_text("collected")
    yield "staff-collected"
    page.get_by_role("link", name="Tills and cloud").click()
    expect(page.get_by_role("table")).to_contain_text("till-harbour")
    yield "staff-tills"


def _dashboard(dashboard: DashboardPage) -> Iterator[str]:
    page = dashboard.page
    dashboard.open()
    expect(page.get_by_label("Password")).to_be_visible()
    yield "dashboard-sign-in"
    dashboard.enter()
    expect(page.locator("#hours canvas")).to_be_visible()
    yield "dashboard-today"
    page.get_by_text("The same figures as a table").click()
    yield "dashboard-hours-table"
    page.get_by_role("link", name="Lockers", exact=True).click()
    expect(page.locator("table.parcels")).to_be_visible()
    yield "dashboard-lockers"
    page.get_by_role("link", name="Tills and hubs", exact=True).click()
    expect(page.get_by_role("heading", name="Lockers")).to_be_visible()
    yield "dashboard-fleet"
    yield from _catalogue(dashboard)


def _dashboard_ahead(dashboard: DashboardPage, till: TillPage) -> Iterator[str]:
    """What lies ahead, once somebody has said so at a till; taken back there afterwards."""
    page, ahead = till.page, dashboard.page.locator("#market")
    till.enter()
    till.go("market")
    day = page.locator(".weeks button[aria-pressed='false']").last
    cell = page.locator(f".weeks button[value='{day.get_attribute('value')}']")
    till.tap(cell)
    expect(cell).to_have_attribute("aria-pressed", "true")
    till.go("signals", "+")
    page.get_by_role("button", name=re.compile("^Social media")).click()
    page.get_by_role("button", name="far more").click()
    page.get_by_role("button", name="Note it").first.click()
    dashboard.go("today", "market")
    expect(ahead.locator("li", has_text="Social media").first).to_be_visible(timeout=SYNCED_MS)
    ahead.scroll_into_view_if_needed()
    yield "dashboard-ahead"
    page.get_by_role("button", name=re.compile("^Take it away")).first.click()
    expect(page.locator("#main .empty, #main .signals").first).to_be_visible()
    till.go("market")
    till.tap(cell)
    expect(cell).to_have_attribute("aria-pressed", "false")


def _catalogue(dashboard: DashboardPage) -> Iterator[str]:
    page = dashboard.page
    page.get_by_role("link", name="Catalogue", exact=True).click()
    page.get_by_role("link", name="Add a product").click()
    expect(page.get_by_role("heading", name="A new product")).to_be_visible()
    yield "dashboard-catalogue-new"
    dashboard.go("catalogue")
    expect(page.locator("#main .goods, #main .empty").first).to_be_visible()
    yield "dashboard-catalogue"
    for room, landmark in (
        ("stalls", "#main .states"),
        ("stalls/everyone", "#main form"),
        ("file", "#catalogue-file"),
        ("versions", "#main .versions, #main .quiet"),
    ):
        dashboard.go("catalogue", *room.split("/"))
        expect(page.locator(landmark).first).to_be_visible()
        yield f"dashboard-catalogue-{room.replace('/', '-')}"
