"""Forecasts demand with the committed ONNX network, and with the seasonal naive one where that was clearly nearer."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import onnxruntime as ort

from device.domain.forecast import (
    PLAN_LEVELS,
    DemandForecast,
    ForecastModelError,
    ForecastSource,
    MeasuredError,
    ModelCard,
)
from shared.by_weight import by_piece, portions_of
from shared.features import FEATURE_VERSION, Features, features_of, tidied, whole_pieces
from shared.history import Floats, SalesHistory, Truths, Window, daily_and_sum_windows
from shared.ids import Sku
from shared.seasonal_naive import seasonal_naive_quantiles

if TYPE_CHECKING:
    from shared.documents import (
        ModelContent,  # with all that reads documents: a third of the memory of forecasting
    )

BACKTEST_DAYS: Final = 8
"""So many days at least must be measured; so many are tried here where nobody measured more."""
CLEARLY_BETTER: Final = 0.7
"""The naive forecast is used from this share of the model's loss on: most leads are luck. What any lead would cost, on how
many days, stands in `cloud/training/README.md`."""
ONE_DAY: Final = (Window(first=0, days=1),)
REINSTALL: Final = (
    "Selling goes on; install Stallholder again to get the weights and card that belong together."
)
ISSUE: Final = "Selling goes on with the model of before; issue a model made for this version."
TRIAL_DAYS: Final = 15
BATCH: Final = 128
"""Products that pass the network together: few enough for the processor's cache, and for little memory."""


class OnnxForecaster:
    """The `Forecaster` port over onnxruntime, on one thread.

    Port:
        `card: ModelCard` (property) and `forecast(history: SalesHistory, /) -> tuple[DemandForecast, ...]`: one
        forecast for each row of the history, in its order, for the days in `history.horizon_weekday`.

    Args:
        model_path: the weights; their card lies beside them with the ending `.json`.

    Raises:
        ForecastModelError: weights or card are missing or damaged, do not belong together, or want other features.
    """

    def __init__(self, model_path: Path) -> None:
        card, weights = _read_files(model_path)
        self._open(_Model(name=model_path.name, card=card, weights=weights, remedy=REINSTALL))

    @classmethod
    def from_document(cls, content: "ModelContent", /, *, name: str) -> "OnnxForecaster":
        """Open a model that came down and try it once, so that it never fails when somebody waits for a plan.

        Raises:
            ForecastModelError: as above, or it lacks a level that plans need, or does not run.
        """
        try:
            weights = base64.b64decode(content.onnx, validate=True)
        except ValueError as error:
            raise ForecastModelError(model=name, reason="its weights are damaged", remedy=ISSUE) from error
        made = cls.__new__(cls)
        made._open(_Model(name=name, card=content.card, weights=weights, remedy=ISSUE))  # noqa: SLF001 - our own
        made._try(name)  # noqa: SLF001
        return made

    def _open(self, model: "_Model") -> None:
        self._card = _read_card(model)
        self._session = _open_session(model)

    def _try(self, name: str) -> None:
        missing = [level for level in PLAN_LEVELS if level not in self._card.levels]
        if missing:
            raise ForecastModelError(model=name, reason=f"it lacks the levels {missing}", remedy=ISSUE)
        days = np.arange(TRIAL_DAYS, dtype=np.int64) % 7
        history = SalesHistory(
            unique_id=("a", "b"), y=np.ones((2, TRIAL_DAYS)), weekday=days, horizon_weekday=days[:2]
        )
        try:
            totals = [forecast.total for forecast in self.forecast(history)]
        except Exception as error:
            raise ForecastModelError(model=name, reason="it does not run", remedy=ISSUE) from error
        if not np.isfinite(totals).all() or np.shape(totals) != (2, len(self._card.levels)):
            raise ForecastModelError(model=name, reason="it does not forecast numbers", remedy=ISSUE)

    @property
    def card(self) -> ModelCard:
        """What the weights say of themselves."""
        return self._card

    def forecast(
        self, history: SalesHistory, /, *, measured: Sequence[MeasuredError] | None = None
    ) -> tuple[DemandForecast, ...]:
        """Quantiles for every product, planned day by planned day and for all of them together.

        Args:
            history: of all products.
            measured: how far off both forecasts were, one for each product; without it the last days are tried here.
        """
        if not history.unique_id:
            return ()
        windows = daily_and_sum_windows(len(history.horizon_weekday))
        measured = self._backtest(history) if measured is None else measured
        naive_wins = np.array([_clearly_naive(error) for error in measured], dtype=np.bool_)
        quantiles = self.quantiles(history, windows)
        naive = seasonal_naive_quantiles(history, windows, self._card.levels)
        chosen = no_less_than_a_day(np.where(naive_wins[:, None, None], naive, quantiles))
        return self._told(history, chosen, naive_wins, measured)

    def next_day(self, history: SalesHistory, /) -> Floats:
        """The network's own quantiles of the first planned day, shape (products, levels)."""
        return self.quantiles(history, ONE_DAY)[:, 0]

    def quantiles(self, history: SalesHistory, windows: Sequence[Window], /) -> Floats:
        """The network's own quantiles, shape (products, windows, levels): finite, not negative, rising.

        Whole pieces for goods that were only ever sold whole; goods by weight keep their fractions, and are counted in
        portions while the network looks.
        """
        portion = portions_of(history)
        counted = replace(history, y=history.y / portion[:, None])
        found = self.run_network(features_of(counted, windows)) * portion[:, None, None]
        return np.where(by_piece(history)[:, None, None], whole_pieces(found), tidied(found))

    def run_network(self, features: Features, /) -> Floats:
        """The network alone, before rounding; for measuring."""
        feed = {
            "series": features.series.astype(np.float32),
            "window": features.window.astype(np.float32),
            "plain": features.plain.astype(np.float32),
        }
        found = [
            self._session.run(["quantiles"], {name: part[at : at + BATCH] for name, part in feed.items()})[0]
            for at in range(0, max(len(features.series), 1), BATCH)
        ]
        return np.concatenate(found).astype(np.float64)

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


