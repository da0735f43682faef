"""`make bench`: runs every benchmark, prints a table and writes build/bench.json.

A benchmark is a module `bench_NAME.py` beside this one with `run()`, which returns rows of the shape of `Row`. Absolute
figures mean little without the machine: its calibration (one fdatasync, one core) is printed with them.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import TypedDict

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
OUTPUT = Path("build/bench.json")


class Row(TypedDict):
    """One figure. `at_most` says whether the goal is an upper bound; `n` how many measurements stand behind it."""

    id: str
    value: float
    unit: str
    goal: float | None
    at_most: bool
    n: int
    note: str


def reached(row: Row) -> str:
    """Return in a word whether the goal was reached."""
    if row["goal"] is None:
        return "no goal"
    return "yes" if (row["value"] <= row["goal"]) == row["at_most"] or row["value"] == row["goal"] else "no"


def calibrate() -> str:
    """Return what one fdatasync and one core are worth here, in words."""
    syncs_ms = []
    with tempfile.NamedTemporaryFile(dir=Path.cwd()) as file:
        for _ in range(50):
            started = time.perf_counter()
            file.write(b"x" * 300)
            file.flush()
            os.fdatasync(file.fileno())
            syncs_ms.append((time.perf_counter() - started) * 1_000)
    started = time.perf_counter()
    sum(number * number for number in range(2_000_000))
    core_ms = (time.perf_counter() - started) * 1_000
    return f"This machine: one fdatasync {statistics.median(syncs_ms):.2f} ms, 2 million squares {core_ms:.0f} ms."


def main() -> None:
    """Run the benchmarks that were asked for."""
    parser = argparse.ArgumentParser(description="Run the benchmarks.")
    parser.add_argument("--only", default="", help="run bench_NAME.py only, such as ledger")
    only = parser.parse_args().only
    console = Console()
    calibration = calibrate()
    console.print(calibration)
    rows: list[Row] = []
    for path in sorted(HERE.glob("bench_*.py")):
        if only and path.stem != f"bench_{only}":
            continue
        console.print(f"Running {path.stem} …")
        rows += import_module(f"tests.bench.{path.stem}").run()
    console.print(_table(rows))
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(rows, indent=2))
    console.print(f"Written to {OUTPUT}.")


def _table(rows: list[Row]) -> Table:
    table = Table("id", "value", "unit", "goal", "reached", "n", "note")
    for row in rows:
        bound = "" if row["goal"] is None else f"{'≤' if row['at_most'] else '≥'} {row['goal']:g}"
        table.add_row(
            row["id"], f"{row['value']:.4g}", row["unit"], bound, reached(row), str(row["n"]), row["note"]
        )
    return table


if __name__ == "__main__":
    main()
