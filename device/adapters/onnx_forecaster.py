"""Forecasts demand with the committed ONNX network, and with the seasonal naive one where that was clearly nearer."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime as ort

from device.domain.forecast import (
    DemandForecast,
    ForecastModelError,
    ForecastSource,
    MeasuredError,
    ModelCard,
)
from shared.features import FEATURE_VERSION, Features, features_of, whole_pieces
from shared.history import Floats, SalesHistory, Truths, Window, daily_and_sum_windows
from shared.ids import Sku
from shared.seasonal_naive import seasonal_naive_quantiles

BACKTEST_DAYS: Final = 8
CLEARLY_BETTER: Final = 0.7
"""The naive forecast is used from this share of the model's loss on. Eight days are few: on held-back sales, going
by any lead at all made forecasts 1 to 16 % worse, because the lead was mostly luck."""
ONE_DAY: Final = (Window(first=0, days=1),)
REINSTALL: Final = (
    "Selling goes on; install Stallholder again to get the weights and card that belong together."
)


class OnnxForecaster:
    """The `Forecaster` port over onnxruntime, on one thread, all products in one batch.

    Port:
        `card: ModelCard` (property) and `forecast(history: SalesHistory, /) -> tuple[DemandForecast, ...]`: one
        forecast for each row of the history, in its order, for the days in `history.horizon_weekday`.

    Args:
        model_path: the weights; their card lies beside them with the ending `.json`.

    Raises:
        ForecastModelError: weights or card are missing or damaged, do not belong together, or want other features.
    """

    def __init__(self, model_path: Path) -> None:
        self._card = _read_card(model_path)
        self._session = _open_session(model_path)

    @property
    def card(self) -> ModelCard:
        """What the weights say of themselves."""
        return self._card

    def forecast(self, history: SalesHistory, /) -> tuple[DemandForecast, ...]:
        """Quantiles for every product, planned day by planned day and for all of them together."""
        if not history.unique_id:
            return ()
        windows = daily_and_sum_windows(len(history.horizon_weekday))
        measured = self._backtest(history)
        naive_wins = np.array([_clearly_naive(error) for error in measured], dtype=np.bool_)
        quantiles = self.quantiles(history, windows)
        naive = seasonal_naive_quantiles(history, windows, self._card.levels)
        chosen = np.where(naive_wins[:, None, None], naive, quantiles)
        return self._told(history, chosen, naive_wins, measured)

    def quantiles(self, history: SalesHistory, windows: Sequence[Window], /) -> Floats:
        """The network's own quantiles in pieces, shape (products, windows, levels): finite, not negative, rising."""
        return whole_pieces(self.run_network(features_of(history, windows)))

    def run_network(self, features: Features, /) -> Floats:
        """The network alone, before rounding; for measuring."""
        feed = {
            "series": features.series.astype(np.float32),
            "window": features.window.astype(np.float32),
            "anchor": features.anchor.astype(np.float32),
        }
        (quantiles,) = self._session.run(["quantiles"], feed)
        return np.asarray(quantiles, dtype=np.float64)

    def _backtest(self, history: SalesHistory) -> tuple[MeasuredError, ...]:
        """Both forecasts for each of the last selling days, made as if on the evening before."""
        lost = np.zeros((2, len(history.unique_id)))
        days = np.zeros(len(history.unique_id), dtype=np.int64)
        for ago in range(1, min(BACKTEST_DAYS, len(history.weekday) - 1) + 1):
            past, actual = history.as_of(ago), history.y[:, -ago]
            known = np.isfinite(actual) & np.isfinite(past.y).any(1)
            naive = seasonal_naive_quantiles(past, ONE_DAY, self._card.levels)
            for row, found in enumerate((self.quantiles(past, ONE_DAY), naive)):
                lost[row] += np.where(known, _loss(actual, found[:, 0], self._card.levels), 0.0)
            days += known
        mean = lost / np.maximum(days, 1)
        return tuple(
            MeasuredError(model=float(of_model), naive=float(of_naive), days=int(count))
            for of_model, of_naive, count in zip(*mean, days, strict=True)
        )

    def _told(
        self, history: SalesHistory, chosen: Floats, naive_wins: Truths, measured: Sequence[MeasuredError]
    ) -> tuple[DemandForecast, ...]:
        horizon = len(history.horizon_weekday)
        age = np.isfinite(history.y).sum(1)
        return tuple(
            DemandForecast(
                sku=Sku(name),
                levels=self._card.levels,
                daily=tuple(tuple(day) for day in chosen[row, :horizon].tolist()),
                total=tuple(chosen[row, -1].tolist()),
                source=ForecastSource.NAIVE if naive_wins[row] else ForecastSource.MODEL,
                measured=measured[row],
                history_days=int(age[row]),
            )
            for row, name in enumerate(history.unique_id)
        )


def _clearly_naive(error: MeasuredError) -> bool:
    return error.days == BACKTEST_DAYS and error.naive < CLEARLY_BETTER * error.model


def _loss(actual: Floats, quantiles: Floats, levels: tuple[float, ...]) -> Floats:
    """The pinball loss of each product, the mean over the levels, in pieces; what is unknown loses nothing."""
    miss = np.nan_to_num(actual, posinf=0.0, neginf=0.0)[:, None] - quantiles
    level = np.asarray(levels)
    mean: Floats = np.maximum(level * miss, (level - 1.0) * miss).mean(-1)
    return mean


def _read_card(model_path: Path) -> ModelCard:
    try:
        text = model_path.with_suffix(".json").read_text(encoding="utf-8")
        weights = model_path.read_bytes()
    except OSError as error:
        raise ForecastModelError(
            model=model_path.name, reason=f"{error.filename} cannot be read", remedy=REINSTALL
        ) from error
    try:
        fields = json.loads(text)
        card = ModelCard(
            name=str(fields["name"]),
            version=int(fields["version"]),
            feature_version=int(fields["feature_version"]),
            levels=tuple(float(level) for level in fields["quantile_levels"]),
            error=float(fields["error"]),
            naive_error=float(fields["naive_error"]),
        )
        digest = str(fields["weights_sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise ForecastModelError(
            model=model_path.name, reason=f"its card is damaged ({error!r})", remedy=REINSTALL
        ) from error
    if digest != hashlib.sha256(weights).hexdigest():
        raise ForecastModelError(
            model=model_path.name, reason="weights and card do not belong together", remedy=REINSTALL
        )
    if card.feature_version != FEATURE_VERSION:
        reason = (
            f"it wants features of version {card.feature_version}, this till makes version {FEATURE_VERSION}"
        )
        raise ForecastModelError(model=model_path.name, reason=reason, remedy=REINSTALL)
    return card


def _open_session(model_path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    try:
        return ort.InferenceSession(str(model_path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ForecastModelError(
            model=model_path.name, reason="its weights are damaged", remedy=REINSTALL
        ) from error