def no_less_than_a_day(quantiles: Floats, /) -> Floats:
    """Raise the last window, all days together, to each single day before it, level by level.

    All days together never sell less than one of them, so their distribution lies above each day's (first-order stochastic
    dominance), whatever ties the days together.
    """
    together = quantiles.max(1, keepdims=True)
    raised: Floats = np.concatenate([quantiles[:, :-1], together], axis=1)
    return raised


def _clearly_naive(error: MeasuredError) -> bool:
    return error.days >= BACKTEST_DAYS and error.naive < CLEARLY_BETTER * error.model


def _loss(actual: Floats, quantiles: Floats, levels: tuple[float, ...]) -> Floats:
    """The pinball loss of each product, the mean over the levels, in pieces; what is unknown loses nothing."""
    miss = np.nan_to_num(actual, posinf=0.0, neginf=0.0)[:, None] - quantiles
    level = np.asarray(levels)
    mean: Floats = np.maximum(level * miss, (level - 1.0) * miss).mean(-1)
    return mean


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    """A card and the weights that should belong to it; `remedy` says what to do if they do not."""

    name: str
    card: str
    weights: bytes
    remedy: str

    def fault(self, reason: str) -> ForecastModelError:
        return ForecastModelError(model=self.name, reason=reason, remedy=self.remedy)


def _read_files(model_path: Path) -> tuple[str, bytes]:
    try:
        return model_path.with_suffix(".json").read_text(encoding="utf-8"), model_path.read_bytes()
    except OSError as error:
        raise ForecastModelError(
            model=model_path.name, reason=f"{error.filename} cannot be read", remedy=REINSTALL
        ) from error


def _read_card(model: _Model) -> ModelCard:
    try:
        fields = json.loads(model.card)
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
        raise model.fault(f"its card is damaged ({error!r})") from error
    if digest != hashlib.sha256(model.weights).hexdigest():
        raise model.fault("weights and card do not belong together")
    if card.feature_version != FEATURE_VERSION:
        raise model.fault(
            f"it wants features of version {card.feature_version}, this till makes version {FEATURE_VERSION}"
        )
    return card


def _open_session(model: _Model) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    try:
        return ort.InferenceSession(model.weights, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise model.fault("its weights are damaged") from error
