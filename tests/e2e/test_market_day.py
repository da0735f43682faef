"""The real processes: sales, a hub and a till killed in the middle, a parcel, and a reckoning to the cent."""

import json
import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from shared.cli.demo.baskets import Basket, load_baskets
from shared.cli.demo.parcel_walk import Doors, HubCounter, walk
from shared.cli.demo.ports import USUAL_PORTS
from shared.cli.demo.settlement import Settlement, compare, figures_of, wait_until_settled
from shared.cli.demo.shopfront import Shopfront, answer_of
from tests.deployment import RunningDeployment, running_deployment
from tests.free_ports import free_ports
from tests.stubborn_seller import PATIENT_S, StubbornSeller

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

BASKETS = tuple(basket for day in range(4) for basket in load_baskets()[0, day])[:30]


def seller_at(running: RunningDeployment) -> StubbornSeller:
    return StubbornSeller(running.places.url("till"), running.sign_ins.cashier_pin)


def staffed_counter(running: RunningDeployment) -> HubCounter:
    """Sign in at the hub as soon as it answers: thirty sales may be faster than its coming back."""
    give_up = time.monotonic() + PATIENT_S
    while True:
        try:
            return HubCounter(running.places.url("hub"), running.sign_ins.staff_password)
        except httpx.TransportError:
            assert time.monotonic() < give_up, "the hub did not come back"
            time.sleep(0.1)


def settle(running: RunningDeployment, shop: Shopfront) -> Settlement:
    places, sign_ins = running.places, running.sign_ins
    counter = staffed_counter(running)
    with closing(httpx.Client(base_url=places.url("cloud"), timeout=30)) as dashboard:
        answer_of(
            dashboard.post(
                "/api/sign-in",
                json={"user": sign_ins.dashboard_user, "password": sign_ins.dashboard_password},
            )
        )

        def look() -> Settlement:
            parts = {
                "till": shop.compare(),
                "hub": counter.compare(),
                "cloud": answer_of(dashboard.get("/api/compare")),
            }
            return compare({part: figures_of(compared) for part, compared in parts.items()})

        return wait_until_settled(look, PATIENT_S)


def test_a_day_with_hub_and_till_killed_in_the_middle_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with running_deployment(tmp_path) as running:
        seller = seller_at(running)
        receipts = []
        for count, basket in enumerate(BASKETS):
            if count == 10:
                running.kill("hub")
            if count == 20:
                running.kill("till")
            receipts.append(seller.sell(basket))
        parcel = Basket(number=10_000, minute_of_day=0, pieces=(("mug-ash", 1),))
        promised = seller.sell(parcel, collect=True)
        told = walk(
            promised, counter=staffed_counter(running),
            doors=Doors(running.places.url("board")), hub_url=running.places.url("hub"),
            terminal_key=running.sign_ins.terminal_key,
        )  # fmt: skip
        settlement = settle(running, seller.shop)
        for command in (
            ("verify", str(running.places.data("till") / "ledger")),
            ("hub", "verify"),
            ("cloud", "verify"),
            ("till", "status"),
            ("hub", "status"),
            ("cloud", "status"),
        ):
            running.deployment.call(*command)

    everything = [*receipts, promised]
    numbers = [str(receipt["receipt_number"]).split("-")[1] for receipt in everything]
    (till,) = settlement.by_part["till"].values()
    assert settlement.differences == ()
    assert numbers == [f"{number:05d}" for number in range(1, len(everything) + 1)]
    assert till.sales == len(everything)
    assert till.total_minor == sum(int(str(receipt["total_minor"])) for receipt in everything)
    assert "collected" in told
    assert any(words.startswith("hub stopped") for words in running.told)


def test_the_demo_without_a_person_ends_well_and_goes_on_with_its_data_at_other_addresses(
    tmp_path: Path,
) -> None:
    for _ in range(2):
        (tmp_path / "ports.json").write_text(json.dumps(free_ports(USUAL_PORTS)))
        done = subprocess.run(
            [sys.executable, "-m", "shared.cli", "demo", "--once", "--yes"], capture_output=True, text=True, check=False,
            timeout=300, env={**os.environ, "STALLHOLDER_DEMO_DIR": str(tmp_path)},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert "agree on every entry and to the cent" in done.stdout
        assert (
            "The plan for the next days was taken on" in done.stdout
            or "Nothing has to be made" in done.stdout
        )
        assert "Ordered from" in done.stdout or "No order to a supplier is needed" in done.stdout
