"""The hub's interface: who may do what, and every refusal in plain words."""

import asyncio
import base64
import json
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.adapters.http.counter import Counter, Pages
from hub.adapters.http.server import make_server
from hub.adapters.http.terminal import REFUSALS
from hub.domain.device import DeviceRole, hash_code
from hub.ports.links import BrokerAccount
from hub.services.back_off import BackOffs
from hub.services.collect import CollectRefusal
from hub.services.deposit import begin_deposit
from hub.services.enrol import issue_code
from hub.services.lookout import BrokerView
from shared.host.argon2_hasher import Argon2Hasher
from shared.http.sessions import CSRF_HEADER
from shared.ids import IdError, ParcelId
from shared.trust import enrolment_wish, public_key_text, read_certificate
from tests.unit.hub.bench import HUB, SECRET, TENANT, TillLedger, identity

ROOT = Path(__file__).parents[3]
PARCEL = "parcel-1"
CODE = f"407{SECRET:06d}"
PASSWORD = "a good long password"


def wish_to_enrol(code, device):
    return enrolment_wish(Ed25519PrivateKey.generate(), code=code, device=device)


class ToldBrokerUsers:
    def __init__(self):
        self.admitted = []
        self.dismissed = []

    async def admit(self, device, role):
        self.admitted.append((device, role))
        return BrokerAccount(hosts=(("127.0.0.1", 1),), username=device, password="p", client_id="c")

    async def dismiss(self, device):
        self.dismissed.append(device)


METRICS_TOKEN = "monitors-only"


class Hub:
    def __init__(self, bench):
        self.bench = bench
        self.users = ToldBrokerUsers()
        self.broker_is_there = True
        self.broker = BrokerView(lambda: self.broker_is_there, bench.clock)
        self.broker.look()
        counter = Counter(
            house=bench.house, boards=bench.boards, doors=bench.doors, presence=bench.presence,
            changes=bench.changes, forwarding=bench.forwarding, back_offs=BackOffs(bench.clock), users=self.users,
            hasher=Argon2Hasher(), appended=bench.appended, standings=bench.standings,
            broker=self.broker, disk=bench.disk,
            tally=bench.hearing.tally, software="1.2.3", metrics_token=lambda: METRICS_TOKEN,
        )  # fmt: skip
        self.app = make_server(
            counter, Pages(own=ROOT / "hub" / "web", shared=ROOT / "shared" / "web"), bind="127.0.0.1"
        )

    def client(self):
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://127.0.0.1:8102")

    async def staff(self):
        client = self.client()
        kept = Argon2Hasher().hash(PASSWORD)
        self.bench.do(lambda desk: desk.uow.credentials.set_staff_password(kept))
        answer = await client.post("/api/staff/sign-in", json={"password": PASSWORD})
        client.headers[CSRF_HEADER] = answer.json()["csrf"]
        return client

    async def terminal(self, key="KEY1"):
        client = self.client()
        self.bench.do(lambda desk: desk.uow.credentials.add_terminal_key(hash_code(key), desk.at))
        answer = await client.post("/api/terminal/sign-in", json={"key": key})
        client.headers[CSRF_HEADER] = answer.json()["csrf"]
        return client

    async def deposited(self):
        ledger = TillLedger()
        ledger.sell_for_pickup()
        await self.bench.hear_entries(ledger)
        await self.bench.make_board_ready()
        allowed = self.bench.do(lambda desk: begin_deposit(desk, ParcelId(PARCEL)))
        opening = asyncio.create_task(self.bench.doors.open(allowed.command))
        await self.board_answers("opened")
        await opening
        await self.bench.door(1, "shut")

    async def board_answers(self, outcome, opens=1):
        while len(self.bench.link.opens()) < opens:
            await asyncio.sleep(0.001)
        await self.bench.board_says(self.bench.link.opens()[-1], outcome)


@pytest.fixture
def hub(bench):
    return Hub(bench)


