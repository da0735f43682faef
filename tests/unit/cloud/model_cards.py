"""Cards of forecast models, for tests that publish one."""

import hashlib
import json


def card_of(onnx: bytes) -> str:
    """Return a card as training writes it, with what a till reads, for these weights."""
    return json.dumps(
        {
            "name": "demand", "version": 1, "feature_version": 1, "quantile_levels": [0.5], "error": 1.0,
            "naive_error": 2.0, "weights_sha256": hashlib.sha256(onnx).hexdigest(),
        }
    )  # fmt: skip
