"""How soon a sale is acknowledged: 200 tills at a sale a second, the same while another drains a backlog, and what 500 cost."""

import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench.__main__ import Row
from tests.bench.hub_stand import HubStand, TillFleet, till_fleet
from tests.bench.memory import cpu_seconds

TILLS, A_PROCESS, MANY_TILLS = 200, 100, 500
ROUNDS = 3
SELL_S = 20.0
BACKLOG = 100_000
WARM_UP_S = 5.0
_PATIENCE_S = 120.0
Sale = tuple[float, float | None]


def run() -> list[Row]:
    """Return the rows."""
    with tempfile.TemporaryDirectory() as folder, HubStand(Path(folder)) as stand, ExitStack() as stack:
        fleets = [_fleet(stack, stand) for _ in range(TILLS // A_PROCESS)]
        _sell(fleets, WARM_UP_S)
        rounds = [_one_round(fleets, stand) for _ in range(ROUNDS)]
        for _ in range((MANY_TILLS - TILLS) // A_PROCESS):
            _fleet(stack, stand)
        broker_mb, hub_mb = stand.memory_mb()
    return [*_ack_rows(rounds), *_memory_rows(broker_mb, hub_mb)]


def _fleet(stack: ExitStack, stand: HubStand) -> TillFleet:
    fleet = stack.enter_context(till_fleet(stand.accesses(A_PROCESS), stand.broker.port))
    fleet.do("connect")
    return fleet


def _one_round(fleets: Sequence[TillFleet], stand: HubStand) -> dict[str, float]:
    """Return p50 and p99 in ms, idle and beside a till that drains, and how much of a core the hub took when idle."""
    cpu_s = cpu_seconds(stand.hub_pid)
    idle = _latencies_ms(_sell(fleets, SELL_S))
    share = (cpu_seconds(stand.hub_pid) - cpu_s) / SELL_S
    with till_fleet(stand.accesses(1), stand.broker.port) as draining:
        draining.do("fill", entries=BACKLOG)
        for fleet in fleets:
            fleet.tell("sell", seconds=SELL_S, wait_s=_PATIENCE_S)
        started = time.monotonic()
        draining.do("connect")
        draining.do("drain")
        ended = time.monotonic()
        sales = [sale for fleet in fleets for sale in _sales_in(fleet.answer())]
    beside = _latencies_ms([sale for sale in sales if started <= sale[0] <= ended])
    return {
        "idle_p50": _quantile(idle, 0.5), "idle_p99": _quantile(idle, 0.99), "p99": _quantile(beside, 0.99),
        "p50": _quantile(beside, 0.5), "idle_n": len(idle), "n": len(beside), "drain": BACKLOG / (ended - started),
        "hub_share": share,
    }  # fmt: skip


def _sell(fleets: Sequence[TillFleet], seconds: float) -> list[Sale]:
    for fleet in fleets:
        fleet.tell("sell", seconds=seconds, wait_s=_PATIENCE_S)
    return [sale for fleet in fleets for sale in _sales_in(fleet.answer())]


def _sales_in(answer: dict[str, list[list[Sale]]]) -> list[Sale]:
    return [(sale[0], sale[1]) for till in answer["sales"] for sale in till]


def _latencies_ms(sales: Sequence[Sale]) -> list[float]:
    """Return how long each took; raises if one was never acknowledged."""
    lost = sum(acked is None for _, acked in sales)
    if lost or not sales:
        raise AssertionError(f"{lost} of {len(sales)} sales were never acknowledged")
    return sorted((acked - sold) * 1_000 for sold, acked in sales if acked is not None)


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _ack_rows(rounds: list[dict[str, float]]) -> list[Row]:
    def middle(name: str) -> float:
        return statistics.median(one[name] for one in rounds)

    n = int(sum(one["idle_n"] for one in rounds))
    idle = f"{TILLS} tills at a sale a second in {TILLS // A_PROCESS} processes, ledgers in memory; the hub took {middle('hub_share'):.0%} of a core"
    fairness = statistics.median(one["p99"] / one["idle_p99"] for one in rounds)
    beside = (
        f"p99 {middle('p99'):.0f} ms against {middle('idle_p99'):.0f} ms (p50 {middle('p50'):.0f} ms) while one more till drains "
        f"{BACKLOG} sales at {middle('drain'):.0f} a second"
    )
    return [
        _row("sync.ack_p50_ms", middle("idle_p50"), "ms", 20, n, idle),
        _row("sync.ack_p99_ms", middle("idle_p99"), "ms", 250, n, idle),
        _row("sync.fairness", fairness, "ratio", 3, int(sum(one["n"] for one in rounds)), beside),
    ]


def _memory_rows(broker_mb: float, hub_mb: float) -> list[Row]:
    note = f"resident with {MANY_TILLS} tills connected, {TILLS} of which have sold"
    return [
        _row("sync.broker_500_mb", broker_mb, "MiB", None, MANY_TILLS, note),
        _row("sync.hub_500_mb", hub_mb, "MiB", None, MANY_TILLS, note),
    ]


def _row(name: str, value: float, unit: str, goal: float | None, n: int, note: str) -> Row:
    return Row(id=name, value=round(value, 4), unit=unit, goal=goal, at_most=True, n=n, note=note)
