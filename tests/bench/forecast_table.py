"""`make bench-forecast DATA=DIR`: every method by the protocol, the model as if it had never seen the set.

For each set, networks are trained on the other sets and asked about it. With `--shipped` the committed weights are
asked instead, which have seen the first part of each set. Ranges are those of a paired bootstrap over origins.
Needs the extra `training`; writes `build/bench-forecast.csv`.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from cloud.training.shops import read_data_set
from cloud.training.train import examples_by_set, method_of, train
from shared.history import SalesHistory, Window
from tests.bench import forecast_method
from tests.bench.forecast_baselines import BASELINES, Forecast
from tests.bench.forecast_protocol import LEVELS, Panel, Snapshot, losses, read_panel, snapshots

OUTPUT = Path("build/bench-forecast.csv")
CENSORED_SHARE = 0.3
DRAWS = 2_000
Told = Callable[[SalesHistory, tuple[Window, ...]], np.ndarray]


def main() -> None:
    """Ask all methods, print the table, write all losses."""
    options = _options()
    paths = sorted(options.data.glob("*.parquet"))
    examples = {} if options.shipped else examples_by_set([read_data_set(path) for path in paths])
    parts = []
    for path in paths:
        model = shipped if options.shipped else unseen(method_of(train(examples, path.stem)))
        parts.append(asked(path.stem, read_panel(path), model, options.origins))
    rows = pd.concat(parts, ignore_index=True)
    OUTPUT.parent.mkdir(exist_ok=True)
    rows.to_csv(OUTPUT, index=False)
    print(table(rows))  # noqa: T201
    for baseline in ("AutoETS_NB", "MA28xWeekday"):
        print(f"sum3, model / {baseline}, geometric mean, 95 %:", against(rows, baseline))  # noqa: T201


def asked(name: str, panel: Panel, model: Forecast, origins: int) -> pd.DataFrame:
    """The losses of all methods on one set, and the model's with three days of ten censored."""
    clean = list(snapshots(panel, origins))
    parts = [
        pd.concat([losses(each, method) for each in clean]).assign(method=method_name)
        for method_name, method in {**BASELINES, "model": model}.items()
    ]
    cut = [losses(each, model) for each in snapshots(panel, origins, CENSORED_SHARE)]
    parts.append(pd.concat(cut).assign(method="model, censored"))
    return pd.concat(parts).assign(set=name)


def shipped(snapshot: Snapshot, days: int, whole: bool) -> np.ndarray:
    """The committed weights, through the call that anybody may use."""
    return forecast_method.forecast(snapshot.frame, days, LEVELS, aggregate=whole)


def unseen(method: Callable[..., np.ndarray]) -> Forecast:
    """A freshly trained network, through the same histories."""

    def forecast(snapshot: Snapshot, days: int, whole: bool) -> np.ndarray:
        windows = forecast_method.windows_of(days, whole)
        out = np.zeros((len(snapshot.series), len(windows), len(LEVELS)))
        for rows, history in forecast_method.histories(snapshot.frame, days):
            out[rows] = method(history, windows, LEVELS)[: len(rows)]
        return out

    return forecast


def table(rows: pd.DataFrame) -> str:
    """Mean loss, cost and coverage by slice, target, set and method."""
    figures = ["loss", "cost19", "cover50", "cover95"]
    means = rows.groupby(["slice", "target", "set", "method"])[figures].mean()
    return means.round(4).to_string()


def against(rows: pd.DataFrame, baseline: str) -> list[float]:
    """Low, middle and high of the ratio of losses, settled products, sum of three days."""
    settled = rows[(rows["slice"] == "warm") & (rows["target"] == "sum3")]
    means = settled.pivot_table(index=["set", "origin"], columns="method", values="loss")
    chance = np.random.default_rng(1)
    drawn = []
    for _ in range(DRAWS):
        logs = []
        for _, part in means.groupby("set"):
            again = part.iloc[chance.integers(0, len(part), len(part))]
            logs.append(np.log(again["model"].mean() / again[baseline].mean()))
        drawn.append(float(np.exp(np.mean(logs))))
    return [round(float(value), 4) for value in np.quantile(drawn, [0.025, 0.5, 0.975])]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of parquet files")
    parser.add_argument("--origins", type=int, default=24)
    parser.add_argument(
        "--shipped", action="store_true", help="ask the committed weights, not freshly trained ones"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
