"""Many tills in one process, to load a real broker and hub: `python -m tests.bench.light_tills SPEC`, told by lines of JSON.

Each till has the real sync service, sender machine, codec and MQTT adapter, on a connection of its own. Light is the rest:
the ledger is in memory and forgets what the hub has, no page and no printer hang on it, pick-up numbers are there already.
So a sale begins when its entry is sealed, and ends when the till has heard that the hub made it durable.
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, TypeVar, cast

from device.adapters.mqtt_hub_link import MqttHubLink
from device.adapters.system_randomness import SystemRandomness
from device.domain.identity import BrokerAccess
from device.domain.pickup import WANTED
from device.domain.settings import Settings
from device.domain.till_state import TillState
from device.services.changes import Changes
from device.services.sync import Sync
from shared.entry import EMPTY_HEAD, Entry, Head, StreamKey
from shared.events.event import Event, seal_event
from shared.host.system_clock import SystemClock
from shared.ids import SourceId, TenantId, make_epoch
from shared.sync.sender import SenderLimits
from tests.bench.sales import make_sale
from tests.fakes import MemorySettings

R = TypeVar("R")
Spec = dict[str, Any]
Answer = dict[str, object]

TENANT, HUB = "demo", "hub-dock"
_PATIENCE_S = 600.0
_LOOK_EVERY_S = 0.01


class LightLedger:
    """Entries in memory until the hub has them."""

    def __init__(self, source: str, randomness: SystemRandomness) -> None:
        self.stream = StreamKey(
            tenant=TenantId(TENANT), source=SourceId(source), epoch=make_epoch(randomness.bytes(6))
        )
        self.head: Head = EMPTY_HEAD
        self.state = TillState()
        self._clock = SystemClock()
        self._lines: dict[int, bytes] = {}

    def sell(self) -> int:
        """Append one sale and return its entry's number."""
        sale = make_sale(self.head.seq)
        entry = seal_event(stream=self.stream, head=self.head, at=self._clock.now(), event=sale)
        self._lines[entry.seq] = entry.line
        self.head = entry.head
        return entry.seq

    def forget(self, seqs: Iterable[int]) -> None:
        """Drop what the hub has."""
        for seq in seqs:
            self._lines.pop(seq, None)

    def read_lines(self, first_seq: int, last_seq: int) -> tuple[bytes, ...]:
        """Return the exact bytes of entries, both ends included."""
        return tuple(self._lines[seq] for seq in range(first_seq, last_seq + 1))

    async def append(self, decide: Callable[[TillState], tuple[Event, ...] | R]) -> tuple[Entry, ...] | R:
        """Not what this ledger is for: sync never appends."""
        raise NotImplementedError

    def find_sale(self, sale_id: str) -> int | None:
        """Know no sale again."""
        return None

    def on_appended(self, listener: Callable[[Head], None]) -> None:
        """Tell nobody: whoever sells tells the sync service."""


class _Heard(Changes):
    """Calls whoever wants to know at once that the marks have moved."""

    def __init__(self, call: Callable[[], None]) -> None:
        super().__init__()
        self._call = call

    def tell(self) -> None:
        super().tell()
        self._call()


