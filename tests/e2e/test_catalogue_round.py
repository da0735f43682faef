"""The real processes: what two tills change goes up, is settled, and comes back to both; nothing older or unsigned counts."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.broker.user_file import BrokerCredentials
from shared.cli.demo.ports import USUAL_PORTS
from shared.documents import CatalogueContent, document_hash, document_text, issue_document
from shared.sync.batch import pack
from shared.wire import topics
from shared.wire.messages import make
from tests.deployment import RunningDeployment, running_deployment
from tests.firmware.stand import signed_in
from tests.free_ports import free_ports

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

PATIENT_S = 120.0
SKU = "mug-ash"
SECOND = "till-riverside"


class Till:
    """A running till, asked through its own interface by a cashier or with the key of its machine."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def ask(self, method: str, path: str, body: object = None) -> Any:
        running = json.loads((self._directory / "running.json").read_text())
        answer = httpx.request(
            method, running["url"] + path, json=body, timeout=30,
            headers={"Authorization": f"Stallholder-Local {running['key']}"},
        )  # fmt: skip
        assert answer.is_success, answer.text
        return answer.json()

    def price(self, sku: str = SKU) -> int:
        products = {one["sku"]: one for one in self.ask("GET", "/api/catalogue")["products"]}
        return int(products[sku]["price_minor"])

    def set_price(self, price_minor: int) -> None:
        self.ask("POST", f"/api/products/{SKU}", {"price_minor": price_minor})

    def version(self) -> int:
        return int(self.ask("GET", "/api/catalogue")["version"])

    def told(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.ask("GET", "/api/documents")
        return answer


def until(happened: Callable[[], object]) -> None:
    give_up = time.monotonic() + PATIENT_S
    while not happened():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.2)


@contextmanager
def second_till(running: RunningDeployment, directory: Path) -> Iterator[Till]:
    """Enrol another till at the hub, and run it."""
    code = running.deployment.call("hub", "enrol-code", "--role", "till", "--device", SECOND)
    environment = {**os.environ, "STALLHOLDER_TILL_DATA_DIR": str(directory), "STALLHOLDER_TILL_STALL": "Riverside",
                   "STALLHOLDER_TILL_PORT": str(free_ports(USUAL_PORTS)["till"])}  # fmt: skip
    command = [sys.executable, "-m", "shared.cli", "till"]
    enrol = [*command, "enrol", "--hub", running.places.url("hub"), "--code", code]
    subprocess.run(enrol, env=environment, check=True, capture_output=True, timeout=60)
    process = subprocess.Popen([*command, "serve"], env=environment)
    try:
        until((directory / "running.json").exists)
        yield Till(directory)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextmanager
def dashboard(running: RunningDeployment) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.places.url("cloud"), timeout=30) as client:
        who = {"user": running.sign_ins.dashboard_user, "password": running.sign_ins.dashboard_password}
        client.headers["X-Stallholder-CSRF"] = client.post("/api/sign-in", json=who).json()["csrf"]
        yield client


def change_on_the_cloud(client: httpx.Client, price_minor: int) -> None:
    seen = client.get("/api/catalogue").json()
    before = next(one for one in seen["products"] if one["sku"] == SKU)
    change = {"before": before, "after": {**before, "price_minor": price_minor}}
    body = {"seen_revision": seen["revision"], "changes": [change]}
    answer = client.post("/api/catalogue/changes", json=body)
    assert answer.is_success, answer.text


async def say_as_the_hub(
    running: RunningDeployment, till: str, version: int, text: bytes, hash_: str
) -> None:
    """Send a till a document as if the hub did: with the hub's account at the broker."""
    fields = json.loads((running.places.data("broker") / "hub-credentials.json").read_bytes())
    identity = json.loads((running.places.data("till") / "identity.json").read_bytes())
    tenant, hub = identity["tenant"], identity["membership"]["hub"]
    account = BrokerCredentials(
        username=fields["username"], password=fields["password"], client_id=fields["client_id"]
    )
    message = make(
        "document", document="catalogue", scope="everyone", version=version, hash=hash_, part=1, parts=1
    )
    async with signed_in(running.places.ports["broker"], account) as client:
        await client.publish(topics.topic(tenant, hub, till, topics.DOCS), pack(message, (text,)), qos=1)


