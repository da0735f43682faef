"""Who is let in: devices by one-time codes, people by passwords, browsers from our own pages."""

import asyncio
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud.domain.enrolment import Role, hash_code
from cloud.domain.errors import NameTakenError, RootKeyError, UnknownTenantError, WeakPasswordError
from shared.ids import IdError
from shared.trust import enrolment_wish, public_key_text, read_certificate
from tests.unit.cloud.cloud_chains import market_day
from tests.unit.cloud.cloud_deployment import (
    PASSWORD,
    HandClock,
    client_of,
    enrol_hub,
    running_cloud,
    sign_in,
)


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def cloud(tmp_path, clock):
    with running_cloud(tmp_path, clock) as opened:
        opened.doors.registry.add_tenant("demo")
        yield opened


@pytest.fixture
async def http(cloud):
    async with client_of(cloud) as client:
        yield client


def wish(code: str, device: str = "hub-dock", key: Ed25519PrivateKey | None = None) -> dict[str, str]:
    return enrolment_wish(key or Ed25519PrivateKey.generate(), code=code, device=device)


async def test_a_code_lets_one_device_in_with_a_certificate_of_the_root_key(cloud, http):
    code = cloud.doors.enrolment.give_code("demo", "hub-dock", Role.HUB)
    key = Ed25519PrivateKey.generate()
    answer = (await http.post("/api/enrol", json=wish(code.upper().replace("-", " "), key=key))).json()
    assert (answer["tenant"], answer["device"]) == ("demo", "hub-dock")
    certificate = read_certificate(answer["certificate"], issuer_public_key=answer["root_public_key"])
    assert (certificate.tenant, certificate.device, certificate.role) == ("demo", "hub-dock", "hub")
    assert certificate.public_key == public_key_text(key)


async def test_the_same_key_with_the_same_code_gets_the_same_answer_again_and_another_key_none(cloud, http):
    code = cloud.doors.enrolment.give_code("demo", "hub-dock", Role.HUB)
    ours = wish(code)
    first = await http.post("/api/enrol", json=ours)
    again = await http.post("/api/enrol", json=ours)
    assert (first.status_code, again.json()) == (200, first.json())
    stolen = await http.post("/api/enrol", json=wish(code))
    assert (stolen.status_code, stolen.json()["code"]) == (403, "code-used")


async def test_a_lost_answer_is_asked_for_again_only_soon_after_and_only_by_the_keys_holder(
    cloud, http, clock
):
    code = cloud.doors.enrolment.give_code("demo", "hub-dock", Role.HUB)
    ours = wish(code)
    assert (await http.post("/api/enrol", json=ours)).status_code == 200
    forged = {**ours, "signature": wish(code)["signature"]}
    for unsigned in (forged, {**ours, "signature": ""}, {**ours, "code": code.upper()}):
        refused = await http.post("/api/enrol", json=unsigned)
        assert (refused.status_code, refused.json()["code"]) == (403, "not-signed")
    clock.pass_s(15 * 60)
    assert (await http.post("/api/enrol", json=ours)).json()["code"] == "code-used"


async def test_codes_that_are_unknown_old_or_of_another_device_let_nobody_in(cloud, http, clock):
    code = cloud.doors.enrolment.give_code("demo", "hub-dock", Role.HUB)
    for asked, refusal in (
        (wish("no-such-code"), "unknown-code"),
        (wish(code, "hub-market"), "other-device"),
        (wish(code) | {"public_key": "c2hvcnQ"}, "bad-key"),
    ):
        assert (await http.post("/api/enrol", json=asked)).json()["code"] == refusal
    clock.pass_s(24 * 3_600 + 1)
    assert (await http.post("/api/enrol", json=wish(code))).json()["code"] == "code-expired"


async def test_enrolling_again_replaces_the_key(cloud, http):
    before = enrol_hub(cloud)
    after = enrol_hub(cloud)
    chain = market_day(0)
    path = "/api/v1/streams/till-harbour/entries"
    assert (await before.post(http, path, chain.batch())).status_code == 401
    assert (await after.post(http, path, chain.batch())).status_code == 200


def test_neither_codes_nor_passwords_nor_the_root_key_lie_open(cloud, tmp_path):
    code = cloud.doors.enrolment.give_code("demo", "hub-dock", Role.HUB)
    cloud.doors.people.add("demo", "mira", PASSWORD)
    folder = tmp_path / "cloud"
    stored = b"".join(file.read_bytes() for file in folder.iterdir())
    assert code.encode() not in stored
    assert PASSWORD.encode() not in stored
    assert hash_code(code).encode() in stored
    assert b"$argon2id$" in stored
    assert folder.stat().st_mode & 0o777 == 0o700
    for file in folder.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file


