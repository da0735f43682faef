"""Pick-up numbers: asked for before the last one is given away, and taken when the hub answers."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from device.domain.pickup import LOW_WATER, WANTED, accept_lease, free_numbers
from device.domain.settings import Settings
from device.ports.ledger import Ledger
from device.ports.stores import SettingsStore
from device.ports.world import Randomness
from shared.sync.batch import Message, Payload
from shared.wire.messages import make

RETRY_FIRST_MS = 5_000
RETRY_MAX_MS = 300_000


class LeaseNumbers:
    """A `Conversation`. Each unanswered question waits twice as long for the next one."""

    hears = frozenset({"lease"})

    def __init__(self, *, ledger: Ledger, settings: SettingsStore, randomness: Randomness) -> None:
        self._ledger = ledger
        self._settings = settings
        self._randomness = randomness
        self._question = ""
        self._next_at_ms = 0
        self._wait_ms = RETRY_FIRST_MS

    def begin(self, now_ms: int) -> None:
        """Ask at once."""
        self._next_at_ms = now_ms
        self._wait_ms = RETRY_FIRST_MS

    def due_in_ms(self, now_ms: int) -> int:
        """Return how long to wait before looking whether numbers run short."""
        return max(self._next_at_ms - now_ms, 0)

    def say(self, now_ms: int) -> Sequence[Message]:
        """Ask for numbers if there are few."""
        self._next_at_ms = now_ms + self._wait_ms
        self._wait_ms = min(2 * self._wait_ms, RETRY_MAX_MS)
        free = len(free_numbers(self._ledger.state, self._settings.current.numbers_leased_at))
        if free >= LOW_WATER:
            return ()
        self._question = self._randomness.new_id()
        epoch = self._ledger.stream.epoch
        return (make("lease-wanted", epoch=epoch, wanted=WANTED - free, question=self._question),)

    async def hear(self, said: Payload, *, now_ms: int, hub_seq: int) -> None:
        """Take the numbers that answer the last question."""
        message = said.message
        if message["epoch"] != self._ledger.stream.epoch or not isinstance(message["numbers"], list):
            return
        if not self._question or message.get("question", self._question) != self._question:
            return  # an old answer come again: its numbers may be on parcels by now
        self._question = ""
        numbers = [number for number in message["numbers"] if type(number) is int]
        await asyncio.to_thread(self._settings.change, partial(self._with, numbers, hub_seq))
        if numbers:
            self.begin(now_ms)

    def _with(self, numbers: list[int], hub_seq: int, old: Settings) -> Settings:
        state = self._ledger.state
        leased_at = accept_lease(
            state, old.numbers_leased_at, numbers, head_seq=state.head.seq, hub_seq=hub_seq
        )
        return replace(old, numbers_leased_at=leased_at)
