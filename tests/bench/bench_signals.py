"""What signals do to the forecast's loss on real sales: such as mean nothing, and planted ones that mean something."""

from collections.abc import Iterator
from math import exp
from typing import Any

from device.domain.market.strength import PLACES
from shared.events.market import SignalKind
from tests.bench.signal_replay import Sales, planted, random_signals, read_sales, replay

MORNINGS = 120
SEEDS = (1, 2, 3, 4)
FACTORS = (1.4, 1.8, 0.6)
NOISE_GOAL_PERCENT = 2.0


def run() -> list[dict[str, Any]]:
    """Replay every data set."""
    return [row for sales in read_sales().values() for row in (*_noise(sales), *_planted(sales))]


def _noise(sales: Sales) -> Iterator[dict[str, Any]]:
    changes = [
        replay(sales, random_signals(sales, share=0.3, seed=seed), mornings=MORNINGS).change for seed in SEEDS
    ]
    yield _row(f"signals.noise.{sales.name}", 100 * max(changes), "%", NOISE_GOAL_PERCENT,
               f"loss with random signals on 3 of 10 days, the worst of {len(SEEDS)}; mean {100 * sum(changes) / len(changes):.2f} %")  # fmt: skip


def _planted(sales: Sales) -> Iterator[dict[str, Any]]:
    for factor in FACTORS:
        moved, book = planted(sales, share=0.15, factor=factor, seed=1)
        outcome = replay(moved, book, mornings=MORNINGS, only_signal_days=True)
        found = exp(2 * outcome.learned.mean[PLACES[SignalKind.SOCIAL]])
        yield _row(f"signals.planted-{factor}.{sales.name}", 100 * outcome.change, "%", 0.0,
                   f"loss on days with the signal; factor found: {found:.2f}")  # fmt: skip


def _row(name: str, value: float, unit: str, goal: float, note: str) -> dict[str, Any]:
    return {
        "id": name,
        "value": value,
        "unit": unit,
        "goal": goal,
        "at_most": True,
        "n": MORNINGS,
        "note": note,
    }