@dataclass
class LightTill:
    """One till; `sales` holds when each was made and when the hub's word came, by the machine's monotonic clock."""

    spec: Spec
    access: Spec
    sales: list[tuple[float, float | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Build the till; it connects when it is told to."""
        randomness = SystemRandomness()
        self.ledger = LightLedger(self.access["name"], randomness)
        self.link = MqttHubLink(
            access=BrokerAccess(
                host="127.0.0.1", port=self.spec["port"], username=self.access["username"],
                password=self.access["password"], client_id=self.access["client_id"],
            ),
            tenant=TENANT, hub=HUB, device=self.access["name"], software="bench", randomness=randomness,
        )  # fmt: skip
        limits = SenderLimits(**self.spec["limits"]) if self.spec.get("limits") else None
        self.sync = Sync(
            ledger=cast("Any", self.ledger), link=self.link, clock=SystemClock(), randomness=randomness,
            settings=MemorySettings(Settings(numbers_leased_at=dict.fromkeys(range(WANTED), 0))),
            changes=_Heard(self._hear), limits=limits,
        )  # fmt: skip
        self._under_way: dict[int, float] = {}
        self._forgotten = 0

    def sell(self) -> None:
        """Make one sale now."""
        started = time.monotonic()
        self._under_way[self.ledger.sell()] = started
        self.sync.ledger_grew()

    def close_books(self) -> None:
        """Note down the sales that the hub has not acknowledged."""
        self.sales += [(sold, None) for sold in self._under_way.values()]

    @property
    def is_caught_up(self) -> bool:
        """Whether the hub has everything."""
        return self.sync.status.marks.hub_seq == self.ledger.head.seq

    def _hear(self) -> None:
        now, mark = time.monotonic(), self.sync.status.marks.hub_seq
        for seq in range(self._forgotten + 1, mark + 1):
            if (sold := self._under_way.pop(seq, None)) is not None:
                self.sales.append((sold, now))
        self.ledger.forget(range(self._forgotten + 1, mark + 1))
        self._forgotten = max(mark, self._forgotten)


class Fleet:
    """The tills of one process, doing what they are told."""

    def __init__(self, spec: Spec) -> None:
        self.tills = [LightTill(spec, access) for access in spec["tills"]]
        self._tasks: list[asyncio.Task[None]] = []

    def fill(self, entries: int) -> Answer:
        """Give every till a backlog."""
        for till in self.tills:
            for _ in range(entries):
                till.ledger.sell()
        gc.collect()
        gc.freeze()
        return {}

    async def connect(self) -> Answer:
        """Connect every till, all at once, and wait until all are."""
        started = time.monotonic()
        for till in self.tills:
            self._tasks += [asyncio.create_task(till.link.run()), asyncio.create_task(till.sync.run())]
        await self._require(lambda: all(till.sync.status.connected for till in self.tills))
        return {"seconds": time.monotonic() - started}

    async def drain(self) -> Answer:
        """Wait until the hub has everything."""
        started = time.monotonic()
        await self._require(lambda: all(till.is_caught_up for till in self.tills))
        return {"seconds": time.monotonic() - started}

    async def sell(self, seconds: float, wait_s: float) -> Answer:
        """Sell once a second at every till, then wait for what is under way; `wait_s` is the patience for that."""
        for till in self.tills:
            till.sales.clear()
        until = time.monotonic() + seconds
        await asyncio.gather(*(self._sell_at(till, until) for till in self.tills))
        await self._until(lambda: all(till.is_caught_up for till in self.tills), wait_s)
        for till in self.tills:
            till.close_books()
        return {"sales": [till.sales for till in self.tills], "cpu_s": time.process_time()}

    async def _sell_at(self, till: LightTill, until: float) -> None:
        chance = Random(till.access["name"])
        await asyncio.sleep(chance.uniform(0, 1))
        while time.monotonic() < until:
            till.sell()
            await asyncio.sleep(chance.uniform(0.5, 1.5))

    async def _require(self, happened: Callable[[], bool]) -> None:
        if not await self._until(happened, _PATIENCE_S):
            raise TimeoutError(f"it did not happen in {_PATIENCE_S:.0f} s")

    async def _until(self, happened: Callable[[], bool], patience_s: float) -> bool:
        give_up = time.monotonic() + patience_s
        while not happened() and time.monotonic() < give_up:
            await asyncio.sleep(_LOOK_EVERY_S)
        return happened()

    async def leave(self) -> None:
        """End every till in good order."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _main() -> None:
    fleet = Fleet(json.loads(Path(sys.argv[1]).read_text()))
    while line := await asyncio.to_thread(sys.stdin.readline):
        order = json.loads(line)
        match order.pop("do"):
            case "fill":
                answer = fleet.fill(**order)
            case "connect":
                answer = await fleet.connect()
            case "drain":
                answer = await fleet.drain()
            case "sell":
                answer = await fleet.sell(**order)
            case other:
                raise ValueError(other)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    await fleet.leave()


if __name__ == "__main__":
    asyncio.run(_main())