def test_what_tills_and_the_cloud_change_comes_back_to_all_and_nothing_older_or_unsigned_counts(
    tmp_path: Path,
) -> None:
    with (
        running_deployment(tmp_path / "demo") as running,
        second_till(running, tmp_path / "second") as riverside,
    ):
        harbour = Till(running.places.data("till"))
        own = len(harbour.ask("GET", "/api/catalogue")["products"])
        assert own > 0
        until(lambda: harbour.version() >= 1 and harbour.told()["waiting"] == 0)
        until(lambda: riverside.version() >= 1)
        assert len(riverside.ask("GET", "/api/catalogue")["products"]) == own

        _one_till_changes(harbour, riverside)
        _the_cloud_changes(running, harbour, riverside)
        _both_change_while_the_hub_is_away(running, harbour, riverside)
        _nothing_older_or_unsigned_counts(running, tmp_path, harbour)
        for command in (("hub", "verify"), ("cloud", "verify")):
            running.deployment.call(*command)


def _one_till_changes(harbour: Till, riverside: Till) -> None:
    before = harbour.version()
    harbour.set_price(2_450)
    assert harbour.price() == 2_450, "it counts here at once"
    until(lambda: riverside.price() == 2_450)
    until(lambda: harbour.version() > before and harbour.told()["waiting"] == 0)
    assert harbour.price() == 2_450


def _the_cloud_changes(running: RunningDeployment, harbour: Till, riverside: Till) -> None:
    with dashboard(running) as client:
        change_on_the_cloud(client, 2_600)
    until(lambda: (harbour.price(), riverside.price()) == (2_600, 2_600))


def _both_change_while_the_hub_is_away(running: RunningDeployment, harbour: Till, riverside: Till) -> None:
    with running.unplugged("hub"):
        harbour.set_price(2_400)
        riverside.set_price(2_500)
        assert (harbour.price(), riverside.price()) == (2_400, 2_500)
    until(lambda: harbour.told()["settled"] and riverside.told()["settled"])
    until(lambda: harbour.told()["waiting"] == riverside.told()["waiting"] == 0)
    (told,), (also,) = harbour.told()["settled"], riverside.told()["settled"]
    assert told == also
    assert {told["kept_value"], told["dropped_value"]} == {"2400", "2500"}
    assert harbour.price() == riverside.price() == int(told["kept_value"])
    assert harbour.ask("POST", "/api/documents/seen", {"settled": [told["key"]]})["settled"] == []


def _nothing_older_or_unsigned_counts(running: RunningDeployment, tmp_path: Path, harbour: Till) -> None:
    counts, price = harbour.version(), harbour.price()
    file = running.places.data("till") / "documents" / "catalogue.everyone.json"
    older = tmp_path / "older.json"
    older.write_bytes(file.read_bytes())
    with dashboard(running) as client:
        change_on_the_cloud(client, price + 100)
    until(lambda: harbour.version() > counts and harbour.price() == price + 100)
    text = json.loads(older.read_bytes())["signed"].encode()
    stranger = issue_document(
        Ed25519PrivateKey.generate(), tenant="demo", scope="everyone", version=10_000,
        issued_at="2026-11-21T10:00:00+01:00", content=CatalogueContent(),
    )  # fmt: skip
    with running.unplugged("hub"):  # so that its account at the broker is free for somebody who plays it
        asyncio.run(say_as_the_hub(running, "till-harbour", counts, text, "0" * 64))
        forged = document_text(stranger.payload, stranger.signature)
        asyncio.run(say_as_the_hub(running, "till-harbour", 10_000, forged, document_hash(stranger)))
        until(lambda: {one["fault"] for one in harbour.told()["refused"]} == {"older", "untrusted"})
    assert (harbour.version(), harbour.price()) == (counts + 1, price + 100)
