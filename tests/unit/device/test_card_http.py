"""The card terminal's routes: who may do what, what is refused and how, and a payment from its question to its sale."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from device.adapters.files.identity_file import IdentityFile
from device.adapters.http.till_app import create_app
from device.app.build_services import build_services
from device.app.open_till import open_till
from device.config import Config
from device.domain.people import Role
from device.services.changes import Changes
from device.sim.zvt_terminal import SimulatedTerminal, terminal_on_network
from shared.ids import make_uuid7
from tests.unit.device.test_till_http import CSV, IDENTITY

ATTEMPT, SALE = (make_uuid7(number, b"\7" * 10) for number in (1, 2))


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    IdentityFile(tmp_path / "identity.json").save(IDENTITY)
    with open_till(Config(data_dir=tmp_path)) as till:
        services = build_services(till, changes=Changes(), hub_status=None, on_ledger_failed=lambda: None)
        services.sign_in.add_cashier("Mira", "1234")
        services.sign_in.add_cashier("Ben", "5678", Role.CASHIER)
        await services.import_catalogue.import_csv(CSV, "Mira")
        transport = httpx.ASGITransport(create_app(services))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client
        await services.card.close()


async def sign_in(http: httpx.AsyncClient, pin: str = "1234") -> None:
    http.headers["X-Stallholder-CSRF"] = (await http.post("/api/sign-in", json={"pin": pin})).json()["csrf"]


async def test_a_payment_goes_from_its_question_to_its_sale(http: httpx.AsyncClient) -> None:
    terminal = SimulatedTerminal()
    terminal.card.set()
    await sign_in(http)
    async with terminal_on_network(terminal) as port:
        body = {"name": "Counter", "host": "127.0.0.1", "port": port, "password": "123456"}
        set_up = await http.put("/api/card-terminal", json=body)
        assert set_up.json() == {"terminal": {"name": "Counter", "host": "127.0.0.1", "port": port}}
        assert (await http.get("/api/shop")).json()["card_terminal"] == "Counter"
        assert (await http.post("/api/card-terminal/check")).json() == {"works": True, "code": "", "why": ""}

        question = {"attempt_id": ATTEMPT, "about": SALE, "amount_minor": 1850}
        assert (await http.post("/api/card", json=question)).status_code == 202
        async with asyncio.timeout(20):
            while (told := (await http.get(f"/api/card/{ATTEMPT}")).json())["under_way"]:
                await asyncio.sleep(0.01)
        assert (told["state"], told["amount_minor"]) == ("approved", 1850)
        assert [one["attempt_id"] for one in (await http.get("/api/card")).json()["open"]] == [ATTEMPT]

        sale = {
            "sale_id": SALE, "lines": [{"sku": "bowl", "quantity_milli": 1000}],
            "payments": [{"method": "card", "amount_minor": 1850, "attempt_id": ATTEMPT}],
        }  # fmt: skip
        assert (await http.post("/api/sales", json=sale)).status_code == 201
        again = await http.post("/api/sales", json={**sale, "sale_id": make_uuid7(3, b"\7" * 10)})
        assert (again.status_code, again.json()["code"]) == (409, "card-not-taken")
        assert (await http.get("/api/card")).json() == {"open": []}


async def test_what_is_wrong_is_refused_in_words(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/card")).status_code == 401
    await sign_in(http)
    question = {"attempt_id": ATTEMPT, "about": SALE, "amount_minor": 1850}
    for changed, status, code in (
        ({}, 409, "no-terminal"),
        ({"attempt_id": "no id"}, 422, "invalid-request"),
        ({"amount_minor": 10**12}, 422, "invalid-request"),
    ):
        answer = await http.post("/api/card", json={**question, **changed})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    for path in (f"/api/card/{ATTEMPT}/undo", f"/api/card/{ATTEMPT}/cancel"):
        assert (await http.post(path)).status_code in {404, 409}
    assert (await http.post(f"/api/card/{ATTEMPT}/say", json={"paid": True})).status_code == 404
    bad = await http.put("/api/card-terminal", json={"name": "x", "host": "no host!", "port": 1})
    assert (bad.status_code, bad.json()["field"]) == (422, "host")
    assert (await http.post("/api/card-terminal/check")).status_code == 409


async def test_only_a_manager_sets_a_terminal_up(http: httpx.AsyncClient) -> None:
    await sign_in(http, "5678")
    body = {"name": "Counter", "host": "127.0.0.1", "port": 20007}
    assert (await http.put("/api/card-terminal", json=body)).status_code == 403
    assert (await http.delete("/api/card-terminal")).status_code == 403
    assert (await http.get("/api/card-terminal")).json() == {"terminal": None}