def test_codes_and_people_need_a_tenant_and_fit_names(cloud):
    with pytest.raises(UnknownTenantError):
        cloud.doors.enrolment.give_code("nobody", "hub-dock", Role.HUB)
    with pytest.raises(IdError):
        cloud.doors.enrolment.give_code("demo", "Hub Dock", Role.HUB)
    with pytest.raises(UnknownTenantError):
        cloud.doors.people.add("nobody", "mira", PASSWORD)
    with pytest.raises(WeakPasswordError):
        cloud.doors.people.add("demo", "mira", "short")
    cloud.doors.people.add("demo", "mira", PASSWORD)
    with pytest.raises(NameTakenError):
        cloud.doors.people.add("demo", "mira", PASSWORD)


def test_a_damaged_root_key_is_named_and_never_made_anew(tmp_path):
    with running_cloud(tmp_path):
        pass
    (tmp_path / "cloud" / "root.json").write_text("{}")
    with pytest.raises(RootKeyError, match=r"root\.json is damaged"), running_cloud(tmp_path):
        pass
    assert (tmp_path / "cloud" / "root.json").read_text() == "{}"


@pytest.mark.parametrize(
    "path", ["/api/session", "/api/dashboard/today", "/api/dashboard/parcels", "/api/dashboard/fleet",
             "/api/compare", "/api/events"],
)  # fmt: skip
async def test_nobody_sees_a_figure_without_signing_in(http, path):
    answer = await http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "signed-out")


async def test_a_session_lasts_until_sign_out_and_needs_its_token_for_that(cloud, http):
    signed_in = await sign_in(cloud, http)
    assert (signed_in["user"], signed_in["tenant"]) == ("mira", "demo")
    assert (await http.get("/api/session")).json() == signed_in
    assert (await http.post("/api/sign-out")).json()["code"] == "wrong-csrf"
    out = await http.post("/api/sign-out", headers={"X-Stallholder-CSRF": signed_in["csrf"]})
    assert out.status_code == 204
    assert (await http.get("/api/session")).status_code == 401


async def test_the_cookie_is_closed_to_scripts_and_other_sites(cloud, http):
    await sign_in(cloud, http)
    answer = await http.post("/api/sign-in", json={"user": "mira", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("stallholder_cloud=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


async def test_a_wrong_password_and_an_unknown_name_sound_the_same(cloud, http):
    cloud.doors.people.add("demo", "mira", PASSWORD)
    wrong = await http.post("/api/sign-in", json={"user": "mira", "password": "wrong"})
    unknown = await http.post("/api/sign-in", json={"user": "nobody", "password": "wrong"})
    assert (wrong.status_code, wrong.json()) == (401, unknown.json())


async def test_after_three_misses_the_wait_grows_and_success_forgets_it(cloud, http, clock):
    cloud.doors.people.add("demo", "mira", PASSWORD)

    async def attempt(password: str) -> tuple[int, int | None]:
        answer = await http.post("/api/sign-in", json={"user": "mira", "password": password})
        return answer.status_code, answer.json().get("retry_after_s")

    for _ in range(3):
        assert await attempt("wrong") == (401, None)
    assert await attempt(PASSWORD) == (429, 1)
    clock.pass_s(1)
    assert await attempt("wrong") == (401, None)
    assert await attempt(PASSWORD) == (429, 2)
    clock.pass_s(2)
    assert await attempt(PASSWORD) == (200, None)
    assert await attempt("wrong") == (401, None)
    assert await attempt(PASSWORD) == (200, None)


async def test_many_passwords_at_once_are_counted_one_by_one(cloud, http):
    cloud.doors.people.add("demo", "mira", PASSWORD)
    tries = [
        http.post("/api/sign-in", json={"user": "mira", "password": f"guess {turn}"}) for turn in range(12)
    ]
    statuses = [answer.status_code for answer in await asyncio.gather(*tries)]
    assert statuses.count(401) <= 6, "three are free; threads may race for a few more, never for all"
    assert statuses.count(429) >= 6


async def test_foreign_pages_and_foreign_names_are_refused(cloud, http):
    body = {"user": "mira", "password": PASSWORD}
    answer = await http.post("/api/sign-in", json=body, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    assert (await http.get("/healthz", headers={"Host": "evil.example"})).status_code == 421
    assert (await http.get("/healthz")).json() == {"status": "ok"}


async def test_a_presence_report_needs_a_hub_and_a_readable_body(cloud, http):
    hub = enrol_hub(cloud)
    till = enrol_hub(cloud, "till-harbour", role=Role.TILL)
    report = json.dumps({"sources": []}).encode()
    assert (await till.post(http, "/api/v1/presence", report)).status_code == 403
    wrong = await hub.post(http, "/api/v1/presence", b'{"sources":[{"source":"till-a"}]}')
    assert (wrong.status_code, wrong.json()["message"]) == (422, "The field sources.0.role is missing.")
