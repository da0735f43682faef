"""The till's own forecast behind one call, for any shop's daily sales: the shipped weights, the till's features.

`forecast(history, horizon, quantiles, aggregate=False)` takes a table with the columns store, sku, date, qty and,
where known, stockout (true: `qty` is only what was left to sell), one row for each product and selling day, in any
order; several rows of one day are added up. `history.attrs` holds `ids` (the products asked for, in order; others are only
their company), `season` (selling days a week) and `future` (for each store a table with the `date` of its next selling
days).
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from device.adapters.onnx_forecaster import OnnxForecaster
from shared.features import QUANTILE_LEVELS
from shared.history import LOOK_BACK_DAYS, MAX_HORIZON_DAYS, Integers, SalesHistory, Window
from shared.quantile_function import quantiles_at

COLUMNS = ("store", "sku", "date", "qty", "stockout")
WEIGHTS = Path(__file__).parents[2] / "device" / "models" / "demand-3.onnx"


def forecast(
    history: pd.DataFrame, horizon: int, quantiles: Sequence[float], aggregate: bool = False
) -> np.ndarray:
    """Quantiles of each of the next `horizon` selling days, or of their sum: (n, horizon or 1, quantiles)."""
    out = np.zeros((len(history.attrs["ids"]), 1 if aggregate else horizon, len(quantiles)))
    windows = windows_of(horizon, aggregate)
    for rows, past in histories(history, horizon):
        found = _forecaster().quantiles(past, windows)[: len(rows)]
        out[rows] = quantiles_at(found, QUANTILE_LEVELS, quantiles)
    return out


def windows_of(horizon: int, aggregate: bool) -> tuple[Window, ...]:
    """The windows to ask for."""
    if aggregate:
        return (Window(first=0, days=horizon),)
    return tuple(Window(first=day, days=1) for day in range(horizon))


def histories(history: pd.DataFrame, horizon: int) -> Iterator[tuple[np.ndarray, SalesHistory]]:
    """The table as one history for each store, with the places in `ids` of its first rows; the others are not asked for."""
    if not 1 <= horizon <= MAX_HORIZON_DAYS:
        raise ValueError(f"horizon is {horizon}; the till plans 1 to {MAX_HORIZON_DAYS} selling days")
    attrs = history.attrs
    place = {tuple(key): row for row, key in enumerate(attrs["ids"])}
    plain = history[[name for name in COLUMNS if name in history]]
    plain.attrs = {}  # which pandas would copy deeply with every operation
    for store, lines in plain.groupby("store", sort=False, observed=True):
        days = np.sort(lines["date"].unique())[-LOOK_BACK_DAYS:]
        skus = sorted(pd.unique(lines["sku"]), key=lambda sku: (store, sku) not in place)
        rows = [place[store, sku] for sku in skus if (store, sku) in place]
        ahead = _weekdays_ahead(attrs, store, pd.DatetimeIndex(days), horizon)
        recent = lines[lines["date"] >= days[0]]
        yield np.array(rows, dtype=np.int64), _history_of(recent, skus, days, ahead)


def _history_of(
    lines: pd.DataFrame, skus: Sequence[object], days: np.ndarray, ahead: Integers
) -> SalesHistory:
    row = pd.Index(skus).get_indexer(lines["sku"])
    column = np.searchsorted(days, lines["date"].to_numpy())
    qty = lines["qty"].to_numpy(dtype=np.float64, na_value=np.nan)
    units, seen = np.zeros((len(skus), len(days))), np.zeros((len(skus), len(days)), dtype=bool)
    known = np.isfinite(qty)
    np.add.at(units, (row[known], column[known]), qty[known])
    seen[row[known], column[known]] = True
    out = np.zeros(units.shape, dtype=bool)
    if "stockout" in lines:
        marked = lines["stockout"].eq(True).fillna(False).to_numpy(dtype=bool)  # unknown is not true
        out[row[marked], column[marked]] = True
    return SalesHistory(
        unique_id=tuple(map(str, skus)),
        y=np.where(seen, units, np.nan),
        weekday=pd.DatetimeIndex(days).dayofweek.to_numpy().astype(np.int64),
        horizon_weekday=ahead,
        sold_out=out,
    )


def _weekdays_ahead(
    attrs: Mapping[Hashable, Any], store: object, days: pd.DatetimeIndex, horizon: int
) -> Integers:
    """The weekdays of the next selling days; where fewer are planned, the week goes on as it did."""
    planned = attrs.get("future", {}).get(store)
    dates = [] if planned is None else list(pd.to_datetime(planned["date"]))[:horizon]
    season = int(np.clip(attrs.get("season", 7), 1, 7))
    known = [int(day.dayofweek) for day in (*days, *dates)]
    while len(dates) < horizon:
        known.append(known[-season] if len(known) >= season else (known[-1] + 1) % 7)
        dates.append(None)
    return np.array(known[len(known) - horizon :], dtype=np.int64)


@cache
def _forecaster() -> OnnxForecaster:
    return OnnxForecaster(WEIGHTS)
