"""`make mutants`: takes the safeguards away one by one and shows that the proofs catch each.

`python -m tests.mutants [ledger|sync]` runs them all, each in a process of its own, and prints a table for each family; with a
number after the family it is that process: it changes one piece of source while it is imported, then runs the proof until
something breaks.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console
from rich.table import Table

from tests.crash.mutants import LEDGER
from tests.mutants.mutant import Family, Mutating
from tests.simulation.mutants import SYNC

FAMILIES = {"ledger": LEDGER, "sync": SYNC}
CAUGHT, SURVIVED = 0, 3
TIMEOUT_S = 1_800


def _run_one(family: str, number: int) -> int:
    sys.meta_path.insert(0, Mutating(FAMILIES[family].mutants[number]))
    broke = FAMILIES[family].prove()
    sys.stdout.write(broke or "")
    sys.stdout.flush()
    os._exit(SURVIVED if broke is None else CAUGHT)  # a mutant's threads may hang


def _run_in_a_process(family: str, number: int) -> tuple[bool, str, float]:
    started = time.monotonic()
    child = [sys.executable, "-m", "tests.mutants", family, str(number)]
    try:
        done = subprocess.run(child, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return True, "it hangs", time.monotonic() - started
    said = done.stdout or done.stderr.strip().rsplit("\n", 1)[-1]
    return done.returncode != SURVIVED, said[:110], time.monotonic() - started


def _run_family(name: str, family: Family) -> int:
    """Run a family and print its table; return how many survived."""
    table = Table("#", "taken away", "caught", "by", "s", title=family.title)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda number: _run_in_a_process(name, number), range(len(family.mutants))))
    for number, (mutant, (caught, by, seconds)) in enumerate(zip(family.mutants, results, strict=True)):
        table.add_row(str(number), mutant.what, "yes" if caught else "NO", by, f"{seconds:.0f}")
    survived = sum(not caught for caught, _, _ in results)
    Console(soft_wrap=True, width=200).print(table, f"{len(results) - survived} of {len(results)} caught.")
    return survived


def main(names: list[str]) -> int:
    """Run the families and print their tables; return 1 if a mutant survives."""
    return 1 if sum(_run_family(name, FAMILIES[name]) for name in names or FAMILIES) else 0


if __name__ == "__main__":
    chosen = sys.argv[1:]
    sys.exit(_run_one(chosen[0], int(chosen[1])) if len(chosen) > 1 else main(chosen))
