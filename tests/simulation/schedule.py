"""One schedule, from its seed to its verdict: a day with faults, then calm, rest, and a look at everything."""

import asyncio
import gc
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.simulation.checks import broken_promises, not_settled
from tests.simulation.faults import Faults
from tests.simulation.kinds import Kind
from tests.simulation.market import SALES, Market
from tests.simulation.world import BrokenPromiseError, World

KINDS_MIN = 5
COLLECT_EVERY = 10
LOOK_EVERY_S = 2.0
REST_MAX_S = 2_400.0
QUIET_S = 35.0
STEPS_MAX = 40_000
"""Ten times what the busiest schedule needs: more is somebody who never sleeps."""
_ALWAYS = (
    Kind.HUB_KILLED,
    Kind.CLOUD_KILLED,
    Kind.BROKER_RESTARTED_EMPTY,
    Kind.CLOCK_BACK,
    Kind.BROKEN_MESSAGE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of a schedule: the trace's fingerprint, which faults fired how often, how many sales were acknowledged."""

    seed: int
    trace_hash: str
    fired: Counter[Kind]
    sales: int
    broken: str
    world: World

    @property
    def lines(self) -> list[str]:
        """The trace in words."""
        return self.world.lines()


def run_seeded(seed: int) -> Verdict:
    """Run a schedule; raises BrokenPromiseError if a promise was broken."""
    verdict = run_schedule(seed)
    if verdict.broken:
        raise BrokenPromiseError(
            f"seed {seed}: {verdict.broken}. Replay it with: python -m tests.simulation {seed}"
        )
    if verdict.sales < SALES or len(verdict.fired) < KINDS_MIN:
        raise AssertionError(
            f"seed {seed} proves little: {verdict.sales} sales, {len(verdict.fired)} kinds of fault"
        )
    return verdict


def run_many(seeds: Iterable[int]) -> Counter[Kind]:
    """Run schedules one after the other; return in how many each kind of fault had an effect. Raises as `run_seeded`."""
    fired: Counter[Kind] = Counter()
    gc.freeze()
    for seed in seeds:
        fired.update(run_seeded(seed).fired.keys())
        if seed % COLLECT_EVERY == 0:
            gc.collect()
    return fired


def run_schedule(seed: int) -> Verdict:
    """Run a schedule and say what came of it."""
    told_before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    collecting = gc.isenabled()
    gc.disable()  # what a day leaves is thrown away in one go
    try:
        return _Schedule(seed).run()
    finally:
        logging.disable(told_before)
        if collecting:
            gc.enable()


class _Schedule:
    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._world = World(seed)
        self._market: Market

    def run(self) -> Verdict:
        world = self._world
        asyncio._set_running_loop(world.loop)
        try:
            self._market = Market(world)
            self._market.open()
            Faults(self._market).plan()
        finally:
            asyncio._set_running_loop(None)
        self._until(self._market.day_s)
        self._fire_enough()
        world.loop.later(0, self._market.calm_down)
        self._come_to_rest()
        if not world.broken:
            for words in broken_promises(self._market):
                world.broke(words)
        return self._verdict()

    def _until(self, at_s: float) -> None:
        world, loop = self._world, self._world.loop
        loop.run_until(lambda: bool(world.broken) or loop.steps > STEPS_MAX, at_s)
        if loop.steps > STEPS_MAX:
            world.broke("somebody never sleeps")

    def _fire_enough(self) -> None:
        """A day on which little had an effect gets some more."""
        faults = Faults(self._market)
        for kind in _ALWAYS:
            if (
                len(self._world.fired) < KINDS_MIN
                and kind not in self._world.fired
                and not self._world.broken
            ):
                self._world.loop.later(0, faults.begin, kind)
                self._until(self._world.loop.time() + 15)

    def _come_to_rest(self) -> None:
        loop, deadline_s = self._world.loop, self._world.loop.time() + REST_MAX_S
        quiet_since_s, sent = loop.time(), -1
        while not self._world.broken and loop.time() < deadline_s:
            self._until(loop.time() + LOOK_EVERY_S)
            waits_for = not_settled(self._market)
            if waits_for or sent != self._sent():
                quiet_since_s, sent = loop.time(), self._sent()
            elif loop.time() - quiet_since_s >= QUIET_S:
                return
        self._world.broke(
            f"it does not come to rest: {not_settled(self._market) or 'entries are sent for ever'}"
        )

    def _sent(self) -> int:
        """How many batches of entries were sent; where a name is contested, they need not end."""
        if self._market.clones:
            return 0
        return self._market.cloud_way.entries_sent + sum(
            till.link.entries_sent for till in self._market.tills
        )

    def _verdict(self) -> Verdict:
        world, tills = self._world, self._market.all_tills
        sales = sum(len(till.card.acknowledged) for till in tills)
        sales += sum(len(retired.acknowledged) for retired in self._market.retired)
        return Verdict(seed=self._seed, trace_hash=world.trace_hash(), fired=world.fired, sales=sales,
                       broken=world.broken, world=world)  # fmt: skip
