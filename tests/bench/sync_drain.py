"""How fast a backlog drains into the hub: against decode and commit alone, a plain publisher, and one sale a message."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from device.app.open_till import open_till
from device.config import PREFIX, Config
from shared.cli.settings_file import load_settings
from shared.sync.sender import SenderLimits
from tests.bench.__main__ import Row
from tests.bench.commit_alone import TOPIC, entry_lines, payloads_of
from tests.bench.hub_stand import HubStand, till_fleet
from tests.bench.memory import cpu_seconds
from tests.bench.raw_publisher import publish_all
from tests.bench.sales import make_sale
from tests.firmware.broker_process import BrokerProcess
from tests.free_ports import free_port

ROUNDS = 5
SALES_A_ROUND = 10_000
SINGLE_SALES = 1_000
ONE_BY_ONE = SenderLimits(window_entries=100, batch_entries=1)
BACKLOG = 100_000
_SALES_AN_APPEND = 200
_GIVE_UP_S = 600.0
_MQTT_HEADER_BYTES = 1 + 4 + 2 + 2  # type, remaining length, topic length, message number


def run() -> list[Row]:
    """Return the rows."""
    with (
        tempfile.TemporaryDirectory() as folder,
        HubStand(Path(folder) / "nats") as stand,
        HubStand(Path(folder) / "mosquitto", "mosquitto") as other,
    ):
        rounds = [_one_round(stand, other, Path(folder) / f"raw-{number}") for number in range(ROUNDS)]
        backlog = _real_till(stand, Path(folder))
    return [*_ratio_rows(rounds), *backlog, _bytes_row()]


def _one_round(stand: HubStand, other: HubStand, raw_folder: Path) -> dict[str, float]:
    """Return sales per second each way, and the CPU time in µs that a sale costs; one way after the other."""
    alone = _commit_alone(SALES_A_ROUND)
    drain = _drain(stand, SALES_A_ROUND, None)
    mosquitto = _drain(other, SALES_A_ROUND, None)
    single = _drain(stand, SINGLE_SALES, ONE_BY_ONE)
    raw = _raw(raw_folder)
    return {
        "alone": SALES_A_ROUND / alone["seconds"], "alone_us": alone["cpu_s"] / SALES_A_ROUND * 1e6,
        "drain": SALES_A_ROUND / drain["seconds"], "hub_us": drain["hub_cpu_s"] / SALES_A_ROUND * 1e6,
        "mosquitto": SALES_A_ROUND / mosquitto["seconds"],
        "single": SINGLE_SALES / single["seconds"], "raw": SALES_A_ROUND / raw,
    }  # fmt: skip


def _commit_alone(sales: int) -> dict[str, float]:
    child = [sys.executable, "-m", "tests.bench.commit_alone", str(sales)]
    said: dict[str, float] = json.loads(subprocess.run(child, check=True, capture_output=True).stdout)
    return said


def _drain(stand: HubStand, sales: int, limits: SenderLimits | None) -> dict[str, float]:
    """Let a till connect that has a backlog, and wait until it has heard that the hub has everything."""
    with till_fleet(stand.accesses(1), stand.broker.port, limits) as fleet:
        fleet.do("fill", entries=sales)
        hub_cpu_s, started = cpu_seconds(stand.hub_pid), time.perf_counter()
        fleet.do("connect")
        fleet.do("drain")
        seconds = time.perf_counter() - started
        return {"seconds": seconds, "hub_cpu_s": cpu_seconds(stand.hub_pid) - hub_cpu_s}


def _raw(folder: Path) -> float:
    broker = BrokerProcess(folder)
    broker.start()
    try:
        return publish_all(broker, payloads_of(entry_lines(SALES_A_ROUND), SenderLimits().batch_entries))
    finally:
        broker.stop()


def _real_till(stand: HubStand, folder: Path) -> list[Row]:
    """A real till's process with BACKLOG sales on its disk is started, while nobody watches but its hub's database."""
    environment = _till_environment(folder / "till")
    stand.command("till", "enrol", "--device", "till-backlog", "--hub", stand.url, "--code",
                  stand.command("hub", "enrol-code", "--role", "till", "--device", "till-backlog"),
                  environment=environment)  # fmt: skip
    with open_till(load_settings(Config, prefix=PREFIX, environment=environment)) as till:
        for first in range(0, BACKLOG, _SALES_AN_APPEND):
            sales = tuple(make_sale(number) for number in range(first, first + _SALES_AN_APPEND))
            till.ledger.append_blocking(lambda _, sales=sales: sales)  # type: ignore[misc]
        wanted = stand.held() + till.ledger.head.seq
    hub_cpu_s, started = cpu_seconds(stand.hub_pid), time.perf_counter()
    with stand.running("till", "serve", environment=environment):
        ready_s = time.perf_counter() - started
        while stand.held() < wanted and time.perf_counter() < started + _GIVE_UP_S:
            time.sleep(0.1)
    seconds = time.perf_counter() - started - ready_s
    hub_us = (cpu_seconds(stand.hub_pid) - hub_cpu_s) / BACKLOG * 1e6
    arrived = BACKLOG - (wanted - stand.held())
    note = f"a real till's process and ledger, from its start ({ready_s:.1f} s, not counted) to durable at the hub; {hub_us:.0f} µs CPU of the hub a sale"
    return [_row("sync.drain_per_s", arrived / seconds, "sales/s", 10_000, arrived, note)]


def _till_environment(folder: Path) -> dict[str, str]:
    settings = {"DATA_DIR": str(folder), "BIND": "127.0.0.1", "PORT": str(free_port()), "STALL": "Bench"}
    return {**os.environ, **{PREFIX + key: value for key, value in settings.items()}}


def _ratio_rows(rounds: list[dict[str, float]]) -> list[Row]:
    def middle(of: Callable[[dict[str, float]], float]) -> float:
        return statistics.median(of(one) for one in rounds)

    n = ROUNDS * SALES_A_ROUND
    vs_commit = f"{middle(lambda one: one['drain']):.0f} against {middle(lambda one: one['alone']):.0f} sales/s; tills with their ledgers in memory"
    single = f"{middle(lambda one: one['single']):.0f} sales/s one a message, {ONE_BY_ONE.window_entries} under way"
    raw = f"the same payloads by plain paho at {middle(lambda one: one['raw']):.0f} sales/s, nothing opened, checked or kept"
    cpu = f"processor time of the hub's process; decode and commit alone take {middle(lambda one: one['alone_us']):.0f} µs"
    mosquitto = (
        f"{middle(lambda one: one['mosquitto']):.0f} sales/s over mosquitto, the same kind of till and hub"
    )
    return [
        _row("sync.drain_vs_commit", middle(lambda one: one["drain"] / one["alone"]), "ratio", 0.8, n, vs_commit),
        _row("sync.drain_vs_raw_paho", middle(lambda one: one["drain"] / one["raw"]), "ratio", None, n, raw),
        _row("sync.drain_mosquitto_vs_nats", middle(lambda one: one["mosquitto"] / one["drain"]), "ratio", None, n, mosquitto),
        _row("sync.batch_gain", middle(lambda one: one["drain"] / one["single"]), "ratio", 8, ROUNDS * SINGLE_SALES, single),
        _row("sync.hub_cpu_us", middle(lambda one: one["hub_us"]), "µs", None, n, cpu, at_most=True),
    ]  # fmt: skip


def _bytes_row() -> Row:
    lines = entry_lines(SALES_A_ROUND)
    json_bytes = sum(len(line) for line in lines)

    def ratio(batch_entries: int, some: list[bytes]) -> float:
        payloads = payloads_of(some, batch_entries)
        sent = sum(_MQTT_HEADER_BYTES + len(TOPIC) + len(payload) for payload in payloads)
        return sent / sum(len(line) for line in some)

    batched = ratio(SenderLimits().batch_entries, lines)
    note = (
        f"MQTT packets of full batches / the entries' own bytes, {json_bytes / len(lines):.0f} a sale; "
        f"one sale a message {ratio(1, lines[:1_000]):.2f}"
    )
    return _row("sync.bytes_ratio", batched, "ratio", 0.25, len(lines), note, at_most=True)


def _row(
    name: str, value: float, unit: str, goal: float | None, n: int, note: str, *, at_most: bool = False
) -> Row:
    return Row(id=name, value=round(value, 4), unit=unit, goal=goal, at_most=at_most, n=n, note=note)
