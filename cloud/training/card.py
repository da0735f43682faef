"""The model card: what the weights are, what they learnt from, and how wrong they were where they had not looked."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from cloud.training.evaluation import HELD_BACK_SHARE, Scores
from cloud.training.shops import DataSet
from shared.features import FEATURE_VERSION, QUANTILE_LEVELS

MODEL_NAME = "demand"
MODEL_VERSION = 3
SOURCES = {
    "online_retail": {
        "source": "UCI Online Retail, Daqing Chen, 2015, doi 10.24432/C5BW33",
        "licence": "CC BY 4.0 as quoted by UCI; CC0 as stated by the R package onlineretail",
    },
    "yaz": {
        "source": "ddop 0.7.6, restaurant demand",
        "licence": "MIT / BSD-3-Clause, (c) 2007-2020 The ddop developers",
    },
    "bakery_chain": {
        "source": "ddop 0.7.6, bakery demand",
        "licence": "MIT / BSD-3-Clause, (c) 2007-2020 The ddop developers",
    },
    "pizzaplace_synthetic": {"source": "great_tables 1.1.0, pizzaplace; synthetic", "licence": "MIT"},
}
LIMITS = (
    "Trained on shops, not on market stalls: no weather, no attendance, no holidays.",
    "Days on which a product was sold out are repaired only where they are marked.",
    "Young products are told the plain forecasts' mix alone; the two highest quantiles are stretched by a fixed factor.",
)


def card_of(
    data_sets: Sequence[DataSet], scores: Scores, unseen: Scores, *, seed: int, weights: bytes
) -> dict[str, object]:
    """The card as plain JSON values."""
    return {
        "name": MODEL_NAME,
        "version": MODEL_VERSION,
        "feature_version": FEATURE_VERSION,
        "quantile_levels": list(QUANTILE_LEVELS),
        "seed": seed,
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
        "data": [{"name": d.name, **SOURCES.get(d.name, {"source": "", "licence": ""})} for d in data_sets],
        "held_back": f"the last {HELD_BACK_SHARE:.0%} of each set, never trained on; scaled pinball loss, lower is better",
        "scores": {name: {m: asdict(s) for m, s in by_method.items()} for name, by_method in scores.items()},
        "error": mean_of(scores, "model", "sum_3"),
        "naive_error": mean_of(scores, "seasonal_naive", "sum_3"),
        "against_seasonal_naive": against(scores, "seasonal_naive"),
        "against_moving_average_by_weekday": against(scores, "moving_average_by_weekday"),
        "cover_95": round(float(np.mean([by["model"].cover_95 for by in scores.values()])), 4),
        "unseen": {
            "what": "each set scored by a network that was trained on the other sets only",
            "scores": {name: asdict(by_method["model"]) for name, by_method in unseen.items()},
            "against_seasonal_naive": against(unseen, "seasonal_naive"),
            "against_moving_average_by_weekday": against(unseen, "moving_average_by_weekday"),
        },
        "limits": list(LIMITS),
    }


def mean_of(scores: Scores, method: str, target: str) -> float:
    """The geometric mean of a method's losses over the sets."""
    return round(float(np.exp(np.mean([np.log(getattr(by[method], target)) for by in scores.values()]))), 4)


def against(scores: Scores, baseline: str) -> dict[str, float | None]:
    """The model's loss over a baseline's: geometric means over the sets; below one is better."""
    out: dict[str, float | None] = {}
    for target in ("daily", "sum_3", "week", "young_sum_3"):
        pairs = [(getattr(by["model"], target), getattr(by[baseline], target)) for by in scores.values()]
        logs = np.log([model / plain for model, plain in pairs if model is not None])
        out[target] = round(float(np.exp(logs.mean())), 4) if len(logs) else None
    return out