async def test_a_parcel_is_collected_over_http_and_its_code_works_once(hub):
    await hub.deposited()
    terminal = await hub.terminal()
    asked = asyncio.create_task(terminal.post("/api/collect", json={"code": CODE}))
    await hub.board_answers("opened", opens=2)
    answer = await asked
    assert (answer.status_code, answer.json()["outcome"], answer.json()["compartment"]) == (200, "opened", 1)
    again = await terminal.post("/api/collect", json={"code": CODE})
    assert (again.status_code, again.json()["code"]) == (410, "already-collected")


async def test_the_board_tells_a_screen_with_a_key_what_is_ready_and_no_digit_of_any_code(hub):
    await hub.deposited()
    screen = await hub.terminal()
    answer = await screen.get("/api/board")
    assert answer.status_code == 200
    assert (len(answer.json()["ready"]), answer.json()["coming"]) == (1, [])
    assert CODE[:3] not in answer.text
    async with hub.client() as passer_by:
        assert (await passer_by.get("/api/board")).status_code == 401
        assert (await passer_by.get("/board")).status_code == 200


@pytest.mark.parametrize(
    ("outcome", "status", "code"),
    [("jammed", 502, "door-jammed"), ("refused", 503, "board-offline"), (None, 504, "door-unclear")],
)
async def test_what_the_door_did_is_told_as_it_was_seen(hub, outcome, status, code):
    await hub.deposited()
    terminal = await hub.terminal()
    asked = asyncio.create_task(terminal.post("/api/collect", json={"code": CODE}))
    if outcome:
        await hub.board_answers(outcome, opens=2)
    answer = await asked
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["remedy"]


async def test_a_wrong_code_makes_this_terminal_wait_and_no_other(hub):
    await hub.deposited()
    first, second = await hub.terminal("KEY1"), await hub.terminal("KEY2")
    wrong = await first.post("/api/collect", json={"code": "407000000"})
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["retry_after_s"]) == (403, "wrong-code", 1)
    waiting = await first.post("/api/collect", json={"code": CODE})
    assert (waiting.status_code, waiting.json()["code"]) == (429, "wait")
    unknown = await second.post("/api/collect", json={"code": "999000000"})
    assert {**unknown.json()} == {**wrong.json()}, "an unknown number must look like a wrong code"


async def test_many_tries_at_once_from_one_terminal_are_one_try(hub):
    await hub.deposited()
    terminal = await hub.terminal()
    tries = [terminal.post("/api/collect", json={"code": f"40700000{turn}"}) for turn in range(8)]
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*tries))
    assert statuses == [403] + [429] * 7


async def test_a_code_that_is_spent_washes_no_misses_away(hub):
    await hub.deposited()
    terminal = await hub.terminal()
    asked = asyncio.create_task(terminal.post("/api/collect", json={"code": CODE}))
    await hub.board_answers("opened", opens=2)
    assert (await asked).status_code == 200
    waits = []
    for _ in range(3):
        missed = await terminal.post("/api/collect", json={"code": "555000000"})
        waits.append(missed.json()["retry_after_s"])
        hub.bench.clock.ms += 60_000
        assert (await terminal.post("/api/collect", json={"code": CODE})).status_code == 410
    assert waits == [1, 2, 4]


async def test_many_passwords_at_once_are_one_try(hub):
    await hub.staff()
    stranger = hub.client()
    tries = [stranger.post("/api/staff/sign-in", json={"password": f"guess {turn}"}) for turn in range(6)]
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*tries))
    assert statuses == [401] + [429] * 5


async def test_a_code_that_is_none_costs_nothing(hub):
    terminal = await hub.terminal()
    answer = await terminal.post("/api/collect", json={"code": "12"})
    assert (answer.status_code, answer.json()["code"]) == (422, "not-a-code")
    assert (await terminal.post("/api/collect", json={"code": CODE})).status_code == 403


