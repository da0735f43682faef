"""Waits until everything has settled, and compares till, hub and cloud: entry by head, money to the cent."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, cast

from shared.money import format_minor

Compared: TypeAlias = dict[str, object]
"""What a part's `compare` answers: `{"streams": [{"source", "epoch", "seq", "hash", "sales", "total_minor"}]}`."""

_LOOK_EVERY_S = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFigures:
    """One stream as one part holds it."""

    source: str
    epoch: str
    seq: int
    hash: str
    sales: int
    total_minor: int

    def words(self, currency: str) -> str:
        """Return the figures in a few words."""
        return f"{self.seq} entries, {self.sales} sales, {format_minor(self.total_minor, currency)}, head {self.hash[:12]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How a stream stands at each part that holds it; `differences` is empty when they agree."""

    by_part: dict[str, dict[str, StreamFigures]]
    differences: tuple[str, ...]


def figures_of(compared: Compared) -> dict[str, StreamFigures]:
    """Read a part's answer, by `source/epoch`."""
    streams = cast("list[dict[str, object]]", compared["streams"])
    names = StreamFigures.__slots__
    found = [StreamFigures(**{name: stream[name] for name in names}) for stream in streams]  # type: ignore[arg-type]  # JSON of our own servers, compared and printed only
    return {f"{figures.source}/{figures.epoch}": figures for figures in found}


def compare(by_part: dict[str, dict[str, StreamFigures]]) -> Settlement:
    """Compare the parts, the till and the hub each against those behind it: `till` ⊂ `hub` ⊂ `cloud`. Pure."""
    differences = []
    for nearer, further in (("till", "hub"), ("hub", "cloud")):
        for stream, figures in by_part[nearer].items():
            other = by_part[further].get(stream)
            if other != figures:
                held = other.words("") if other else "nothing"
                differences.append(
                    f"{stream}: the {nearer} has {figures.words('')}; the {further} has {held}"
                )
    return Settlement(by_part=by_part, differences=tuple(differences))


def wait_until_settled(look: Callable[[], Settlement], timeout_s: float) -> Settlement:
    """Look again and again until nothing differs or the time is over; returns the last look."""
    give_up = time.monotonic() + timeout_s
    while True:
        settlement = look()
        if not settlement.differences or time.monotonic() > give_up:
            return settlement
        time.sleep(_LOOK_EVERY_S)
