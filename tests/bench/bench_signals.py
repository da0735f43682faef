"""What signals do to the forecast's loss on real sales, and what knowing the hour at which stock ran out does.

Signals are such as mean nothing, and planted ones that mean something.
"""

from collections.abc import Iterator
from math import exp
from typing import Any

from device.domain.market.strength import PLACES
from shared.events.market import SignalKind
from tests.bench.signal_replay import (
    DaysAsked,
    Sales,
    censored_losses,
    planted,
    random_signals,
    read_sales,
    replay,
)

MORNINGS = 120
SEEDS = (1, 2, 3, 4)
FACTORS = (1.4, 1.8, 0.6)
NOISE_GOAL_PERCENT = 2.0


def run() -> list[dict[str, Any]]:
    """Replay every data set."""
    return [
        row
        for sales in read_sales().values()
        for row in (*_noise(sales), *_planted(sales), *_censored(sales))
    ]


def _noise(sales: Sales) -> Iterator[dict[str, Any]]:
    changes = [
        replay(sales, random_signals(sales, share=0.3, seed=seed), mornings=MORNINGS).change for seed in SEEDS
    ]
    yield _row(f"signals.noise.{sales.name}", 100 * max(changes), "%", NOISE_GOAL_PERCENT,
               f"loss with random signals on 3 of 10 days, the worst of {len(SEEDS)}; mean {100 * sum(changes) / len(changes):.2f} %")  # fmt: skip


def _planted(sales: Sales) -> Iterator[dict[str, Any]]:
    for factor in FACTORS:
        moved, book = planted(sales, share=0.15, factor=factor, seed=1)
        on, off = (
            replay(moved, book, mornings=MORNINGS, days=days)
            for days in (DaysAsked.WITH_SIGNALS, DaysAsked.WITHOUT_SIGNALS)
        )
        found = exp(2 * on.learned.mean[PLACES[SignalKind.SOCIAL]])
        yield _row(f"signals.planted-{factor}.{sales.name}", 100 * on.change, "%", 0.0,
                   f"loss on days with the signal; factor found: {found:.2f}")  # fmt: skip
        yield _row(
            f"signals.after-{factor}.{sales.name}", 100 * off.change, "%", 0.0, "loss on the other days"
        )


def _censored(sales: Sales) -> Iterator[dict[str, Any]]:
    """Loss where three of ten days ran out of stock, against a past without that."""
    lost = censored_losses(sales)
    for known, loss in lost.items():
        yield _row(f"sold-out.{known}.{sales.name}", 100 * (loss / lost["never"] - 1.0), "%", 2.0 if known == "hour" else None,
                   "loss above that of a stall that never runs out")  # fmt: skip


def _row(name: str, value: float, unit: str, goal: float | None, note: str) -> dict[str, Any]:
    return {
        "id": name,
        "value": value,
        "unit": unit,
        "goal": goal,
        "at_most": True,
        "n": MORNINGS,
        "note": note,
    }
