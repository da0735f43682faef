from collections.abc import AsyncIterator

import httpx
import pytest

from hub.sim.doors import Size
from hub.sim.http import make_app
from hub.sim.simulator import Simulator, Wiring


@pytest.fixture
async def page() -> AsyncIterator[httpx.AsyncClient]:
    simulator = Simulator([Size.SMALL, Size.LARGE], Wiring(coil_pins=(0, 1), sensor_pins=(8, 9)))
    app = make_app(simulator, bind="127.0.0.1", board="board-dock-1", runs_on="micropython")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def test_the_bank_says_that_it_is_a_simulation_and_shows_its_doors(page: httpx.AsyncClient) -> None:
    bank = (await page.get("/api/doors")).json()
    assert bank["simulation"] is True
    assert bank["runs_on"] == "micropython"
    assert bank["doors"][1] == {"compartment": 2, "size": "L", "state": "shut", "bolt": "locked"}


async def test_a_door_is_jammed_freed_and_pushed(page: httpx.AsyncClient) -> None:
    jammed = (await page.post("/api/doors/1/jam", json={"jammed": True})).json()
    freed = (await page.post("/api/doors/1/jam", json={"jammed": False})).json()
    pushed = await page.post("/api/doors/1/push")
    assert jammed["doors"][0]["state"] == "jammed"
    assert freed["doors"][0]["state"] == "shut"
    assert pushed.status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/doors/3/push", None, 404),
        ("/api/doors/0/push", None, 422),
        ("/api/doors/one/push", None, 422),
        ("/api/doors/1/jam", {"jammed": "yes"}, 422),
        ("/api/doors/1/jam", {}, 422),
    ],
)
async def test_what_cannot_be_done_is_told_with_a_remedy(
    page: httpx.AsyncClient, path: str, body: object, status: int
) -> None:
    refused = await page.post(path, json=body)
    assert refused.status_code == status
    assert refused.json()["remedy"]


async def test_the_page_and_the_shared_files_are_served(page: httpx.AsyncClient) -> None:
    assert "<html" in (await page.get("/")).text
    assert (await page.get("/shared/tokens.css")).status_code == 200
