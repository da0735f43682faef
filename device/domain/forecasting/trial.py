"""Which model forecasts here: the one that came down, unless another was clearly nearer on this till's own last weeks.

A model that came is believed until the till knows better: another one keeps its place if over the last weeks it lost less
by more than `MARGIN`, and on so many days that a fair coin would show it with a probability of `CHANCE` at most (the exact
sign test, Dixon and Mood 1946).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from device.domain.forecasting.drift import FEWEST_DAYS, chance_of, worse_days
from shared.history import Floats

MARGIN: Final = 1.05
CHANCE: Final = 0.05


class Origin(StrEnum):
    """Where a model came from."""

    CAME_DOWN = "came-down"
    """The one of the document that counts."""
    BEFORE = "before"
    """The one of the document that counted before."""
    BUILT_IN = "built-in"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contender:
    """A model with the stall's loss on each of the last days, shape (d,), NaN where unknown."""

    origin: Origin
    version: int
    losses: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Which model forecasts. `times` is how many times as much the one that should have come in its place loses.

    `worse` of `days` days were worse with it. Nothing was set aside where `set_aside` is None.
    """

    chosen: Origin
    set_aside: Origin | None = None
    times: float = 1.0
    worse: int = 0
    days: int = 0


def judge_models(contenders: Sequence[Contender], /) -> Verdict:
    """Choose among models, the one that should forecast first; the others only by being clearly nearer.

    Raises:
        ValueError: there is no model.
    """
    if not contenders:
        raise ValueError("there is no model to choose")
    first, *rivals = contenders
    found = [verdict for rival in rivals if (verdict := _duel(first, rival)) is not None]
    return max(found, key=lambda verdict: verdict.times, default=Verdict(chosen=first.origin))


def _duel(first: Contender, rival: Contender) -> Verdict | None:
    """What is to be said if the rival was clearly nearer."""
    worse, days = worse_days(first.losses, rival.losses)
    both = np.isfinite(first.losses) & np.isfinite(rival.losses)
    if days < FEWEST_DAYS or chance_of(worse, days) > CHANCE:
        return None
    times = float(first.losses[both].mean() / max(float(rival.losses[both].mean()), 1e-9))
    if times <= MARGIN:
        return None
    return Verdict(chosen=rival.origin, set_aside=first.origin, times=times, worse=worse, days=days)