async def test_nothing_opens_without_a_terminals_key_and_its_token(hub):
    await hub.deposited()
    assert (await hub.client().post("/api/collect", json={"code": CODE})).status_code == 401
    terminal = await hub.terminal()
    del terminal.headers[CSRF_HEADER]
    assert (await terminal.post("/api/collect", json={"code": CODE})).json()["code"] == "wrong-csrf"
    wrong = await hub.client().post("/api/terminal/sign-in", json={"key": "guess"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong-key")


async def test_the_staff_pages_answers_need_the_staffs_password(hub):
    for path in ("parcels", "bank", "sources", "compare", "session"):
        assert (await hub.client().get(f"/api/staff/{path}")).status_code == 401
    assert (await hub.client().post(f"/api/staff/parcels/{PARCEL}/deposit")).status_code == 401
    terminal = await hub.terminal()
    assert (await terminal.get("/api/staff/parcels")).status_code == 401
    unset = await hub.client().post("/api/staff/sign-in", json={"password": "x"})
    assert unset.json()["code"] == "no-password-yet"
    staff = await hub.staff()
    wrong = await hub.client().post("/api/staff/sign-in", json={"password": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong-password")
    assert (await staff.get("/api/staff/session")).json()["csrf"] == staff.headers[CSRF_HEADER]
    assert (await staff.post("/api/staff/sign-out")).status_code == 200
    assert (await staff.get("/api/staff/parcels")).status_code == 401


async def test_staff_lays_a_parcel_in_and_sees_where_everything_stands(hub):
    ledger = TillLedger()
    ledger.sell_for_pickup()
    await hub.bench.hear_entries(ledger)
    staff = await hub.staff()
    offline = await staff.post(f"/api/staff/parcels/{PARCEL}/deposit")
    assert (offline.status_code, offline.json()["code"]) == (503, "board-offline")
    await hub.bench.make_board_ready()
    asked = asyncio.create_task(staff.post(f"/api/staff/parcels/{PARCEL}/deposit"))
    await hub.board_answers("opened")
    assert (await asked).json()["outcome"] == "opened"
    await hub.bench.door(1, "shut")
    (parcel,) = (await staff.get("/api/staff/parcels")).json()["parcels"]
    assert (parcel["state"], parcel["number"], parcel["compartment"], parcel["locked"]) == (
        "deposited", "407", 1, False,
    )  # fmt: skip
    (board,) = (await staff.get("/api/staff/bank")).json()["boards"]
    assert board["online"]
    assert [one["state"] for one in board["compartments"]] == ["deposited", "free", "free"]
    again = await staff.post(f"/api/staff/parcels/{PARCEL}/deposit")
    assert again.json()["code"] == "already-deposited"
    compared = (await staff.get("/api/staff/compare")).json()["streams"]
    assert {"source": "till-harbour", "epoch": "k7f3q2", "seq": 2, "hash": ledger.head.hash, "sales": 1,
            "total_minor": 3800} in compared  # fmt: skip
    assert (await staff.post("/api/staff/parcels/nobody/deposit")).status_code == 404


async def test_staff_renews_a_code_and_settles_an_unclear_door(hub):
    await hub.deposited()
    staff, terminal = await hub.staff(), await hub.terminal()
    renewed = (await staff.post(f"/api/staff/parcels/{PARCEL}/renew-code")).json()["code"]
    assert (await terminal.post("/api/collect", json={"code": CODE})).json()["code"] == "wrong-code"
    hub.bench.clock.ms += 2_000
    assert (await terminal.post("/api/collect", json={"code": renewed})).json()["code"] == "door-unclear"
    (parcel,) = (await staff.get("/api/staff/parcels")).json()["parcels"]
    assert (parcel["state"], parcel["unclear"]) == ("opening", True)
    bad = await staff.post(f"/api/staff/parcels/{PARCEL}/resolve", json={"decision": "perhaps"})
    assert bad.status_code == 422
    done = await staff.post(f"/api/staff/parcels/{PARCEL}/resolve", json={"decision": "collected"})
    assert done.status_code == 200
    repeated = await staff.post(f"/api/staff/parcels/{PARCEL}/resolve", json={"decision": "collected"})
    assert repeated.json()["code"] == "not-unclear"


async def test_staff_takes_a_parcel_back_through_its_door(hub):
    await hub.deposited()
    staff = await hub.staff()
    asked = asyncio.create_task(staff.post(f"/api/staff/parcels/{PARCEL}/take-back"))
    await hub.board_answers("opened", opens=2)
    assert "Take the parcel out" in (await asked).json()["message"]
    again = await staff.post(f"/api/staff/parcels/{PARCEL}/take-back")
    assert (again.status_code, again.json()["code"]) == (409, "door-told-already")
    await hub.bench.door(1, "shut")
    (parcel,) = (await staff.get("/api/staff/parcels")).json()["parcels"]
    assert parcel["state"] == "expired"
    typed = await (await hub.terminal()).post("/api/collect", json={"code": CODE})
    assert (typed.status_code, typed.json()["code"]) == (410, "taken-back")
    assert (await hub.client().post(f"/api/staff/parcels/{PARCEL}/take-back")).status_code == 401


async def test_a_parcel_in_no_locker_is_taken_back_with_the_board_away(hub):
    ledger = TillLedger()
    ledger.sell_for_pickup()
    await hub.bench.hear_entries(ledger)
    staff = await hub.staff()
    said = await staff.post(f"/api/staff/parcels/{PARCEL}/take-back")
    assert (said.status_code, said.json()) == (200, {"outcome": "taken-back"})
    assert (await staff.post("/api/staff/parcels/nobody/take-back")).status_code == 404


async def test_a_parcel_inside_stays_collectable_while_the_board_is_away(hub):
    await hub.deposited()
    staff = await hub.staff()
    hub.bench.clock.ms += 60_000  # the board said nothing for a minute
    said = await staff.post(f"/api/staff/parcels/{PARCEL}/take-back")
    assert (said.status_code, said.json()["code"]) == (503, "board-offline")
    (parcel,) = (await staff.get("/api/staff/parcels")).json()["parcels"]
    assert parcel["state"] == "deposited"


async def test_staff_reads_in_words_where_the_cloud_stands(hub):
    sources = (await (await hub.staff()).get("/api/staff/sources")).json()
    assert sources["cloud"]["words"]


async def test_a_till_enrols_once_by_its_code_and_its_certificate_chains_to_the_root(hub):
    code = hub.bench.do(lambda desk: issue_code(desk, role=DeviceRole.TILL, device="till-harbour"))
    wish = wish_to_enrol(code, "till-harbour")
    said = (await hub.client().post("/api/enrol", json=wish)).json()
    hub_certificate = read_certificate(said["hub_certificate"], issuer_public_key=said["root_public_key"])
    till = read_certificate(said["certificate"], issuer_public_key=hub_certificate.public_key)
    assert (till.tenant, till.device, till.role) == (TENANT, "till-harbour", "till")
    assert till.public_key == wish["public_key"]
    assert said["sealing_public_key"] == public_key_text(identity().sealing_key)
    assert said["mqtt"]["username"] == "till-harbour"
    assert said["mqtt"]["hosts"] == ["127.0.0.1:1"]
    assert (said["mqtt"]["host"], said["mqtt"]["port"]) == ("127.0.0.1", 1), "for tills that know no list"
    repeated = await hub.client().post("/api/enrol", json=wish)
    assert repeated.status_code == 200, "an answer that got lost may be asked for again by the same key"
    refused = await hub.client().post("/api/enrol", json=wish_to_enrol(code, "till-harbour"))
    assert (refused.status_code, refused.json()["code"]) == (403, "code-refused")
    assert hub.users.admitted == [("till-harbour", "till")] * 2


async def test_a_lost_answer_is_asked_for_again_only_soon_after_and_only_by_the_keys_holder(hub):
    code = hub.bench.do(lambda desk: issue_code(desk, role=DeviceRole.TILL, device="till-harbour"))
    wish = wish_to_enrol(code, "till-harbour")
    assert (await hub.client().post("/api/enrol", json=wish)).status_code == 200
    for signature in ("", wish_to_enrol(code, "till-harbour")["signature"]):
        forged = await hub.client().post("/api/enrol", json={**wish, "signature": signature})
        assert (forged.status_code, forged.json()["code"]) == (403, "not-signed")
    hub.bench.clock.ms += 14 * 60_000
    assert (await hub.client().post("/api/enrol", json=wish)).status_code == 200
    hub.bench.clock.ms += 60_000
    late = await hub.client().post("/api/enrol", json=wish)
    assert (late.status_code, late.json()["code"]) == (403, "code-refused")
    assert hub.users.admitted == [("till-harbour", "till")] * 2


@pytest.mark.parametrize("fault", ["unknown", "other-device", "too-old", "bad-key"])
async def test_an_enrolment_that_is_not_right_admits_nobody(hub, fault):
    code = hub.bench.do(lambda desk: issue_code(desk, role=DeviceRole.BOARD, device="board-1"))
    wish = wish_to_enrol(code, "board-1")
    match fault:
        case "unknown":
            wish = wish_to_enrol("AAAA-AAAA-AAAA-AAAA", "board-1")
        case "other-device":
            wish = wish_to_enrol(code, "board-2")
        case "too-old":
            hub.bench.clock.ms += 24 * 3600 * 1000 + 1
        case "bad-key":
            wish["public_key"] = "AAAA"
    assert (await hub.client().post("/api/enrol", json=wish)).status_code in {403, 422}
    assert hub.users.admitted == []


@pytest.mark.parametrize(("name", "whose"), [(HUB, "the hub's own name"), ("steward", "the broker's own")])
def test_no_device_gets_a_name_that_is_taken_by_the_house(bench, name, whose):
    with pytest.raises(IdError, match=whose):
        bench.do(lambda desk: issue_code(desk, role=DeviceRole.TILL, device=name))


async def test_guessing_enrolment_codes_is_slowed_down(hub):
    wish = wish_to_enrol("AAAA", "")
    assert (await hub.client().post("/api/enrol", json=wish)).status_code == 403
    assert (await hub.client().post("/api/enrol", json=wish)).status_code == 429


async def test_pages_and_health_are_served_and_the_terminal_sees_its_bank(hub):
    client = hub.client()
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert "<!doctype html>" in (await client.get("/")).text.lower()
    assert "<!doctype html>" in (await client.get("/staff")).text.lower()
    assert (await client.get("/shared/tokens.css")).headers["etag"]
    bank = (await (await hub.terminal()).get("/api/terminal/bank")).json()
    assert (bank["hub"], bank["online"], bank["compartments"][2]["size"]) == (HUB, False, "M")
    assert bank["csrf"]


async def test_changes_wake_every_watcher_once(hub):
    with hub.bench.changes.watching() as watcher:
        await hub.bench.hear("till-harbour", "entries", b"junk")
        await hub.bench.hear("till-harbour", "entries", b"junk")
        told = watcher.changes()
        assert await anext(told) == "sources"
        waiting = asyncio.ensure_future(anext(told))
        await asyncio.sleep(0)
        assert not waiting.done()
        waiting.cancel()


async def test_staff_sees_saves_and_takes_off_the_list_what_the_hub_could_not_read(bench):
    hub = Hub(bench)
    await bench.hear("till-harbour", "entries", b"no message at all")
    async with hub.client() as stranger:
        for path in ("", "/export"):
            assert (await stranger.get(f"/api/staff/dead-letters{path}")).status_code == 401
    staff = await hub.staff()
    board = (await staff.get("/api/staff/dead-letters")).json()
    (letter,) = board["letters"]
    assert (letter["kind"], letter["source"], letter["count"]) == ("message", "till-harbour", 1)
    assert board["dropped"] == 0
    export = await staff.get("/api/staff/dead-letters/export")
    assert "dead-letters.jsonl" in export.headers["content-disposition"]
    (line,) = export.text.splitlines()
    assert base64.b64decode(json.loads(line)["payload"]) == b"no message at all"
    taking = {"letter_id": letter["letter_id"]}
    assert (await staff.post("/api/staff/dead-letters/dismiss", json=taking)).status_code == 200
    assert (await staff.get("/api/staff/dead-letters")).json()["letters"] == []
    assert (await staff.get("/api/staff/dead-letters/export")).text == export.text, "it is kept"
    assert (await staff.post("/api/staff/dead-letters/dismiss", json=taking)).status_code == 404
    await bench.hear("till-harbour", "entries", b"no message at all")
    (letter,) = (await staff.get("/api/staff/dead-letters")).json()["letters"]
    assert letter["count"] == 2, "what comes again is shown again"


def test_every_reason_why_no_door_opens_has_words():
    assert set(REFUSALS) == set(CollectRefusal)
