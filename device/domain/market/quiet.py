"""The past as it would have been without signals, so that one night of a viral reel is not taken for a better stall."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from device.domain.market.effects import FACTOR_MAX, FACTOR_MIN, Surroundings
from device.domain.market.learn import steps_by_product
from device.domain.market.strength import forces_on
from shared.by_weight import by_piece
from shared.history import SalesHistory
from shared.ids import Sku


def without_signals(history: SalesHistory, dates: Sequence[date], around: Surroundings, /) -> SalesHistory:
    """Take what the signals of each day are thought to have done out of a history; `dates` names its columns.

    Factors keep within the bounds of effects. Whole pieces stay whole. Without signals it is the same history.
    """
    skus = [Sku(name) for name in history.unique_id]
    units = history.y.copy()
    for column, day in enumerate(dates):
        forces = forces_on(around.book, day, asked_on=day)
        if forces:
            logs = steps_by_product(forces, skus, around.relatives) @ around.learned.mean
            units[:, column] /= np.clip(np.exp(np.clip(logs, -1.0, 1.0)), FACTOR_MIN, FACTOR_MAX)
    if np.array_equal(units, history.y, equal_nan=True):
        return history
    return replace(history, y=np.where(by_piece(history)[:, None], np.floor(units + 0.5), units))
