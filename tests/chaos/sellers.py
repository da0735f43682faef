"""Sellers at every till, who go on selling whatever happens; each sale's id is fixed before it is rung up."""

import hashlib
import threading
import time
from dataclasses import replace

from shared.cli.demo.baskets import Basket, load_baskets
from tests.chaos.reckoning import Sold
from tests.chaos.spoilt_deployment import TILLS
from tests.deployment import RunningDeployment
from tests.stubborn_seller import StubbornSeller

PATIENT_S = 180.0
_LOOK_EVERY_S = 0.01
_BASKETS = tuple(basket for day in load_baskets().values() for basket in day if len(basket.pieces) < 8)


class Sellers:
    """One seller at each till, for one trial; `name` makes the sales' ids its own. Start them, and stop them."""

    def __init__(self, running: RunningDeployment, name: str, pace_s: float) -> None:
        self.running = running
        self._name = name
        self._pace_s = pace_s
        self._enough = threading.Event()
        self._sold: dict[str, list[Sold]] = {till: [] for till in TILLS}
        self._failures: list[BaseException] = []
        self._threads = [
            threading.Thread(target=self._sell, args=(till,), name=f"seller at {till}", daemon=True) for till in TILLS
        ]  # fmt: skip

    def start(self) -> None:
        """Open the stalls."""
        for thread in self._threads:
            thread.start()

    def wait_for_more(self, sales: int) -> None:
        """Return when every till has confirmed so many more; raises what a seller was refused with."""
        goals = {till: len(sold) + sales for till, sold in self._sold.items()}
        give_up = time.monotonic() + PATIENT_S
        while any(len(self._sold[till]) < goal for till, goal in goals.items()):
            self._raise_failure()
            assert time.monotonic() < give_up, "the sellers could not go on"
            time.sleep(_LOOK_EVERY_S)

    def stop(self) -> tuple[Sold, ...]:
        """Let each finish the sale in hand; returns all that was confirmed."""
        self._enough.set()
        for thread in self._threads:
            thread.join(PATIENT_S)
        self._raise_failure()
        return tuple(sold for till in self._sold.values() for sold in till)

    def _sell(self, till: str) -> None:
        try:
            seller = StubbornSeller(self.running.places.url(till), self.running.sign_ins.cashier_pin)
            number = 0
            while not self._enough.is_set():
                receipt = seller.sell(_basket(f"{self._name} {till} {number}"))
                self._sold[till].append(
                    Sold(TILLS[till], str(receipt["sale_id"]), int(str(receipt["total_minor"])))
                )
                number += 1
                self._enough.wait(self._pace_s)
        except BaseException as failure:  # noqa: BLE001 -- raised in the trial's own thread
            self._failures.append(failure)

    def _raise_failure(self) -> None:
        if self._failures:
            raise self._failures[0]


def _basket(name: str) -> Basket:
    """Return a basket of its own number, from which the shop makes the sale's id."""
    drawn = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return replace(_BASKETS[drawn % len(_BASKETS)], number=drawn)
