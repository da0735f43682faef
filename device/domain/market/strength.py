"""What goes on on a day, in steps: what people noted, and what the market's expected visitors say."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final

from device.domain.market.book import MarketBook
from shared.events.market import MarketDayPlanned, SignalKind, SignalNoted, SignalScope

STEPS_MAX: Final = 3.0
MILLI: Final = 1000
FIGURES_NEEDED: Final = 3
"""So many other figures of a kind are needed before one can be called high or low."""
STEP_RATIO: Final = 1.5
"""A figure that is half as much again as usual is one step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Force:
    """A signal as it acts on one day: `steps` above usual, from -STEPS_MAX to STEPS_MAX; `source` in the seller's words."""

    kind: SignalKind
    steps: float
    scope: SignalScope = SignalScope.EVERYTHING
    about: str = ""
    source: str = ""
    signal_id: str = ""


def forces_on(book: MarketBook, day: date, /, *, asked_on: date) -> tuple[Force, ...]:
    """Return what acts on a day as known on the day `asked_on`; for a day that is over, ask on that day.

    The visitors expected on a planned day count as a signal unless somebody noted the attendance of that day.
    """
    noted = [one for one in book.signals.values() if one.first <= day <= one.last and asked_on <= one.expires]
    forces = [_force(one, steps_of(book, one)) for one in noted]
    planned = book.planned(day)
    said = any(one.kind is SignalKind.ATTENDANCE and one.scope is SignalScope.EVERYTHING for one in noted)
    if planned is not None and planned.visitors > 0 and not said:
        steps = _against(planned.visitors, _visitors(book, but=day))
        forces.append(Force(kind=SignalKind.ATTENDANCE, steps=steps, source=planned.place))
    return tuple(force for force in forces if force.steps)


def steps_of(book: MarketBook, noted: SignalNoted, /) -> float:
    """Return how strong a signal is in steps: its figure against the usual one of its kind, else what people said."""
    if noted.value > 0:
        others = [
            one.value
            for one in book.signals.values()
            if one.kind is noted.kind
            and (one.scope, one.about) == (noted.scope, noted.about)
            and one.value > 0
            and one.signal_id != noted.signal_id
        ]
        if noted.kind is SignalKind.ATTENDANCE:
            others += _visitors(book, but=noted.first)
        if len(others) >= FIGURES_NEEDED:
            return _against(noted.value, others)
    return _clipped(noted.strength_milli / MILLI)


def _visitors(book: MarketBook, *, but: date) -> list[int]:
    planned = [one for one in book.days.values() if isinstance(one, MarketDayPlanned)]
    return [one.visitors for one in planned if one.visitors > 0 and one.day != but]


def _against(value: int, others: Sequence[int]) -> float:
    if len(others) < FIGURES_NEEDED:
        return 0.0
    return _clipped(math.log(value / median(others)) / math.log(STEP_RATIO))


def _force(noted: SignalNoted, steps: float) -> Force:
    return Force(kind=noted.kind, steps=steps, scope=noted.scope, about=noted.about, source=noted.source,
                 signal_id=noted.signal_id)  # fmt: skip


def _clipped(steps: float) -> float:
    return max(-STEPS_MAX, min(STEPS_MAX, steps))


KINDS: Final = tuple(SignalKind)
PLACES: Final[Mapping[SignalKind, int]] = {kind: place for place, kind in enumerate(KINDS)}
"""The order of the kinds in every row of steps."""
