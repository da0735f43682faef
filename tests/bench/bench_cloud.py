"""What the cloud's ingest costs: sales per second through HTTP, and against plain inserts of the same rows.

One uvicorn worker in a process of its own, signed and packed batches of 200 as a hub sends them, several under way.
"""

import asyncio
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import httpx

from cloud.config import Config
from cloud.services.receive_stream import Delivery
from shared.sync.batch import unpack
from tests.free_ports import free_port
from tests.unit.cloud.cloud_chains import CATALOGUE, OPENING, Chain, open_day, sale
from tests.unit.cloud.cloud_deployment import Hub, enrol_hub, running_cloud

BATCH = 200
BATCHES = 50
SOURCES = 4
ROUNDS = 5
READY_WITHIN_S = 60.0


def run() -> list[dict]:
    """Measure both."""
    return [_http_per_s(), _ingest_vs_copy()]


def _http_per_s() -> dict:
    with tempfile.TemporaryDirectory() as folder:
        with running_cloud(Path(folder)) as cloud:
            hub = enrol_hub(cloud)
            config = cloud.config
        rates = asyncio.run(_measure_http(config, hub))
    note = f"{SOURCES} streams, batches of {BATCH}, one worker, {BATCH * BATCHES} sales a round"
    return _row("cloud.http_per_s", statistics.median(rates), "sales/s", 10_000, at_most=False, note=note)


async def _measure_http(config: Config, hub: Hub) -> list[float]:
    port = free_port()
    environment = os.environ | {
        "STALLHOLDER_CLOUD_DATA_DIR": str(config.data_dir),
        "STALLHOLDER_CLOUD_PORT": str(port),
    }
    program = "from cloud.cli import app; app(['serve'])"
    server = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        ready = await asyncio.wait_for(asyncio.to_thread(server.stdout.readline), READY_WITHIN_S)
        assert ready.startswith(b"ready "), ready
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            return [await _one_round(http, hub, number) for number in range(ROUNDS)]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(10)


async def _one_round(http: httpx.AsyncClient, hub: Hub, number: int) -> float:
    chains = [
        _chain(f"till-{index}", f"round{number}", BATCH * BATCHES // SOURCES) for index in range(SOURCES)
    ]
    payloads = [(chain.source, _batches(chain)) for chain in chains]
    started = time.perf_counter()
    await asyncio.gather(*(_drain(http, hub, source, batches) for source, batches in payloads))
    return BATCH * BATCHES / (time.perf_counter() - started)


async def _drain(http: httpx.AsyncClient, hub: Hub, source: str, batches: list[bytes]) -> None:
    for payload in batches:
        answer = await hub.send(http, source, payload)
        assert answer["type"] == "ack", answer


def _ingest_vs_copy() -> dict:
    ratios = []
    with tempfile.TemporaryDirectory() as folder, running_cloud(Path(folder)) as cloud:
        device = cloud.doors.registry.find_device("demo", enrol_hub(cloud).device)
        assert device is not None
        for number in range(ROUNDS):
            chain = _chain("till-copy", f"round{number}", BATCH * BATCHES)
            batches = _batches(chain)
            started = time.perf_counter()
            for payload in batches:
                answer = cloud.doors.receiver.entries(
                    Delivery(device=device, source=chain.source, payload=payload)
                )
                assert isinstance(answer, dict), answer
            ours_s = time.perf_counter() - started
            ratios.append(_copy_s(Path(folder), chain, batches) / ours_s)
    note = (
        "deduplicated, verified and added up / the same entry rows by plain executemany, one commit a batch"
    )
    return _row("cloud.ingest_vs_copy", statistics.median(ratios), "ratio", 0.8, at_most=False, note=note)


def _copy_s(folder: Path, chain: Chain, batches: list[bytes]) -> float:
    """Insert the same rows into a table of the same schema with nothing else."""
    path = folder / f"copy-{chain.epoch}.sqlite"
    with sqlite3.connect(folder / "cloud" / "cloud.sqlite") as original:
        (schema,) = original.execute("SELECT sql FROM sqlite_master WHERE name = 'entry'").fetchone()
    original.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(schema)
    rows = [
        ("demo", chain.source, chain.epoch, entry.seq, entry.hash, entry.kind, 0, entry.line)
        for entry in chain.entries
    ]
    started = time.perf_counter()
    first = 0
    for payload in batches:
        last = first + len(unpack(payload).lines)
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO entry (tenant, source, epoch, seq, hash, kind, received_at_ms, line) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows[first:last],
        )
        connection.execute("COMMIT")
        first = last
    took_s = time.perf_counter() - started
    connection.close()
    return took_s


def _chain(source: str, epoch: str, sales: int) -> Chain:
    chain = Chain(source=source, epoch=epoch)
    open_day(chain)
    skus = list(CATALOGUE)
    for number in range(1, sales + 1):
        bought = [skus[(number + index) % len(skus)] for index in range(1 + number % 3)]
        chain.add(sale(number, *bought), OPENING + timedelta(seconds=number * 2))
    return chain


def _batches(chain: Chain) -> list[bytes]:
    return [chain.batch(first, first + BATCH - 1) for first in range(1, len(chain.entries) + 1, BATCH)]


def _row(name: str, value: float, unit: str, goal: float, *, at_most: bool, note: str) -> dict:
    return {
        "id": name,
        "value": value,
        "unit": unit,
        "goal": goal,
        "at_most": at_most,
        "n": ROUNDS,
        "note": note,
    }
