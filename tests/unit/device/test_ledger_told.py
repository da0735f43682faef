"""What a person is told of the ledger itself, in the state strip."""

from pathlib import Path

import httpx

from device.adapters.files.identity_file import IdentityFile
from device.adapters.http.till_app import create_app
from device.app.build_services import build_services
from device.app.open_till import OpenTill, open_till
from device.config import Config
from device.services.changes import Changes
from tests.fakes import IDENTITY


async def told_by(till: OpenTill) -> object:
    services = build_services(till, changes=Changes(), hub_status=None, on_ledger_failed=lambda: None)
    services.sign_in.add_cashier("Mira", "1234")
    transport = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        await http.post("/api/sign-in", json={"pin": "1234"})
        return (await http.get("/api/state")).json()["ledger"]


async def test_what_a_power_cut_left_is_told_until_the_next_start_and_no_longer(tmp_path: Path) -> None:
    IdentityFile(tmp_path / "identity.json").save(IDENTITY)
    config = Config(data_dir=tmp_path, stall="Harbour Market")
    with open_till(config) as till:
        assert await told_by(till) is None
        path = till.ledger.report.path
    with path.open("ab") as journal:
        journal.write(b'deadbeef {"v":1')
    with open_till(config) as till:
        assert await told_by(till) == {
            "words": "The power went while something was being recorded. 15 unfinished bytes were set aside in "
            "torn-1.bytes. As far as this till, hub and cloud know, no confirmed sale is missing."
        }
    with open_till(config) as till:
        assert await told_by(till) is None
