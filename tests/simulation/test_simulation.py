"""The proof of the promise `once`: till, hub and cloud as they are, in a world that fails in every way, by a seed."""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.mutants.mutant import not_found
from tests.simulation.kinds import Kind
from tests.simulation.mutants import MUTANTS
from tests.simulation.schedule import KINDS_MIN, run_schedule, run_seeded
from tests.soak import SYNC, Soaking

BUDGET_S = 150.0
SCHEDULES_MIN = 200
SEEDS = (3, 14, 15)


@pytest.mark.timeout(900)
def test_in_every_schedule_every_sale_arrives_everywhere_once_and_every_kind_of_fault_happens(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fired: Counter[Kind] = Counter()
    count, began_s = 0, time.monotonic()
    with Soaking(SYNC) as soaking:
        while count < SCHEDULES_MIN or time.monotonic() - began_s < BUDGET_S:
            fired += soaking.survive(range(count, count + soaking.step))
            count += soaking.step
    with capsys.disabled():
        sys.stdout.write(f"\n{count} schedules of sync in {time.monotonic() - began_s:.0f} s\n")
    assert [kind.value for kind in Kind if not fired[kind]] == []


def test_a_schedule_has_three_tills_fifty_sales_and_five_kinds_of_fault() -> None:
    for seed in SEEDS:
        verdict = run_seeded(seed)
        assert verdict.sales >= 50
        assert len(verdict.fired) >= KINDS_MIN


def test_a_seed_replays_exactly_in_this_process_and_in_others() -> None:
    here = [run_schedule(seed).trace_hash for seed in SEEDS]
    assert [run_schedule(seed).trace_hash for seed in SEEDS] == here
    for hash_seed in ("1", "2"):
        assert _in_another_process(hash_seed) == here


def _in_another_process(hash_seed: str) -> list[str]:
    lines = f"from tests.simulation.schedule import run_schedule\nfor seed in {SEEDS}: print(run_schedule(seed).trace_hash)"
    done = subprocess.run(
        [sys.executable, "-c", lines], env={**os.environ, "PYTHONHASHSEED": hash_seed}, cwd=Path(__file__).parents[2],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


def test_a_replay_tells_what_happened_step_by_step() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "3"], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "says hello" in told
    assert "every promise was kept" in told


def test_every_mutant_of_sync_still_finds_the_safeguard_that_it_takes_away() -> None:
    assert len(MUTANTS) >= 15
    assert not_found(MUTANTS) == []
