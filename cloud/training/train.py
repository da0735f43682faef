"""Train the demand model: `python -m cloud.training.train --data DIR --out device/models`.

Reads every parquet file of DIR, trains on the first part of each, evaluates on the last, and writes the weights with
their card. Then, for each set, a network that saw only the other sets is evaluated on it and thrown away: that is
what a shop may expect whose data nobody here has. Deterministic on one machine.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import nn

from cloud.training.baselines import moving_average_by_weekday
from cloud.training.card import card_of
from cloud.training.evaluation import HELD_BACK_SHARE, Method, Scores, cases_of, score
from cloud.training.examples import Examples, examples_of, join, sample, weighing
from cloud.training.made_up_shops import made_up
from cloud.training.network import Ensemble, export, fit
from cloud.training.shops import DataSet, read_data_set
from shared.features import features_of, whole_pieces
from shared.history import Floats, SalesHistory, Window
from shared.seasonal_naive import seasonal_naive_quantiles

SEED = 20_111
SEEDS = (1,)
MADE_UP_SEED = 7
DRAWN_A_SET, EXAMPLES_A_SET = 24_000, 8_000
DRAWN_MADE_UP, EXAMPLES_MADE_UP = 48_000, 14_000
MADE_UP_WEIGHT = 2.0
"""As much as two real sets."""
EPOCHS = 6
WIDTH = 32
BASELINES: dict[str, Method] = {
    "seasonal_naive": seasonal_naive_quantiles,
    "moving_average_by_weekday": moving_average_by_weekday,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, read, train, evaluate, write."""
    options = _options(arguments)
    torch.set_num_threads(options.threads)
    started = time.monotonic()
    paths = sorted(options.data.glob("*.parquet"))
    if not paths:
        raise SystemExit(f"no *.parquet in {options.data}; give the folder of the data sets with --data")
    data_sets = [read_data_set(path) for path in paths]
    examples = examples_by_set(data_sets)
    network = train(examples, epochs=options.epochs)
    scores = evaluate(data_sets, network)
    unseen = evaluate_unseen(data_sets, examples, options.epochs)
    options.out.mkdir(parents=True, exist_ok=True)
    export(network, options.out / "demand-3.onnx")
    card = card_of(data_sets, scores, unseen, seed=SEED, weights=(options.out / "demand-3.onnx").read_bytes())
    (options.out / "demand-3.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {options.out}/demand-3.onnx and .json after {time.monotonic() - started:.0f} s")


def examples_by_set(data_sets: Sequence[DataSet]) -> dict[str, Examples]:
    """Examples of the part of each set that may be learnt from, and of shops that never were, each drawn once."""
    found: dict[str, Examples] = {}
    for data_set in data_sets:
        drawn = examples_of(
            data_set, data_set.held_back_from(HELD_BACK_SHARE), np.random.default_rng(SEED), DRAWN_A_SET
        )
        found[data_set.name] = sample(drawn, EXAMPLES_A_SET)
        print(f"{data_set.name}: {len(found[data_set.name].series)} examples", flush=True)
    chance = np.random.default_rng(MADE_UP_SEED)
    invented = made_up(chance)
    found[invented.name] = sample(
        examples_of(invented, invented.end, chance, DRAWN_MADE_UP), EXAMPLES_MADE_UP
    )
    return found


def train(examples: dict[str, Examples], left_out: str = "", *, epochs: int = EPOCHS) -> Ensemble:
    """Networks of several seeds that have seen nothing of the held-back part of any set, nor of the one left out."""
    parts = [
        weighing(part, MADE_UP_WEIGHT if name == "made_up" else 1.0)
        for name, part in examples.items()
        if name != left_out
    ]
    together = join(parts)
    return Ensemble([fit(together, seed=seed, epochs=epochs, width=WIDTH) for seed in SEEDS]).eval()


def evaluate(data_sets: Sequence[DataSet], network: nn.Module) -> Scores:
    """The network and the baselines on every set's held-back part, printed as a table on the way."""
    scores: Scores = {}
    for data_set in data_sets:
        cases = cases_of(data_set)
        methods = {**BASELINES, "model": method_of(network)}
        scores[data_set.name] = {name: score(cases, method) for name, method in methods.items()}
        for name, found in scores[data_set.name].items():
            print(f"{data_set.name:24}{name:28}" + "  ".join(f"{k} {v}" for k, v in asdict(found).items()))
    return scores


def evaluate_unseen(data_sets: Sequence[DataSet], examples: dict[str, Examples], epochs: int) -> Scores:
    """For each set, the scores of networks trained on the others only."""
    scores: Scores = {}
    for left_out in data_sets:
        print(f"without {left_out.name}:")
        scores.update(evaluate([left_out], train(examples, left_out.name, epochs=epochs)))
    return scores


def method_of(network: nn.Module) -> Method:
    """The network as a method of the evaluation."""

    def forecast(history: SalesHistory, windows: Sequence[Window], levels: Sequence[float]) -> Floats:
        del levels  # the network has its own, which are those of the evaluation
        features = features_of(history, windows)
        with torch.no_grad():
            inputs = (features.series, features.window, features.plain)
            found = network(*(torch.tensor(part, dtype=torch.float32) for part in inputs))
        return whole_pieces(found.numpy().astype(np.float64))

    return forecast


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of parquet files, see the README")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights and their card")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
