"""The real till, killed with -9 in the middle of selling: what it confirmed is there once, equal to the cent.

`make kills` kills it 200 times. A kill keeps the kernel's cache, so this proves nothing about fdatasync: the simulated disk
does that. It proves the whole process: HTTP, the writer thread, the restart.
"""

import os
import threading
from pathlib import Path
from random import Random

import httpx
import pytest

from device.adapters.files.running_till import RunningTillFile
from device.adapters.http.seat import LOCAL_SCHEME
from shared.ids import make_uuid7
from shared.verify.verify import verify_segments
from tests.unit.device.segmented_ledger import sources
from tests.unit.device.test_till_process import Commands

KILLS = int(os.environ.get("KILLS", "20"))
CATALOGUE = "sku,name,category,price,vat_percent,barcode,stock\nbowl,Bowl,Pottery,18.55,19,,\ncup,Cup,Pottery,7.05,7,,\n"
SELLERS = 3


class Sellers:
    """Three phones that sell until the till is gone; a sale without an answer is posted again under the same id."""

    def __init__(self) -> None:
        self.confirmed: dict[str, int] = {}
        self._open: list[dict[str, object]] = []
        self._random = Random(5)
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def sell_until_it_is_gone(self, url: str, key: str, count: int) -> None:
        """Sell; returns when the till has confirmed `count` more, while others may still be selling."""
        enough = threading.Semaphore(0)
        self._threads = [
            threading.Thread(target=self._sell, args=(url, key, enough), daemon=True) for _ in range(SELLERS)
        ]
        for thread in self._threads:
            thread.start()
        for _ in range(count):
            assert enough.acquire(timeout=60)

    def stop(self) -> None:
        """Wait until all have noticed that the till is gone."""
        for thread in self._threads:
            thread.join(60)

    def settle(self, url: str, key: str) -> None:
        """Post once more what never got an answer."""
        with httpx.Client(base_url=url, headers={"Authorization": LOCAL_SCHEME + key}) as client:
            while self._open:
                self._post(client, self._open.pop())

    def _sell(self, url: str, key: str, enough: threading.Semaphore) -> None:
        with httpx.Client(base_url=url, headers={"Authorization": LOCAL_SCHEME + key}) as client:
            while True:
                sale = self._next()
                try:
                    self._post(client, sale)
                except httpx.HTTPError:
                    with self._lock:
                        self._open.append(sale)
                    return
                enough.release()

    def _next(self) -> dict[str, object]:
        with self._lock:
            if self._open:
                return self._open.pop()
            lines = [
                {"sku": sku, "quantity_milli": 1_000 * self._random.randint(1, 3)} for sku in ("bowl", "cup")
            ]
            return {
                "sale_id": make_uuid7(1_770_000_000_000, self._random.randbytes(10)), "lines": lines,
                "payment": {"method": "cash", "tendered_minor": 50_000}, "collect_at_locker": False,
            }  # fmt: skip

    def _post(self, client: httpx.Client, sale: dict[str, object]) -> None:
        answer = client.post("/api/sales", json=sale, timeout=60)
        assert answer.status_code in {200, 201}, answer.text
        with self._lock:
            self.confirmed[str(sale["sale_id"])] = answer.json()["total_minor"]


@pytest.mark.e2e
@pytest.mark.timeout(3_600)
def test_killed_again_and_again_the_till_holds_every_confirmed_sale_once_to_the_cent(tmp_path: Path) -> None:
    commands, sellers = Commands(tmp_path), Sellers()
    commands.run("init", "--tenant", "demo", "--device", "till-1")
    (tmp_path / "catalogue.csv").write_text(CATALOGUE)
    commands.run("import-catalogue", str(tmp_path / "catalogue.csv"))
    random = Random(1)
    for _ in range(KILLS):
        process, url = commands.start()
        sellers.sell_until_it_is_gone(url, local_key(tmp_path), random.randint(1, 12))
        process.kill()
        process.wait(20)
        sellers.stop()
        assert process.stdout is not None
        process.stdout.close()
    process, url = commands.start()
    sellers.settle(url, local_key(tmp_path))
    process.terminate()
    process.wait(20)
    assert process.stdout is not None
    process.stdout.close()
    report = verify_segments(sources(tmp_path / "till" / "ledger"))
    assert report.problem is None
    assert report.sales == len(sellers.confirmed) >= KILLS
    assert report.total_minor == {"EUR": sum(sellers.confirmed.values())}


def local_key(directory: Path) -> str:
    running = RunningTillFile(directory / "till" / "running.json").read()
    assert running is not None
    return running.key
