"""A till that is killed while its mail server has an order in hand: nobody knows whether it arrived, so it is not sent again."""

import asyncio
import json
import signal
import subprocess

import httpx
import pytest

from tests.free_ports import free_port
from tests.mail_server import MailServer, Mood
from tests.unit.device.test_till_process import Commands, end, till

__all__ = ["till"]

PATIENCE_S = 30


def _browser(till: Commands, url: str) -> httpx.AsyncClient:
    running = json.loads((till.directory / "till" / "running.json").read_text())
    key = next(value for name, value in running.items() if "key" in name)
    return httpx.AsyncClient(base_url=url, headers={"Authorization": f"Stallholder-Local {key}"})


async def _order(http: httpx.AsyncClient, server: MailServer) -> None:
    """A supplier with a price, a need, a mail server, and an approved order."""
    mail = {"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "stall@b.example"}
    clay = {"name": "Clay", "unit": "kg", "keep_milli": 5_000, "lead_days": 9}
    for method, path, body in (
        ("PUT", "/api/purchasing/mail", mail),
        ("PUT", "/api/materials/m1", clay),
    ):
        assert (await http.request(method, path, json=body)).is_success
    supplier = {"name": "Clay & Co", "lead_days": 2, "email": "orders@clay.example"}
    supplier_id = (await http.post("/api/purchasing/suppliers", json=supplier)).json()["supplier_id"]
    await http.post(f"/api/purchasing/suppliers/{supplier_id}/prices", content=b"item,price\nClay,2.00\n")
    wish = {"order_id": "o-1", "supplier_id": supplier_id, "total_minor": 1_000}
    placed = await http.post("/api/purchasing/orders", json=wish)
    assert placed.status_code == 201, placed.text


async def _sending(http: httpx.AsyncClient) -> str:
    state: str = (await http.get("/api/purchasing/orders/o-1")).json()["sending"]["state"]
    return state


async def _until_taken(server: MailServer, count: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while len(server.mails) < count:
            await asyncio.sleep(0.05)


@pytest.mark.e2e
async def test_a_till_killed_while_it_orders_asks_whether_the_order_arrived(till: Commands) -> None:
    server = MailServer(mood=Mood.SILENT_AFTER_DATA)
    await server.start(free_port())
    process, url = await asyncio.to_thread(till.start)
    async with _browser(till, url) as http:
        await _order(http, server)
        await _until_taken(server, 1)
        assert await _sending(http) == "sending"
    await asyncio.to_thread(end, process, signal.SIGKILL)

    server.mood = Mood.WELL
    again: tuple[subprocess.Popen[str], str] = await asyncio.to_thread(till.start)
    process, url = again
    async with _browser(till, url) as http:
        assert await _sending(http) == "unclear"
        said = await http.post("/api/purchasing/orders/o-1/sending", json={"said": "again"})
        assert said.is_success
        await _until_taken(server, 2)
    await asyncio.to_thread(end, process, signal.SIGTERM)
    await server.stop()
    assert [mail["Message-ID"] for mail in server.mails] == ["<o-1@b.example>"] * 2
