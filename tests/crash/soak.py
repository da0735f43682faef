"""`make soak`: seeded days on the simulated disk, going on from where the last run stopped and adding up.

`python -m tests.crash.soak [MINUTES]`. What was survived stands in build/soak.json with the ledger's own fingerprint: other
code begins anew. A seed that is not survived is printed, and the run ends with 1; `run_seeded(SEED)` replays it exactly.
"""

import hashlib
import json
import logging
import os
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.crash.trials import run_seeded

AT_ONCE = 250
STATE = Path("build/soak.json")
LEDGER = Path(__file__).parents[2] / "device" / "adapters" / "ledger"


class SeedError(AssertionError):
    """A seed was not survived; its number and what was lost stand in the message."""


def survive(seeds: range, workers: int | None = None) -> int:
    """Run days on all cores; return how many were survived. Raises SeedError for the first that was not."""
    parts = [
        range(start, min(start + AT_ONCE, seeds.stop)) for start in range(seeds.start, seeds.stop, AT_ONCE)
    ]
    with ProcessPoolExecutor(workers or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        return sum(pool.map(_survive_here, parts))


def _survive_here(seeds: Iterable[int]) -> int:
    logging.disable(logging.CRITICAL)
    count = 0
    for seed in seeds:
        try:
            run_seeded(seed)
        except Exception as error:
            raise SeedError(f"seed {seed}: {error!r}") from error
        count += 1
    return count


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(LEDGER.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _survived_before() -> int:
    try:
        said = json.loads(STATE.read_text())
    except (FileNotFoundError, ValueError):
        return 0
    return int(said["survived"]) if said.get("ledger") == _fingerprint() else 0


def main(minutes: float) -> None:
    """Go on for some minutes."""
    survived, deadline = _survived_before(), time.monotonic() + minutes * 60
    sys.stdout.write(f"{survived:,} seeded days survived before; going on for {minutes:g} minutes …\n")
    step = AT_ONCE * (os.cpu_count() or 1) * 4
    while time.monotonic() < deadline:
        survived += survive(range(survived, survived + step))
        STATE.parent.mkdir(exist_ok=True)
        STATE.write_text(json.dumps({"survived": survived, "ledger": _fingerprint()}))
        sys.stdout.write(f"{survived:,} survived\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10)
