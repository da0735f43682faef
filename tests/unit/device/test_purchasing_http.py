"""Buying in over the till's interface, with a real mail server and a real supplier's program on this machine."""

import asyncio
import hashlib
import hmac
import io
import json
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pypdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from device.adapters.files.identity_file import IdentityFile
from device.adapters.http.till_app import create_app
from device.adapters.http.till_services import TillServices
from device.adapters.purchase_mail.smtp_mailer import SmtpMailer
from device.adapters.purchase_mail.webhook_caller import WebhookCaller, signature_of
from device.app.build_services import build_services
from device.app.open_till import open_till
from device.domain.need import Need
from device.domain.people import Role
from device.domain.purchasing.paper import Letter
from device.domain.purchasing.sending import SendState
from device.domain.purchasing.supplier_faults import MailSecurity, MailSettings
from device.ports.purchase import Carried, NotCarried, OrderCall, OrderMail, Unclear
from device.services.changes import Changes
from shared.events.purchase import OrderChannel, PurchaseOrderSendingStarted
from shared.ids import Sku
from tests.fakes import IDENTITY, FakeClock
from tests.free_ports import free_port
from tests.mail_server import MailServer, Mood
from tests.unit.device.test_till_http import CSV, Counter, config_in

PRICES = "item;article;name;pack;price;min packs\nm1;C-9;Clay, white;10;8.00;1\ngone;;;1;1;\n"


