import httpx
import pytest
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

from shared.http.problem import problem_error
from shared.http.security import CONTENT_SECURITY_POLICY, host_name, secure
from shared.http.sessions import CSRF_HEADER, SessionCookie, SessionTable


class Order(BaseModel):
    sku: str
    pieces: int


def make_app(bind="127.0.0.1", extra_hosts=(), cookie=None):
    app = FastAPI()
    secure(app, bind=bind, extra_hosts=extra_hosts, body_bytes_max=1000)

    @app.get("/api/hello")
    async def hello():
        return {"hello": "there"}

    @app.post("/api/orders")
    async def order(order: Order):
        return {"sku": order.sku}

    @app.get("/api/busy")
    async def busy():
        raise problem_error(429, "wait", "Too fast.", "Wait a moment.", retry_after_s=7)

    if cookie is not None:

        @app.post("/api/sign-in")
        async def sign_in(request: Request, response: Response):
            session = cookie.table.open(who="Mira", token="t" * 32, csrf="c" * 32, now_s=0)
            cookie.give(response, request, "t" * 32)
            return {"csrf": session.csrf}

        @app.post("/api/secret")
        async def secret(request: Request):
            return {"who": cookie.require(request, 1).who}

    return app


def client_of(app, base_url="http://127.0.0.1:8102"):
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=base_url
    )


async def test_every_answer_carries_the_strict_headers():
    async with client_of(make_app()) as client:
        for answer in (await client.get("/api/hello"), await client.get("/nowhere")):
            assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
        assert (await client.get("/api/hello")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("bind", "host", "status"),
    [
        ("127.0.0.1", "localhost:8102", 200),
        ("127.0.0.1", "[::1]:8102", 200),
        ("127.0.0.1", "evil.example", 421),
        ("127.0.0.1", "10.0.0.9:8102", 421),
        ("10.0.0.9", "10.0.0.9:8102", 200),
        ("0.0.0.0", "10.0.0.9:8102", 200),
        ("0.0.0.0", "evil.example", 421),
        ("127.0.0.1", "hub.stall.example:8102", 200),
    ],
)
async def test_only_a_known_host_name_is_answered(bind, host, status):
    app = make_app(bind=bind, extra_hosts=["hub.stall.example"])
    async with client_of(app) as client:
        answer = await client.get("/api/hello", headers={"Host": host})
        assert answer.status_code == status


async def test_an_unsafe_request_of_another_sites_page_is_refused():
    order = {"sku": "bowl", "pieces": 2}
    async with client_of(make_app()) as client:
        foreign = await client.post("/api/orders", json=order, headers={"Origin": "http://evil.example"})
        assert (foreign.status_code, foreign.json()["code"]) == (403, "other-origin")
        own = await client.post("/api/orders", json=order, headers={"Origin": "http://127.0.0.1:8102"})
        assert own.status_code == 200
        other_port = await client.post("/api/orders", json=order, headers={"Origin": "http://127.0.0.1:9999"})
        assert other_port.status_code == 403


async def test_a_wrong_body_is_told_in_words_that_name_the_field():
    async with client_of(make_app()) as client:
        missing = (await client.post("/api/orders", json={"sku": "bowl"})).json()
        assert missing["code"] == "invalid-request"
        assert missing["message"] == "The field pieces is missing."
        wrong = (await client.post("/api/orders", json={"sku": "bowl", "pieces": "many"})).json()
        assert "pieces" in wrong["message"]
        broken = await client.post("/api/orders", content=b"{", headers={"Content-Type": "application/json"})
        assert (broken.status_code, broken.json()["message"]) == (422, "The request is not readable JSON.")


async def test_unknown_addresses_and_refusals_have_the_same_kind_of_body():
    async with client_of(make_app()) as client:
        assert set((await client.get("/nowhere")).json()) == {"code", "message", "remedy"}
        assert (await client.get("/api/orders")).json()["code"] == "wrong-method"
        busy = await client.get("/api/busy")
        assert busy.headers["retry-after"] == "7"
        assert busy.json()["retry_after_s"] == 7


async def test_a_body_beyond_the_limit_is_refused_announced_or_not():
    async def drip():
        for _ in range(20):
            yield b"x" * 100

    async with client_of(make_app()) as client:
        assert (await client.post("/api/orders", content=b"x" * 1001)).json()["code"] == "too-large"
        assert (await client.post("/api/orders", content=drip())).json()["code"] == "too-large"


async def test_a_session_needs_its_cookie_and_an_unsafe_request_its_token():
    cookie = SessionCookie("stallholder_hub", SessionTable())
    async with client_of(make_app(cookie=cookie)) as client:
        assert (await client.post("/api/secret")).json()["code"] == "signed-out"
        signed_in = await client.post("/api/sign-in")
        kept = signed_in.headers["set-cookie"]
        assert "HttpOnly" in kept
        assert "SameSite=strict" in kept
        assert (await client.post("/api/secret")).json()["code"] == "wrong-csrf"
        allowed = await client.post("/api/secret", headers={CSRF_HEADER: "c" * 32})
        assert allowed.json() == {"who": "Mira"}


def test_the_session_table_is_bounded_and_forgets_the_longest_unused_first():
    table = SessionTable(sessions_max=2, idle_s=10)
    table.open(who="a", token="ta", csrf="x", now_s=0)
    table.open(who="b", token="tb", csrf="x", now_s=1)
    assert table.find("ta", 2) is not None
    table.open(who="c", token="tc", csrf="x", now_s=3)
    assert table.find("tb", 3) is None
    assert table.find("ta", 4) is not None
    assert table.find("ta", 15) is None


def test_changing_a_password_ends_every_session_of_that_person():
    table = SessionTable()
    for token in ("t1", "t2"):
        table.open(who="staff", token=token, csrf="x", now_s=0)
    table.open(who="terminal", token="t3", csrf="x", now_s=0)
    table.close_all_of("staff")
    assert [table.find(token, 1) is not None for token in ("t1", "t2", "t3")] == [False, False, True]


def test_a_host_header_is_read_with_port_and_brackets():
    assert host_name("[::1]:80") == "::1"
    assert host_name("LOCALHOST:8102") == "localhost"
