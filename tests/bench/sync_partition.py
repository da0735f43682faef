"""What a partition of a minute costs: how long after it until the hub acknowledges again, and has everything."""

import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench.__main__ import Row
from tests.bench.hub_stand import HubStand, till_fleet
from tests.bench.swallowing_proxy import SwallowingProxy

TILLS, A_PROCESS = 200, 100
BEFORE_S, PARTITION_S, AFTER_S = 5.0, 60.0, 15.0
_PATIENCE_S = 120.0
Sale = tuple[float, float | None]


def run() -> list[Row]:
    """Return the rows."""
    with (
        tempfile.TemporaryDirectory() as folder,
        HubStand(Path(folder)) as stand,
        SwallowingProxy(stand.broker.port) as proxy,
        ExitStack() as stack,
    ):
        fleets = [
            stack.enter_context(till_fleet(stand.accesses(A_PROCESS), proxy.port))
            for _ in range(TILLS // A_PROCESS)
        ]
        for fleet in fleets:
            fleet.do("connect")
            fleet.tell("sell", seconds=BEFORE_S + PARTITION_S + AFTER_S, wait_s=_PATIENCE_S)
        time.sleep(BEFORE_S)
        proxy.cut()
        time.sleep(PARTITION_S)
        proxy.heal()
        healed = time.monotonic()
        tills: list[list[Sale]] = [till for fleet in fleets for till in fleet.answer()["sales"]]
    return _rows(
        [_first_ack_s(till, healed) for till in tills], [_caught_up_s(till, healed) for till in tills]
    )


def _first_ack_s(sales: Sequence[Sale], healed: float) -> float:
    return min(acked for _, acked in sales if acked is not None and acked > healed) - healed


def _caught_up_s(sales: Sequence[Sale], healed: float) -> float:
    """Return when the last sale that was made before the end of the partition was acknowledged."""
    if any(acked is None for _, acked in sales):
        raise AssertionError("a sale was never acknowledged")
    return max(acked for sold, acked in sales if acked is not None and sold < healed) - healed


def _rows(first_s: list[float], caught_up_s: list[float]) -> list[Row]:
    note = (
        f"the slowest of {TILLS} tills (the median {statistics.median(first_s):.1f} s) after {PARTITION_S:.0f} s in which all was "
        "swallowed and every open connection died unnoticed"
    )
    caught_up = f"the slowest till (the median {statistics.median(caught_up_s):.1f} s): every sale of the partition acknowledged"
    return [
        Row(id="sync.first_ack_s", value=round(max(first_s), 2), unit="s", goal=5, at_most=True, n=TILLS, note=note),
        Row(id="sync.caught_up_s", value=round(max(caught_up_s), 2), unit="s", goal=None, at_most=True, n=TILLS, note=caught_up),
    ]  # fmt: skip