@dataclass
class Desk:
    """A browser at the till, the services behind it, and the clock."""

    counter: Counter
    services: TillServices
    clock: FakeClock
    data_dir: Path

    async def get(self, path: str) -> Any:
        answer = await self.counter.http.get(f"/api/purchasing{path}")
        assert answer.is_success, answer.text
        return answer.json()

    async def later(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await self.counter.sign_in()

    async def post(self, path: str, body: object = None) -> httpx.Response:
        return await self.counter.http.post(f"/api/purchasing{path}", json=body)

    async def supplier(self, **more: object) -> str:
        said = {"name": "Clay & Co", "lead_days": 3, "email": "orders@clay.example", **more}
        answer = await self.post("/suppliers", said)
        assert answer.status_code == 201, answer.text
        supplier_id: str = answer.json()["supplier_id"]
        listed = await self.counter.http.post(
            f"/api/purchasing/suppliers/{supplier_id}/prices", content=PRICES.encode()
        )
        assert (listed.json()["count"], listed.json()["refused_count"]) == (1, 1)
        return supplier_id

    async def need(self, keep_milli: int = 25_000, lead_days: int = 9) -> None:
        material = {"name": "White clay", "unit": "kg", "keep_milli": keep_milli, "lead_days": lead_days}
        assert (await self.counter.http.put("/api/materials/m1", json=material)).is_success

    async def mail_by(self, server: MailServer) -> None:
        mail = {"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "stall@harbour.example",
                "user": server.user, "password": server.password}  # fmt: skip
        answer = await self.counter.http.put("/api/purchasing/mail", json=mail)
        assert answer.is_success, answer.text

    async def approve(self, order_id: str = "o-1") -> dict[str, Any]:
        (draft,) = (await self.get(""))["drafts"]
        wish = {
            "order_id": order_id,
            "supplier_id": draft["supplier_id"],
            "total_minor": draft["total_minor"],
        }
        answer = await self.post("/orders", wish)
        assert answer.status_code == 201, answer.text
        placed: dict[str, Any] = answer.json()
        return placed

    async def order(self, order_id: str = "o-1") -> Any:
        return await self.get(f"/orders/{order_id}")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    IdentityFile(tmp_path / "identity.json").save(IDENTITY)
    clock = FakeClock()
    with open_till(config_in(tmp_path), clock=clock) as till:
        services = build_services(till, changes=Changes(), hub_status=None, on_ledger_failed=lambda: None)
        services.sign_in.add_cashier("Mira", "1234", Role.MANAGER)
        services.sign_in.add_cashier("Tom", "4321")
        await services.import_catalogue.import_csv(CSV, "Mira")
        transport = httpx.ASGITransport(create_app(services))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            counter = Counter(http, till)
            await counter.sign_in()
            yield Desk(counter, services, clock, tmp_path)


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    server = MailServer(user="stall", password="s3cret")
    await server.start(free_port())
    yield server
    await server.stop()


async def test_an_order_is_drafted_approved_mailed_and_received_in_parts(
    desk: Desk, mail_server: MailServer
) -> None:
    await desk.need()
    unsold = await desk.get("")
    assert [one["item"] for one in unsold["unsold"]] == ["m1"]
    await desk.mail_by(mail_server)
    supplier_id = await desk.supplier()
    (draft,) = (await desk.get(""))["drafts"]
    (line,) = draft["lines"]
    assert (line["packs"], line["late"], draft["total_minor"], draft["hold"]) == (3, False, 2400, None)
    assert "White clay" in line["why"]
    placed = await desk.approve()
    again = await desk.post("/orders", {"order_id": "o-1", "supplier_id": supplier_id, "total_minor": 2400})
    assert again.json()["number"] == placed["number"] == f"{IDENTITY.device}-0001"
    assert (await desk.get(""))["drafts"] == []

    assert await desk.services.purchase_outbox.send_due() == 1
    assert await desk.services.purchase_outbox.send_due() == 0
    (mail,) = mail_server.mails
    assert (mail["To"], mail["From"], mail["Message-ID"]) == (
        "orders@clay.example", "stall@harbour.example", "<o-1@harbour.example>",
    )  # fmt: skip
    pdf, table = mail.iter_attachments()
    text = pypdf.PdfReader(io.BytesIO(pdf.get_payload(decode=True))).pages[0].extract_text()  # type: ignore[arg-type]
    assert placed["number"] in text
    assert "Clay, white" in text
    assert "24.00 EUR" in text
    assert ',C-9,m1,"Clay, white",3,10,30,8.00,24.00,EUR,' in table.get_content()
    assert (await desk.order())["sending"]["state"] == "sent"

    await desk.later(5 * 86_400)
    assert (await desk.order())["late_days"] == 2
    letter = await desk.get("/orders/o-1/chase")
    assert "- Clay, white: 30" in letter["text"]
    part = {"receipt_id": "r-1", "lines": [{"place": 0, "quantity_milli": 20_000}]}
    for _ in range(2):
        assert (await desk.post("/orders/o-1/goods", part)).json()["state"] == "open"
    there = (await desk.counter.http.get("/api/materials/m1")).json()
    assert there["there_milli"] == 20_000
    rest = {"receipt_id": "r-2", "lines": [{"place": 0, "quantity_milli": 10_000}]}
    assert (await desk.post("/orders/o-1/goods", rest)).json()["state"] == "received"
    told = await desk.get(f"/suppliers/{supplier_id}")
    assert (told["lead"]["stated"], told["lead"]["seen"], told["lead"]["usual"]) == (3, 1, 4)
    refused = await desk.post("/orders/o-1/goods", {**rest, "receipt_id": "r-3"})
    assert (refused.status_code, refused.json()["code"]) == (409, "purchase-done")


async def test_a_delivered_product_moves_its_stock_in_the_same_breath(desk: Desk) -> None:
    await desk.need()
    supplier_id = await desk.supplier()
    await desk.counter.http.post(
        f"/api/purchasing/suppliers/{supplier_id}/prices", content=b"item,price\nbowl,9\n"
    )

    async def needs() -> tuple[Any, ...]:
        today = desk.clock.now().date()
        return (Need(item="bowl", is_material=False, name="Bowl", quantity_milli=4_000, by=today + timedelta(days=9), words="low"),)  # fmt: skip

    desk.services.purchasing._needs = needs  # in the place of weeks of sales
    before = desk.services.ledger.state.stock_milli.get(Sku("bowl"), 0)
    await desk.approve()
    seq = desk.services.ledger.head.seq
    await desk.post(
        "/orders/o-1/goods", {"receipt_id": "r-1", "lines": [{"place": 0, "quantity_milli": 4_000}]}
    )
    assert desk.services.ledger.head.seq == seq + 2
    assert desk.services.ledger.state.stock_milli.get(Sku("bowl"), 0) == before + 4_000


async def test_what_changed_meanwhile_or_is_held_is_not_ordered(desk: Desk) -> None:
    await desk.need()
    supplier_id = await desk.supplier(minimum_minor=5_000)
    wish = {"order_id": "o-1", "supplier_id": supplier_id, "total_minor": 1}
    changed = await desk.post("/orders", wish)
    assert (changed.status_code, changed.json()["code"], changed.json()["total_minor"]) == (
        409, "draft-changed", 2400,
    )  # fmt: skip
    held = await desk.post("/orders", {**wish, "total_minor": 2400})
    assert (held.status_code, held.json()["code"]) == (409, "draft-held")
    assert "26.00 EUR" in held.json()["message"]
    more = {"packs": {"material:m1": 7}}
    (draft,) = (await desk.post("/drafts", more)).json()["drafts"]
    assert (draft["total_minor"], draft["hold"]) == (5600, None)
    assert (await desk.post("/orders", {**wish, **more, "total_minor": 5600})).status_code == 201
    assert (await desk.post("/drafts", {"packs": {"material:m1": -1}})).status_code == 422
    gone = await desk.post("/orders", {"order_id": "o-2", "supplier_id": "nobody", "total_minor": 1})
    assert gone.json()["code"] == "nothing-to-order"
    await desk.counter.http.put("/api/workshop", json={"cash_minor": 6_000})
    await desk.need(keep_milli=200_000)
    (draft,) = (await desk.get(""))["drafts"]
    assert (draft["hold"], (await desk.get(""))["cash_left_minor"]) == ("cash", 400)
    assert (await desk.post("/orders/o-1/paid")).json()["paid"] is True
    assert (await desk.get(""))["cash_left_minor"] == 6_000


async def test_a_cashier_may_book_what_came_but_order_nothing(desk: Desk) -> None:
    await desk.need()
    supplier_id = await desk.supplier()
    await desk.approve()
    await desk.counter.sign_in("4321")
    wish = {"order_id": "o-2", "supplier_id": supplier_id, "total_minor": 1}
    for path, body in (("/orders", wish), ("/orders/o-1/cancel", None), ("/suppliers", {"name": "x"})):
        assert (await desk.post(path, body)).status_code == 403
    assert (await desk.counter.http.get("/api/purchasing/mail")).status_code == 403
    came = {"receipt_id": "r", "lines": [{"place": 0, "quantity_milli": 1_000}]}
    assert (await desk.post("/orders/o-1/goods", came)).is_success


async def test_suppliers_that_cannot_be_are_refused_with_their_field(desk: Desk) -> None:
    for field_, value in (
        ("name", ""), ("email", "a b@c"), ("email", "x@y\r\nBcc: z@z"), ("webhook", "http://clay.example/x"),
        ("webhook", "https://user:pw@clay.example"), ("language", "fr"), ("lead_days", -1), ("minimum_minor", -1),
    ):  # fmt: skip
        answer = await desk.post("/suppliers", {"name": "Clay", field_: value})
        assert (answer.status_code, answer.json()["field"]) == (422, field_)
    first = await desk.post("/suppliers", {"name": "Clay"})
    assert first.status_code == 201
    assert (await desk.post("/suppliers", {"name": "CLAY"})).json()["field"] == "name"
    mail = {"host": "mail.example.com", "sender": "a@b.example", "security": "none"}
    refused = await desk.counter.http.put("/api/purchasing/mail", json=mail)
    assert (refused.status_code, refused.json()["field"]) == (422, "security")


async def test_small_orders_go_by_themselves_once_a_day_and_flagged_ones_never(desk: Desk) -> None:
    await desk.need(lead_days=0)
    supplier_id = await desk.supplier(auto_limit_minor=3_000)
    buying = desk.services.purchasing
    assert await buying.place_by_itself() == ()  # it would come too late: somebody has to look at it
    await desk.need()
    (order,) = await buying.place_by_itself()
    assert (order.placed.automatic, order.placed.supplier_id, order.placed.total_minor) == (
        True,
        supplier_id,
        2400,
    )
    await desk.need(keep_milli=40_000)
    assert await buying.place_by_itself() == ()
    await desk.later(86_400)
    (second,) = await buying.place_by_itself()
    assert second.placed.total_minor == 800
    await desk.need(keep_milli=400_000)
    await desk.later(86_400)
    assert await buying.place_by_itself() == ()


async def test_a_taken_plan_lets_small_orders_go_without_waiting_for_the_hour(desk: Desk) -> None:
    await desk.need()
    await desk.supplier(auto_limit_minor=3_000)
    task = asyncio.create_task(desk.services.purchasing.run())
    try:
        await asyncio.sleep(0)
        assert (await desk.counter.http.put("/api/workshop", json={"hour_minor": 100})).is_success
        async with asyncio.timeout(20):
            while not desk.services.purchasing.book.orders:
                await asyncio.sleep(0.02)
    finally:
        task.cancel()


async def test_bought_goods_of_a_plan_that_was_taken_on_are_ordered_once_and_count_once(desk: Desk) -> None:
    http = desk.counter.http
    friday = desk.clock.wall
    for week in range(12, 0, -1):
        desk.clock.wall = friday - timedelta(days=7 * week - 1)
        await desk.counter.sell(week, quantity=8000, tendered=20_000)
        await http.post("/api/close-day", json={"cash_counted_minor": 0})
    desk.clock.wall = friday
    await http.put("/api/making/bowl", json={"supply": "bought", "lead_days": 1})
    await desk.need()
    supplier_id = await desk.supplier(lead_days=0)
    listed = f"/api/purchasing/suppliers/{supplier_id}/prices"
    await http.post(listed, content=b"item,pack,price\nbowl,2,9\n")
    await http.put("/api/materials/m1", json={"name": "White clay", "unit": "kg", "retired": True})
    plan = (await http.get("/api/make-next", params={"period": "week"})).json()
    before = {row["sku"]: row for row in plan["products"]}["bowl"]
    (line,) = (await desk.get(""))["drafts"][0]["lines"]
    assert line["needed_milli"] == 1000 * before["make"] > 0
    wish = {"plan_id": "p", "based_on": plan["based_on"], "period": "week", "pieces": {"bowl": 11}}
    assert (await http.post("/api/make-next/accept", json=wish)).is_success
    (line,) = (await desk.get(""))["drafts"][0]["lines"]
    assert (line["needed_milli"], line["packs"]) == (
        max(11_000, 1000 * before["make"]),
        -(-max(11, before["make"]) // 2),
    )
    await desk.approve()
    assert (await desk.get(""))["drafts"] == []
    after = (await http.get("/api/make-next", params={"period": "week"})).json()
    row = {row["sku"]: row for row in after["products"]}["bowl"]
    assert row["coming"] == 2 * line["packs"]


async def test_a_mail_that_fails_is_tried_again_later_and_a_refused_one_waits_for_somebody(
    desk: Desk, mail_server: MailServer
) -> None:
    await desk.need()
    await desk.mail_by(mail_server)
    await desk.supplier()
    await desk.approve()
    outbox = desk.services.purchase_outbox
    mail_server.mood = Mood.BUSY
    assert await outbox.send_due() == 1
    assert await outbox.send_due() == 0
    told = (await desk.order())["sending"]
    assert (told["state"], told["tries"]) == ("waiting", 1)
    assert "451" in told["words"]
    await desk.later(120)
    mail_server.mood = Mood.NO_SUCH_PERSON
    assert await outbox.send_due() == 1
    await desk.later(86_400)
    assert await outbox.send_due() == 0
    assert (await desk.order())["sending"]["state"] == "given_up"
    mail_server.mood = Mood.WELL
    assert (await desk.post("/orders/o-1/sending", {"said": "again"})).is_success
    assert await outbox.send_due() == 1
    assert len(mail_server.mails) == 1


async def test_a_till_that_starts_anew_goes_on_with_what_was_placed_and_not_sent(
    desk: Desk, mail_server: MailServer
) -> None:
    await desk.need()
    await desk.mail_by(mail_server)
    await desk.supplier()
    await desk.approve()
    mail_server.mood = Mood.BUSY
    assert await desk.services.purchase_outbox.send_due() == 1
    desk.clock.advance(120)
    mail_server.mood = Mood.WELL
    anew = build_services(
        desk.counter.till, changes=Changes(), hub_status=None, on_ledger_failed=lambda: None
    )
    assert await anew.purchase_outbox.send_due() == 1
    assert [mail["Message-ID"] for mail in mail_server.mails] == ["<o-1@harbour.example>"]


async def test_an_outcome_that_nobody_knows_is_asked_about_and_never_sent_again_by_itself(
    desk: Desk, mail_server: MailServer
) -> None:
    await desk.need()
    await desk.mail_by(mail_server)
    await desk.supplier()
    await desk.approve()
    mail_server.mood = Mood.DIES_AFTER_DATA
    outbox = desk.services.purchase_outbox
    assert await outbox.send_due() == 1
    await desk.later(86_400)
    assert await outbox.send_due() == 0
    assert (await desk.order())["sending"]["state"] == "unclear"
    assert (await desk.post("/orders/o-1/sending", {"said": "arrived"})).json()["sending"]["state"] == "sent"
    assert len(mail_server.mails) == 1


async def test_a_till_that_lost_power_while_it_sent_does_not_send_again_by_itself(
    desk: Desk, mail_server: MailServer
) -> None:
    await desk.need()
    await desk.mail_by(mail_server)
    await desk.supplier()
    await desk.approve()
    started = PurchaseOrderSendingStarted(order_id="o-1", channel=OrderChannel.EMAIL)
    await desk.services.ledger.append(lambda _: (started,))
    assert await desk.services.purchase_outbox.send_due() == 0
    assert desk.services.purchasing.book.orders["o-1"].sending.state is SendState.UNCLEAR
    assert mail_server.visits == 0


async def test_the_password_is_in_no_answer_no_ledger_and_no_log(
    desk: Desk, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await desk.need()
    await desk.mail_by(mail_server)
    await desk.supplier()
    assert (await desk.post("/mail/try")).status_code == 204
    assert mail_server.signed_in == ["stall"]
    told = await desk.get("/mail")
    assert told["mail"]["has_password"] is True
    kept = {**told["mail"], "sender": "new@harbour.example"}
    del kept["has_password"]
    assert (await desk.counter.http.put("/api/purchasing/mail", json=kept)).json()["has_password"] is True
    await desk.approve()
    await desk.services.purchase_outbox.send_due()
    mail_server.password = "other"
    refused = await desk.post("/mail/try")
    assert (refused.status_code, refused.json()["code"]) == (409, "mail-away")
    assert "s3cret" not in caplog.text + json.dumps(told) + repr(desk.services.settings.current)
    lines = desk.services.ledger.read_lines(1, desk.services.ledger.head.seq)
    assert not any(b"s3cret" in line for line in lines)


@dataclass
class Program:
    """A supplier's program: answers POSTs as it is told to, and keeps their headers and bodies."""

    status: str = "204 No Content"
    silent: bool = False
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {
            name.lower(): value
            for line in head.split("\r\n")[1:]
            if (parts := line.partition(": ")) and (name := parts[0]) and (value := parts[2])
        }
        self.calls.append((headers, await reader.readexactly(int(headers["content-length"]))))
        if not self.silent:
            writer.write(f"HTTP/1.1 {self.status}\r\nContent-Length: 0\r\nLocation: /b\r\n\r\n".encode())
            await writer.drain()
        writer.close()


@pytest.fixture
async def program() -> AsyncIterator[tuple[Program, str]]:
    running, port = Program(), free_port()
    server = await asyncio.start_server(running.serve, "127.0.0.1", port)
    yield running, f"http://127.0.0.1:{port}/orders"
    server.close()
    await server.wait_closed()


async def test_a_suppliers_program_gets_the_order_signed_and_with_a_key_against_repeats(
    desk: Desk, program: tuple[Program, str]
) -> None:
    running, url = program
    await desk.need()
    await desk.supplier(webhook=url)
    await desk.approve()
    assert await desk.services.purchase_outbox.send_due() == 1
    ((headers, body),) = running.calls
    key = bytes.fromhex((await desk.get("/mail"))["webhook_key"])
    said = f"{headers['stallholder-timestamp']}.".encode() + body
    assert headers["stallholder-signature"] == "sha256=" + hmac.new(key, said, hashlib.sha256).hexdigest()
    assert headers["idempotency-key"] == "o-1"
    order = json.loads(body)
    assert (order["order_id"], order["total_minor"], order["lines"][0]["article"]) == ("o-1", 2400, "C-9")
    assert (await desk.order())["sending"] | {"last_at": None} == {
        "state": "sent", "tries": 0, "words": "", "channel": "webhook", "last_at": None,
    }  # fmt: skip


async def test_a_programs_answer_says_whether_trying_again_helps(program: tuple[Program, str]) -> None:
    running, url = program
    call = OrderCall(key="o", url=url, body={"a": 1}, secret=b"k", at_s=5)
    for status, lasting in (("503 x", False), ("429 x", False), ("404 x", True), ("302 x", True)):
        running.status = status
        answer = await WebhookCaller().call(call)
        assert isinstance(answer, NotCarried)
        assert answer.lasting is lasting
    assert len(running.calls) == 4
    running.silent = True
    assert isinstance(await WebhookCaller().call(call), Unclear)
    nobody = replace(call, url=f"http://127.0.0.1:{free_port()}/")
    assert await WebhookCaller().call(nobody) == NotCarried("the supplier's program cannot be reached")


def test_the_signature_is_that_of_the_documents() -> None:
    assert signature_of(b"\x01\x02", 1_764_000_000, b'{"a":1}') == (
        "sha256=" + hmac.new(b"\x01\x02", b'1764000000.{"a":1}', hashlib.sha256).hexdigest()
    )


def _certificate(directory: Path) -> tuple[ssl.SSLContext, Callable[[], ssl.SSLContext]]:
    """A server's certificate for localhost, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)  # noqa: TID251 - TLS looks at the real clock
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (directory / "server.pem").write_bytes(private + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.pem")
    return context, lambda: ssl.create_default_context(cadata=pem.decode())


async def test_mail_goes_out_encrypted_to_a_server_that_is_trusted_and_to_no_other(tmp_path: Path) -> None:
    context, trusting = _certificate(tmp_path)
    server = MailServer(user="stall", password="pw", tls=context)
    await server.start(free_port())
    by = MailSettings(host="localhost", port=server.port, security=MailSecurity.STARTTLS, user="stall",
                      password="pw", sender="a@b.example")  # fmt: skip
    mail = OrderMail(key="k", to="c@d.example", letter=Letter(subject="Bestellung äö", text="Grüße\n.\n"), pdf=b"%PDF",
                     csv=b"a", file_name="order-1")  # fmt: skip
    try:
        assert await SmtpMailer(make_context=trusting).send(mail, by) == Carried()
        assert server.mails[0]["Subject"] == "Bestellung äö"
        body = server.mails[0].get_body()
        assert body is not None
        assert body.get_content().splitlines() == ["Grüße", "."]
        refused = await SmtpMailer().send(mail, by)
        assert refused == NotCarried("the mail server's certificate is not trusted", lasting=True)
        wrong = replace(by, password="no")
        answer = await SmtpMailer(make_context=trusting).send(mail, wrong)
        assert isinstance(answer, NotCarried)
        assert answer.lasting
        server.tls = None
        answer = await SmtpMailer(make_context=trusting).send(mail, by)
        assert isinstance(answer, NotCarried)
    finally:
        await server.stop()
    away = await SmtpMailer().send(mail, replace(by, security=MailSecurity.NONE, host="127.0.0.1"))
    assert away == NotCarried("the mail server cannot be reached")
    assert len(server.mails) == 1


async def test_a_mail_server_that_asks_for_no_password_is_greeted_all_the_same() -> None:
    server = MailServer()
    await server.start(free_port())
    by = MailSettings(host="127.0.0.1", port=server.port, security=MailSecurity.NONE, sender="a@b.example")
    mail = OrderMail(key="k", to="c@d.example", letter=Letter(subject="Order", text="Grüße"), pdf=b"%PDF", csv=b"a",
                     file_name="order-1")  # fmt: skip
    try:
        assert await SmtpMailer().send(mail, by) == Carried()
        assert server.greeted == 1
        server.user, server.password = "stall", "s3cret"
        odd = await SmtpMailer().send(mail, replace(by, user="stall", password="geheimnißvoll"))
        assert odd == NotCarried("user and password may only have plain letters and digits", lasting=True)
    finally:
        await server.stop()


async def test_a_silent_mail_server_ends_within_its_time() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    port = free_port()
    server = await asyncio.start_server(silent, "127.0.0.1", port)
    by = MailSettings(host="127.0.0.1", port=port, security=MailSecurity.NONE, sender="a@b.example")
    assert await SmtpMailer(answer_s=0.2).try_out(by) == NotCarried("the mail server cannot be reached")
    server.close()
    await server.wait_closed()


async def test_what_was_used_beyond_the_book_is_not_ordered_twice(desk: Desk) -> None:
    """The book says 40 kg less than none; 25 kg should be there, 30 are ordered, and 30 are there when they come."""
    await desk.need()
    await desk.supplier(email="")
    recipe = {"makes": 1, "parts": [{"material_id": "m1", "quantity_milli": 4_000}]}
    assert (await desk.counter.http.put("/api/recipes/bowl", json=recipe)).is_success
    made = {"sku": "bowl", "change_milli": 10_000, "reason": "received"}
    assert (await desk.counter.http.post("/api/stock", json=made)).is_success
    placed = await desk.approve()
    came = [{"place": 0, "quantity_milli": placed["lines"][0]["missing_milli"]}]
    await desk.post("/orders/o-1/goods", {"receipt_id": "r-1", "lines": came})
    there = (await desk.counter.http.get("/api/materials/m1")).json()
    assert (placed["lines"][0]["quantity_milli"], there["there_milli"], there["missing_milli"]) == (
        30_000,
        30_000,
        0,
    )
    assert (there["percent_more"], there["counts"]) == (0, 0)  # nothing was counted: nothing is learned


async def test_a_price_is_told_by_hand_and_takes_the_place_of_the_lists(desk: Desk) -> None:
    await desk.need()
    supplier = await desk.supplier()
    path = f"/suppliers/{supplier}/price"
    price = {"item": "m1", "is_material": True, "pack_milli": 5_000, "price_minor": 450}
    for _ in range(2):
        told = await desk.post(path, price)
        assert told.status_code == 201
    (clay,) = told.json()["prices"]
    assert (clay["name"], clay["unit"], clay["article"]) == ("Clay, white", "kg", "C-9")
    newest = clay["history"][0]
    assert (newest["price_minor"], newest["pack_milli"], newest["is_current"]) == (450, 5_000, True)
    (draft,) = (await desk.get(""))["drafts"]
    assert [(line["packs"], line["pack_milli"], line["unit"]) for line in draft["lines"]] == [
        (5, 5_000, "kg")
    ]
    for wrong, name in (({"item": "moon"}, "item"), ({"pack_milli": 0}, "pack_milli"), ({"price_minor": -1}, "price_minor"),
                         ({"packs_min": 0}, "packs_min"), ({"article": "x" * 90}, "article"), ({"is_material": False}, "item")):  # fmt: skip
        refused = await desk.post(path, {**price, **wrong})
        assert (refused.status_code, refused.json()["field"]) == (422, name)
    assert (await desk.post("/suppliers/nobody/price", price)).status_code == 404
