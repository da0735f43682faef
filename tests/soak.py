"""`make soak`: seeded trials of the ledger and of sync, going on from where the last run stopped and adding up.

`python -m tests.soak [MINUTES] [ledger|sync]`. What was survived stands in build/soak.json with the fingerprint of the code
under trial: other code begins anew. A seed that is not survived is printed with the command that replays it, and the run
ends with 1.
"""

import hashlib
import json
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from tests.crash.trials import run_seeded
from tests.simulation.kinds import Kind
from tests.simulation.schedule import run_many

STATE = Path("build/soak.json")
ROOT = Path(__file__).parents[1]


class SeedError(AssertionError):
    """A seed was not survived; its number and what was lost stand in the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """One kind of trial: what a run of seeds is called, how many are run in one go, and the code that is tried."""

    name: str
    words: str
    at_once: int
    run: Callable[[range], Counter[Kind]]
    code: Sequence[str]

    def fingerprint(self) -> str:
        """Return what changes with the code under trial."""
        digest = hashlib.sha256()
        for path in sorted(path for pattern in self.code for path in ROOT.glob(pattern)):
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]


def _days(seeds: range) -> Counter[Kind]:
    for seed in seeds:
        try:
            run_seeded(seed)
        except Exception as error:
            words = f"seed {seed}: {error!r}. Replay it with: tests.crash.trials.run_seeded({seed})"
            raise SeedError(words) from error
    return Counter()


def _schedules(seeds: range) -> Counter[Kind]:
    try:
        return run_many(seeds)
    except AssertionError as error:
        raise SeedError(str(error)) from error


LEDGER = Soaked(
    name="ledger", words="seeded days", at_once=250, run=_days, code=("device/adapters/ledger/*.py",)
)
SYNC = Soaked(
    name="sync", words="schedules", at_once=25, run=_schedules,
    code=("tests/simulation/*.py", "shared/sync/*.py", "shared/wire/*.py", "shared/entry.py", "shared/events/*.py", "device/services/*.py",
          "device/adapters/ledger/*.py", "device/domain/*.py", "hub/services/*.py", "hub/domain/*.py",
          "cloud/services/receive_stream.py", "cloud/domain/*.py"),
)  # fmt: skip


class Soaking:
    """Runs seeds of one kind on all cores."""

    def __init__(self, soaked: Soaked, workers: int | None = None) -> None:
        self._soaked = soaked
        self._workers = workers or os.cpu_count() or 1
        self._pool = ProcessPoolExecutor(self._workers, mp_context=get_context("spawn"))

    def __enter__(self) -> "Soaking":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    @property
    def step(self) -> int:
        """How many seeds keep all cores busy for some seconds."""
        return self._soaked.at_once * self._workers * 2

    def survive(self, seeds: range) -> Counter[Kind]:
        """Run seeds; return in how many each kind of fault had an effect. Raises SeedError for the first not survived."""
        size = self._soaked.at_once
        parts = [
            range(start, min(start + size, seeds.stop)) for start in range(seeds.start, seeds.stop, size)
        ]
        fired: Counter[Kind] = Counter()
        for counted in self._pool.map(_run_part, [self._soaked.name] * len(parts), parts):
            fired.update(counted)
        return fired


def _run_part(name: str, seeds: range) -> Counter[Kind]:
    logging.disable(logging.CRITICAL)
    return {soaked.name: soaked for soaked in (LEDGER, SYNC)}[name].run(seeds)


def _kept() -> dict[str, dict[str, object]]:
    try:
        said = json.loads(STATE.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return {name: value for name, value in said.items() if isinstance(value, dict)}


def _keep(soaked: Soaked, survived: int) -> None:
    STATE.parent.mkdir(exist_ok=True)
    kept = _kept() | {soaked.name: {"survived": survived, "code": soaked.fingerprint()}}
    STATE.write_text(json.dumps(kept))


def go_on(soaked: Soaked, minutes: float) -> None:
    """Go on for some minutes."""
    before = _kept().get(soaked.name, {})
    survived = int(str(before["survived"])) if before.get("code") == soaked.fingerprint() else 0
    sys.stdout.write(
        f"{soaked.name}: {survived:,} {soaked.words} survived before; going on for {minutes:g} minutes …\n"
    )
    deadline = time.monotonic() + minutes * 60
    with Soaking(soaked) as soaking:
        while time.monotonic() < deadline:
            soaking.survive(range(survived, survived + soaking.step))
            survived += soaking.step
            _keep(soaked, survived)
            sys.stdout.write(f"{soaked.name}: {survived:,} survived\n")
            sys.stdout.flush()


def main(minutes: float, only: str) -> int:
    """Share the minutes among the kinds, or give them all to one; return 1 if a seed was not survived."""
    chosen = [soaked for soaked in (LEDGER, SYNC) if only in ("", soaked.name)]
    try:
        for soaked in chosen:
            go_on(soaked, minutes / len(chosen))
    except SeedError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    names = [argument for argument in arguments if argument in {"ledger", "sync"}]
    numbers = [float(argument) for argument in arguments if argument not in names]
    sys.exit(main(numbers[0] if numbers else 10, names[0] if names else ""))
