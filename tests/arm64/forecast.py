"""Prints what the shipped model forecasts for the shipped sales, as JSON: run on two kinds of processor, it has to say the same."""

import json
import platform
import sys
from dataclasses import asdict

import numpy as np
import onnxruntime as ort

from device.adapters.onnx_forecaster import OnnxForecaster
from shared.features import features_of
from shared.history import LOOK_BACK_DAYS, SalesHistory, daily_and_sum_windows
from tests.bench.signal_replay import WEIGHTS, Sales, read_sales

DAYS_AHEAD = 7


def main() -> None:
    """Forecast a week from the last day of each data set."""
    forecaster = OnnxForecaster(WEIGHTS)
    told = {name: _told(forecaster, sales) for name, sales in read_sales().items()}
    versions = {"machine": platform.machine(), "python": platform.python_version(), "numpy": np.__version__,
                "onnxruntime": ort.__version__}  # fmt: skip
    json.dump({"versions": versions, "told": told}, sys.stdout)


def _told(forecaster: OnnxForecaster, sales: Sales) -> dict[str, object]:
    weekday = np.array([day.weekday() for day in sales.dates], dtype=np.int64)
    history = SalesHistory(
        unique_id=sales.skus, y=sales.units[:, -LOOK_BACK_DAYS:], weekday=weekday[-LOOK_BACK_DAYS:],
        horizon_weekday=(weekday[-1] + 1 + np.arange(DAYS_AHEAD)) % 7,
    )  # fmt: skip
    windows = daily_and_sum_windows(DAYS_AHEAD)
    features = features_of(history, windows)
    return {
        "network": forecaster.run_network(features).tolist(),
        "features": [float(np.abs(part).sum()) for part in asdict(features).values()],
        "forecasts": [
            {"sku": one.sku, "daily": one.daily, "total": one.total} for one in forecaster.forecast(history)
        ],
    }


if __name__ == "__main__":
    main()
