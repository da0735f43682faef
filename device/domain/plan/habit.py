"""What people do with proposals: they know things that no ledger says, so their changes are remembered and told."""

from typing import Final

from device.domain.plan.making_book import Habit
from device.domain.plan.policy import in_steps
from shared.events.making import MakingRules

PRIOR_PIECES: Final = 20
"""So many pieces taken as they were proposed stand against every habit: a few changes are none yet."""
FACTOR_MIN: Final = 0.5
FACTOR_MAX: Final = 1.5


def usual_factor(habit: Habit) -> float:
    """Return how much of a proposal is usually taken on, shrunk towards all of it and bounded."""
    factor = (habit.accepted + PRIOR_PIECES) / (habit.proposed + PRIOR_PIECES)
    return min(FACTOR_MAX, max(FACTOR_MIN, factor))


def usual_pieces(habit: Habit, proposed: int, rules: MakingRules) -> int | None:
    """Return how many are usually taken on when so many are proposed; None where that is no different, or nothing is."""
    if not proposed:
        return None
    pieces = in_steps(
        float(round(proposed * usual_factor(habit))), batch=max(1, rules.batch), minimum=rules.minimum
    )
    return None if pieces == proposed else pieces
