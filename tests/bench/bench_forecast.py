"""How long a thousand products take from history to quantiles, and what the model weighs."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from device.adapters.onnx_forecaster import OnnxForecaster
from shared.features import features_of
from shared.history import SalesHistory, daily_and_sum_windows
from tests.bench.memory import peak_resident_mb

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "device" / "models" / "demand-3.onnx"
PRODUCTS = 1_000
DAYS = 365
PLANNED_DAYS = 3
ROUNDS = 21


def a_shop(products: int = PRODUCTS) -> SalesHistory:
    """A year of slow and fast sellers, some of them young, from a fixed seed."""
    chance = np.random.default_rng(1)
    pace = np.exp(chance.uniform(np.log(0.05), np.log(20.0), (products, 1)))
    units = chance.poisson(pace * chance.gamma(1.5, 1 / 1.5, (products, DAYS))).astype(np.float64)
    units[np.arange(DAYS) < chance.integers(0, DAYS - 10, (products, 1))] = np.nan
    names = tuple(f"product-{number}" for number in range(products))
    coming = np.arange(DAYS, DAYS + PLANNED_DAYS) % 7
    return SalesHistory(unique_id=names, y=units, weekday=np.arange(DAYS) % 7, horizon_weekday=coming)


def run() -> list[dict[str, Any]]:
    """Rows for the table of benchmarks, measured in a process that is held to one thread."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_forecast"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    rows: list[dict[str, Any]] = json.loads(told.stdout)
    return rows


def measure() -> list[dict[str, Any]]:
    """The same in this process."""
    history, forecaster = a_shop(), OnnxForecaster(WEIGHTS)
    windows = daily_and_sum_windows(PLANNED_DAYS)
    whole = _median_ms(lambda: forecaster.forecast(history))
    resident_mb = peak_resident_mb()
    plain = _median_ms(lambda: forecaster.quantiles(history, windows))
    features = features_of(history, windows)
    network = _median_ms(lambda: forecaster.run_network(features))
    weights_kb = sum(path.stat().st_size for path in WEIGHTS.parent.glob("*.onnx")) / 1_000
    asked = f"{PRODUCTS} products, {DAYS} days, {PLANNED_DAYS} planned days and their sum, one thread"
    return [
        _row(
            "forecast.ms_1000",
            plain,
            "ms",
            150,
            ROUNDS,
            f"{asked}; with eight days of backtest {whole:.0f} ms",
        ),
        _row("forecast.onnx_ms_1000", network, "ms", 5, ROUNDS, f"the network alone; {asked}"),
        _row(
            "forecast.rss_mb",
            resident_mb,
            "MB",
            100,
            1,
            f"peak of a process that did only that, {ROUNDS} times",
        ),
        _row("forecast.model_kb", weights_kb, "kB", 1_000, 1, "all *.onnx of device/models"),
    ]


def _row(name: str, value: float, unit: str, goal: float, n: int, note: str) -> dict[str, Any]:
    return {"id": name, "value": value, "unit": unit, "goal": goal, "at_most": True, "n": n, "note": note}


def _median_ms(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1_000)
    return statistics.median(times)


if __name__ == "__main__":
    print(json.dumps(measure()))  # noqa: T201 - its standard output is its result
