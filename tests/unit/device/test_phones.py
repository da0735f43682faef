"""Phones at the stall: how one is paired, what an unpaired one reaches, and what is left of one that was sent away."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.adapters.http.doorstep import create_doorstep_app
from device.adapters.http.phone_gate import COOKIE, gated
from device.adapters.http.till_app import create_app
from device.adapters.http.till_services import TillServices
from device.adapters.own_address import own_addresses
from device.adapters.phone_certificates import (
    CERTIFICATE_LIFE,
    RENEW_BEFORE,
    PhoneCertificateError,
    PhoneCertificates,
)
from device.app.build_services import build_services
from device.app.first_start import enrolment_service
from device.app.open_till import open_till
from device.app.phone_door import ShutDoor
from device.config import Config
from device.domain.phone_door import DoorStatus, reach_of_authority
from device.domain.phones import (
    CODE_LASTS_MS,
    PHONES_MAX,
    TRIES_MAX,
    BadPhoneName,
    NoPairing,
    Phone,
    TooManyPhones,
    UnknownPhone,
    WrongPairingCode,
    code_of,
)
from device.services.changes import Changes
from device.services.phones import PhoneBook
from shared.authority import Pair, Term, hosts_of, issue, make_authority, reach_of, term_of
from shared.host.system_clock import SystemClock
from tests.fakes import NOON, FakeClock, FakeRandomness, MemorySettings

PIN = "4711"


class OpenDoor(ShutDoor):
    status = DoorStatus(
        address="https://10.42.0.1:8143", doorstep="http://10.42.0.1:8180", fingerprint="AB" * 32
    )
    certificate_der = b"der"


def phone_book(settings: MemorySettings | None = None) -> tuple[PhoneBook, FakeClock]:
    clock = FakeClock()
    book = PhoneBook(settings=settings or MemorySettings(), clock=clock, randomness=FakeRandomness(1),
                     changes=Changes(), door=OpenDoor())  # fmt: skip
    return book, clock


@given(st.binary(min_size=8, max_size=32))
def test_a_code_is_always_eight_digits(random: bytes) -> None:
    assert len(code_of(random)) == 8
    assert code_of(random).isdecimal()


def test_the_code_pairs_one_phone_once_with_or_without_spaces() -> None:
    book, _ = phone_book()
    code = book.offer("Ada").code
    phone = book.pair(f"{code[:4]} {code[4:]}", " Ana's phone ", token_sha256="a" * 64)
    assert isinstance(phone, Phone)
    assert (phone.name, phone.paired_by) == ("Ana's phone", "Ada")
    assert book.pair(code, "Another", token_sha256="b" * 64) == NoPairing()
    assert book.find("a" * 64) == phone
    assert book.find("b" * 64) is None


def test_too_many_wrong_codes_end_the_offer_also_for_the_right_one() -> None:
    book, _ = phone_book()
    code = book.offer("Ada").code
    wrong = "0" * 8 if code != "0" * 8 else "1" * 8
    left = [book.pair(wrong, "Phone", token_sha256="a" * 64) for _ in range(TRIES_MAX)]
    assert left == [*(WrongPairingCode(n) for n in range(TRIES_MAX - 1, 0, -1)), NoPairing()]
    assert book.pair(code, "Phone", token_sha256="a" * 64) == NoPairing()


def test_a_code_that_is_too_old_or_was_replaced_pairs_nobody() -> None:
    book, clock = phone_book()
    first = book.offer("Ada").code
    second = book.offer("Ada").code
    assert first == second or isinstance(book.pair(first, "Phone", token_sha256="a" * 64), WrongPairingCode)
    clock.advance(CODE_LASTS_MS // 1000)
    assert book.offer_left_s() == 0
    assert book.pair(second, "Phone", token_sha256="a" * 64) == NoPairing()


def test_a_name_that_will_not_do_costs_no_try() -> None:
    book, _ = phone_book()
    code = book.offer("Ada").code
    for name in ("", "   ", "x" * 41, "a\nb"):
        assert book.pair(code, name, token_sha256="a" * 64) == BadPhoneName()
    assert isinstance(book.pair(code, "Phone", token_sha256="a" * 64), Phone)


def test_two_phones_of_one_name_are_told_apart_and_there_is_a_most() -> None:
    book, _ = phone_book()
    for number in range(PHONES_MAX):
        assert isinstance(book.pair(book.offer("Ada").code, "Phone", token_sha256=f"{number:064}"), Phone)
    assert len({phone.name for phone in book.paired}) == PHONES_MAX
    assert book.pair(book.offer("Ada").code, "Phone", token_sha256="f" * 64) == TooManyPhones()


def test_when_a_phone_was_here_is_noted_by_the_hour_and_a_clock_set_back_stops_nothing() -> None:
    settings = MemorySettings()
    book, clock = phone_book(settings)
    book.pair(book.offer("Ada").code, "Phone", token_sha256="a" * 64)
    clock.wall = NOON + timedelta(minutes=10)
    book.find("a" * 64)
    assert book.paired[0].seen_at == NOON
    clock.wall = datetime(1970, 1, 1, tzinfo=UTC)
    assert book.find("a" * 64) is not None
    assert book.paired[0].seen_at == clock.wall


def test_nobody_of_that_id_can_be_sent_away() -> None:
    book, _ = phone_book()
    assert book.unpair("nobody") == UnknownPhone()


# -- Behind the door ------------------------------------------------------------------------------------------


class Stall:
    """A till with a manager; its own screen, and phones behind the gate."""

    def __init__(self, services: TillServices) -> None:
        self.services = services
        self._house = create_app(services)

    def screen(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self._house), base_url="http://localhost:8101")

    def phone(self) -> httpx.AsyncClient:
        house = gated(self._house, self.services.phones)
        return httpx.AsyncClient(transport=httpx.ASGITransport(house), base_url="https://10.42.0.1:8143")

    def doorstep(self) -> httpx.AsyncClient:
        app = create_doorstep_app(self.services)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://10.42.0.1:8180")


@pytest.fixture
async def stall(tmp_path: Path) -> AsyncIterator[Stall]:
    config = Config(data_dir=tmp_path)
    enrolment_service(config).init("ada", "till-1")
    with open_till(config) as till:
        services = build_services(
            till, changes=Changes(), hub_status=None, on_ledger_failed=lambda: None, door=OpenDoor()
        )
        services.sign_in.add_cashier("Ada", PIN)
        yield Stall(services)


async def signed_in(client: httpx.AsyncClient) -> httpx.AsyncClient:
    answer = await client.post("/api/sign-in", json={"pin": PIN})
    assert answer.status_code == 200, answer.text
    client.headers["X-Stallholder-CSRF"] = answer.json()["csrf"]
    return client


async def paired(stall: Stall, screen: httpx.AsyncClient, name: str) -> httpx.AsyncClient:
    offer = await screen.post("/api/phones/offer")
    assert offer.json()["url"] == f"http://10.42.0.1:8180/#{offer.json()['code']}"
    phone = stall.phone()
    answer = await phone.post("/api/phones/pair", json={"code": offer.json()["code"], "name": name})
    assert answer.status_code == 201
    kept = answer.headers["set-cookie"]
    assert all(word in kept for word in ("HttpOnly", "Secure", "SameSite=strict", "Max-Age"))
    return phone


async def test_an_unpaired_phone_gets_the_pages_and_nothing_of_the_interface(stall: Stall) -> None:
    phone = stall.phone()
    assert (await phone.get("/pair.html")).status_code == 200
    refused = await phone.get("/api/shop")
    assert (refused.status_code, refused.json()["code"]) == (401, "phone-not-paired")
    assert "Content-Security-Policy" in refused.headers
    assert (await phone.post("/api/sign-in", json={"pin": PIN})).json()["code"] == "phone-not-paired"
    phone.cookies.set(COOKIE, "made up")
    assert (await phone.get("/api/shop")).status_code == 401
    here = await phone.get("/api/phones/here")
    assert (here.status_code, here.headers["cross-origin-resource-policy"]) == (204, "cross-origin")


async def test_a_paired_phone_sells_like_the_screen_until_it_is_sent_away(stall: Stall) -> None:
    screen = await signed_in(stall.screen())
    ana = await signed_in(await paired(stall, screen, "Ana's phone"))
    ben = await signed_in(await paired(stall, screen, "Ben's phone"))
    again = await ana.get("/api/session")
    assert again.status_code == 200
    assert COOKIE in again.headers["set-cookie"]  # each visit renews it
    said = (await ana.get("/api/phones")).json()
    assert [(one["name"], one["cashier"], one["is_this"]) for one in said["phones"]] == [
        ("Ana's phone", "Ada", True), ("Ben's phone", "Ada", False),
    ]  # fmt: skip
    (lost,) = (one["phone_id"] for one in said["phones"] if one["is_this"])
    assert (await screen.post(f"/api/phones/{lost}/unpair")).status_code == 200
    assert (await ana.get("/api/session")).json()["code"] == "phone-not-paired"
    assert (await ben.get("/api/session")).status_code == 200
    assert len(stall.services.settings.current.signed_in) == 2  # the screen's and Ben's
    assert (await screen.post(f"/api/phones/{lost}/unpair")).status_code == 404


async def test_a_sign_in_counts_on_the_device_alone_on_which_it_began(stall: Stall) -> None:
    screen = await signed_in(stall.screen())
    ana = await signed_in(await paired(stall, screen, "Ana's phone"))
    ben = await paired(stall, screen, "Ben's phone")
    stolen = ana.cookies["stallholder_till"]
    ben.cookies.set("stallholder_till", stolen)
    assert (await ben.get("/api/session")).status_code == 401
    assert (await ben.get("/api/phones")).status_code == 401
    thief = stall.screen()
    thief.cookies.set("stallholder_till", stolen)
    assert (await thief.get("/api/session")).status_code == 401


async def test_pairing_is_for_managers_and_for_phones(stall: Stall) -> None:
    screen = await signed_in(stall.screen())
    stall.services.sign_in.add_cashier("Ben", "1357")
    cashier = stall.screen()
    answer = await cashier.post("/api/sign-in", json={"pin": "1357"})
    cashier.headers["X-Stallholder-CSRF"] = answer.json()["csrf"]
    assert (await cashier.post("/api/phones/offer")).status_code == 403
    assert (await cashier.get("/api/phones")).status_code == 403
    code = (await screen.post("/api/phones/offer")).json()["code"]
    on_the_screen = await screen.post("/api/phones/pair", json={"code": code, "name": "Me"})
    assert (on_the_screen.status_code, on_the_screen.json()["code"]) == (409, "not-a-phone")
    wrong = await stall.phone().post("/api/phones/pair", json={"code": "1", "name": "Me"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong-pairing-code")


async def test_codes_that_are_tried_at_once_are_all_counted(stall: Stall) -> None:
    screen = await signed_in(stall.screen())
    code = (await screen.post("/api/phones/offer")).json()["code"]
    wrong = "0" * 8 if code != "0" * 8 else "1" * 8
    phone = stall.phone()
    answers = await asyncio.gather(
        *(phone.post("/api/phones/pair", json={"code": wrong, "name": "Thief"}) for _ in range(40))
    )
    told = [answer.json()["code"] for answer in answers]
    assert told.count("wrong-pairing-code") == TRIES_MAX - 1
    late = await phone.post("/api/phones/pair", json={"code": code, "name": "Thief"})
    assert late.json()["code"] == "no-pairing"


async def test_the_doorstep_shows_the_way_in_and_nothing_of_the_till(stall: Stall) -> None:
    doorstep = stall.doorstep()
    page = await doorstep.get("/")
    assert page.status_code == 200
    assert "connect-src 'self' https://10.42.0.1:8143;" in page.headers["content-security-policy"]
    certificate = await doorstep.get("/stallholder-ca.crt")
    assert (certificate.content, certificate.headers["content-type"]) == (
        b"der",
        "application/x-x509-ca-cert",
    )
    for inside in (
        "/api/shop",
        "/api/session",
        "/app.js",
        "/index.html",
        "/sw.js",
        "/api/phones",
        "/../config.py",
    ):
        assert (await doorstep.get(inside)).status_code == 404, inside
    assert (await doorstep.post("/api/sign-in", json={"pin": PIN})).status_code in {404, 405}
    for file in ("/doorstep.js", "/words.js", "/words/more.en.js", "/shared/tokens.css", "/receipt.css"):
        assert (await doorstep.get(file)).status_code == 200, file
    assert (await doorstep.get("/r/nobody")).status_code == 404


ASKED = re.compile(r"""(?:src|href|from|import\()\s*=?\s*["'](\.{0,2}/[^"']+\.(?:js|css|svg))["']""")


async def test_every_page_of_the_doorstep_finds_all_that_it_loads(stall: Stall) -> None:
    doorstep, pages = stall.doorstep(), stall.services.folders["/"]
    asked = {
        urljoin("/", found)
        for page in ("doorstep.html", "display.html", "pickup.html")
        for found in ASKED.findall((pages / page).read_text())
    }
    seen: set[str] = set()
    while asked - seen:
        address = (asked - seen).pop()
        seen.add(address)
        answer = await doorstep.get(address)
        assert answer.status_code == 200, address
        if address.endswith(".js"):
            asked |= {urljoin(address, found) for found in ASKED.findall(answer.text)}
    assert {"/pickup.js", "/display.js", "/doorstep.js", "/words.js", "/words/more.de.js"} <= seen


# -- Certificates ---------------------------------------------------------------------------------------------

HOSTS = ("10.42.0.1", "till.local")


def certificates(directory: Path, hosts: tuple[str, ...] = ()) -> PhoneCertificates:
    return PhoneCertificates(directory, till="till-1", hosts=hosts)


def test_the_authority_may_vouch_for_nothing_on_the_internet() -> None:
    reach = reach_of_authority(("shop.example",))
    made = make_authority("x", Term(begins=NOON, ends=NOON + timedelta(days=1)), reach=reach)
    read = reach_of(made.certificate)
    assert read is not None
    for host in (
        "192.168.1.7",
        "10.42.0.1",
        "till.local",
        "fd00::1",
        "shop.example",
        "a.shop.example",
        "localhost",
    ):
        assert read.covers(host), host
    for host in ("8.8.8.8", "bank.example", "example", "2001:db8::1", "notshop.example"):
        assert not read.covers(host), host


def test_the_certificate_is_renewed_in_good_time_and_when_the_till_moves(tmp_path: Path) -> None:
    files = certificates(tmp_path)
    authority = files.authority()
    assert files.renew(HOSTS, NOON)
    first = (tmp_path / "till.pem").read_bytes()
    assert hosts_of(first) == set(HOSTS)
    assert not files.renew(HOSTS[:1], NOON)
    assert files.renew((*HOSTS, "192.168.0.9"), NOON)
    assert files.renew(HOSTS, NOON + CERTIFICATE_LIFE - RENEW_BEFORE)
    assert files.renew(HOSTS, NOON - timedelta(days=30))  # made while the clock was ahead
    term = term_of((tmp_path / "till.pem").read_bytes())
    assert term.ends - term.begins <= timedelta(days=398)
    assert files.authority() == authority


def test_a_host_that_phones_would_not_believe_is_left_out(tmp_path: Path) -> None:
    files = certificates(tmp_path)
    files.renew(("203.0.113.5", "10.42.0.1"), NOON)
    assert hosts_of((tmp_path / "till.pem").read_bytes()) == {"10.42.0.1"}
    assert not files.covers("203.0.113.5")


def test_a_damaged_authority_is_named_with_what_to_do(tmp_path: Path) -> None:
    files = certificates(tmp_path)
    files.authority()
    (tmp_path / "authority.pem").write_bytes(b"no certificate")
    with pytest.raises(PhoneCertificateError, match="Put back a copy of the folder"):
        files.authority()


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    files = certificates(tmp_path / "phones")
    files.renew(HOSTS, NOON)
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "phones").iterdir()} == {0}


def handshake(server: ssl.SSLContext, authority: bytes, host: str) -> str:
    """Shake hands in memory; return what a client of that authority says."""
    client = ssl.create_default_context(cadata=authority.decode())
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(theirs, ours, server_hostname=host)
    answering = server.wrap_bio(ours, theirs, server_side=True)
    for _ in range(6):
        for side in (asking, answering):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as error:
                return error.verify_message
            except ssl.SSLError as error:
                return str(error)
    return "trusted"


def test_a_client_that_holds_the_authority_trusts_the_till_where_it_is_and_an_impostor_nowhere(
    tmp_path: Path,
) -> None:
    files = certificates(tmp_path)
    files.authority()
    files.renew(HOSTS, SystemClock().now())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    files.load_into(context)
    authority = (tmp_path / "authority.pem").read_bytes()
    for host in HOSTS:
        assert handshake(context, authority, host) == "trusted"
    assert "mismatch" in handshake(context, authority, "192.168.9.9")


def test_a_stolen_authority_cannot_stand_in_for_a_bank(tmp_path: Path) -> None:
    certificates(tmp_path).authority()
    stolen = Pair(
        certificate=(tmp_path / "authority.pem").read_bytes(), key=(tmp_path / "authority.key").read_bytes()
    )
    now = SystemClock().now()
    forged = issue(
        stolen, ["bank.example"], Term(begins=now - timedelta(days=1), ends=now + timedelta(days=90))
    )
    (tmp_path / "forged.pem").write_bytes(forged.certificate)
    (tmp_path / "forged.key").write_bytes(forged.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "forged.pem", tmp_path / "forged.key")
    assert handshake(context, stolen.certificate, "bank.example") == "permitted subtree violation"


def test_addresses_of_this_machine_are_addresses() -> None:
    assert all(not ip_address(address).is_loopback for address in own_addresses())
