"""Too much to do, or too little money: the hours and cents that there are go where the next piece brings most.

Every product is a row of steps (batches), each worth less than the one before, because the chance that one more piece is
wanted falls. For one scarce thing, taking the step that brings most for what it uses is optimal up to the last step that does
not fit (marginal analysis: Fox, "Discrete optimization via marginal analysis", Management Science 13, 1966; take any other
choice, exchange one of its steps for a better one that was left out: it does not get worse). With two scarce things at once
a step's use is the sum of its shares of both limits, which is a good rule of thumb and no proof.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Scarce(Enum):
    """What there is too little of."""

    HOURS = "hours"
    CASH = "cash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next batch of a product: its pieces, what it uses, and what it is likely to bring, in minor units."""

    pieces: int
    work_s: int
    cash_minor: int
    brings: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What there is; None is no limit."""

    work_s: int | None = None
    cash_minor: int | None = None

    @property
    def is_limited(self) -> bool:
        """Whether there is a limit at all."""
        return self.work_s is not None or self.cash_minor is not None

    def lacks(self, work_s: int, cash_minor: int) -> Scarce | None:
        """Return what there is too little of for so much, if anything."""
        if self.work_s is not None and work_s > self.work_s:
            return Scarce.HOURS
        if self.cash_minor is not None and cash_minor > self.cash_minor:
            return Scarce.CASH
        return None

    def share(self, step: Step) -> float:
        """Return how much of the limits a step uses; a limit of nothing is used up by anything."""
        shares = (
            used / limit if limit else float(used > 0)
            for used, limit in ((step.work_s, self.work_s), (step.cash_minor, self.cash_minor))
            if limit is not None
        )
        return max(sum(shares), 1e-9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """How many of a product's steps are taken, and what the next one lacked."""

    steps: int
    lacked: Scarce | None = None


def share_out(rows: Sequence[Sequence[Step]], budget: Budget) -> tuple[Allowed, ...]:
    """Return for each row of steps how many are taken; never more work or money than there is."""
    taken, lacked = [0] * len(rows), [None] * len(rows)  # type: list[int], list[Scarce | None]
    work_s = cash_minor = 0
    heap = [(-row[0].brings / budget.share(row[0]), place) for place, row in enumerate(rows) if row]
    heapq.heapify(heap)
    while heap:
        _, place = heapq.heappop(heap)
        step = rows[place][taken[place]]
        lacked[place] = budget.lacks(work_s + step.work_s, cash_minor + step.cash_minor)
        if lacked[place] is not None:
            continue
        work_s, cash_minor = work_s + step.work_s, cash_minor + step.cash_minor
        taken[place] += 1
        if taken[place] < len(rows[place]):
            following = rows[place][taken[place]]
            heapq.heappush(heap, (-following.brings / budget.share(following), place))
    return tuple(Allowed(steps=steps, lacked=what) for steps, what in zip(taken, lacked, strict=True))
