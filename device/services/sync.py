"""Sync: alone publishes what the ledger holds, and hears from the hub how far it has got.

The ledger is the outbox. This service only drives `shared.sync.sender.Sender`: what happens on the link, that the ledger
has grown, and that time has passed go in; messages, marks and refusals come out. It also asks for pick-up numbers before
the last one is given away. Nothing here can hold up a sale.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, assert_never

from device.domain.pickup import LOW_WATER, WANTED, accept_lease, free_numbers
from device.domain.settings import Marks
from device.ports import (
    Clock,
    HubLink,
    Ledger,
    LinkEvent,
    LinkLost,
    LinkPayload,
    LinkUp,
    Randomness,
    SettingsStore,
)
from device.services.changes import Changes
from shared.entry import hash_line
from shared.sync.batch import Message, pack, unpack
from shared.sync.sender import (
    Action,
    MarksMoved,
    SendEntries,
    Sender,
    SenderState,
    SendMessage,
    StreamRefused,
)
from shared.wire.messages import WireError, make

log = logging.getLogger(__name__)

BATCH_BYTES_MAX = 512 * 1024
SAVE_MARKS_EVERY_MS = 5_000
LEASE_RETRY_FIRST_MS = 5_000
LEASE_RETRY_MAX_MS = 300_000
IDLE_MS = 60_000
LOOK_AGAIN_MS = 300_000
"""After so long without a word from the hub its marks are asked for anew: one restored from a backup does not say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubStatus:
    """What is known of the hub: whether it answers and since when, its marks, and whether it refuses this till."""

    connected: bool
    since: datetime
    marks: Marks
    refused: StreamRefused | None = None


@dataclass(frozen=True, slots=True)
class _LedgerGrew:
    """There is something new to send."""


_Stimulus: TypeAlias = LinkEvent | _LedgerGrew


class Sync:
    """Drives one till's stream towards its hub; `run` it as a task for as long as the till is on."""

    def __init__(self, *, ledger: Ledger, link: HubLink, settings: SettingsStore, clock: Clock,
                 randomness: Randomness, changes: Changes) -> None:  # fmt: skip
        self._ledger = ledger
        self._link = link
        self._settings = settings
        self._clock = clock
        self._changes = changes
        self._inbox: asyncio.Queue[_Stimulus] = asyncio.Queue(maxsize=64)
        self._grown_told = False
        self._sender = Sender(epoch=ledger.stream.epoch, head=ledger.head, jitter=randomness.jitter)
        self._lease = _LeaseTimer()
        self._randomness = randomness
        self._question = ""
        self._saved_at_ms = self._looked_at_ms = clock.monotonic_ms()
        marks = settings.current.marks
        if marks.epoch != ledger.stream.epoch:
            marks = Marks(epoch=ledger.stream.epoch)
        self.status = HubStatus(connected=False, since=clock.now(), marks=marks)

    async def run(self) -> None:
        """Drive the stream until cancelled; the last marks are kept before this ends."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen())
                tasks.create_task(self._drive())
        finally:
            self._save_marks()

    def ledger_grew(self) -> None:
        """The ledger has new entries on the disk; called in the event loop."""
        if not self._grown_told and not self._inbox.full():
            self._grown_told = True
            self._inbox.put_nowait(_LedgerGrew())

    async def _listen(self) -> None:
        while True:
            await self._inbox.put(await self._link.next_event())

    async def _drive(self) -> None:
        while True:
            stimulus = await self._next_stimulus()
            actions = self._react(stimulus)
            await self._perform(actions)
            self._ask_for_numbers()
            self._note_connection()
            if self._clock.monotonic_ms() - self._saved_at_ms >= SAVE_MARKS_EVERY_MS:
                await asyncio.to_thread(self._save_marks)

    async def _next_stimulus(self) -> _Stimulus | None:
        now_ms = self._clock.monotonic_ms()
        waits = [IDLE_MS]
        if self._sender.state is SenderState.STREAMING:  # nobody can be asked for numbers before
            waits.append(self._lease.due_in_ms(now_ms))
        if self._sender.wake_at_ms is not None:
            waits.append(self._sender.wake_at_ms - now_ms)
        if self.status.marks != self._settings.current.marks:
            waits.append(SAVE_MARKS_EVERY_MS)
        try:
            async with asyncio.timeout(
                max(min(waits), 1) / 1000
            ):  # not wait_for: before 3.12 it may lose a cancel
                return await self._inbox.get()
        except TimeoutError:
            return None

    def _react(self, stimulus: _Stimulus | None) -> tuple[Action, ...]:
        now_ms = self._clock.monotonic_ms()
        return (
            *self._look_at_ledger(now_ms),
            *self._react_to(stimulus, now_ms),
            *self._look_again(now_ms),
        )

    def _look_at_ledger(self, now_ms: int) -> tuple[Action, ...]:
        """Whatever woke this service, it looks: a wake-up that found the inbox full is not missed."""
        self._grown_told = False
        head = self._ledger.head
        return () if head == self._sender.head else self._sender.appended(head, now_ms)

    def _react_to(self, stimulus: _Stimulus | None, now_ms: int) -> tuple[Action, ...]:
        match stimulus:
            case None:
                return self._sender.tick(now_ms)
            case _LedgerGrew():
                return ()
            case LinkUp(session=session):
                self._lease.reset(now_ms)
                return self._sender.connected(session, now_ms)
            case LinkLost(reason=reason):
                log.info("the hub is out of reach: %s", reason)
                return self._sender.disconnected()
            case LinkPayload(payload=payload):
                return self._heard(payload, now_ms)
            case other:
                assert_never(other)

    def _look_again(self, now_ms: int) -> tuple[Action, ...]:
        if now_ms - self._looked_at_ms < LOOK_AGAIN_MS:
            return ()
        self._looked_at_ms = now_ms
        return self._sender.look_again()

    def _heard(self, payload: bytes, now_ms: int) -> tuple[Action, ...]:
        self._looked_at_ms = now_ms
        try:
            message = unpack(payload).message
        except WireError as error:
            log.warning("the hub sent what cannot be read, it is ignored: %s", error)
            return ()
        if message["type"] == "lease":
            self._take_lease(message, now_ms)
            return ()
        return self._sender.received(message, now_ms)

    async def _perform(self, actions: Sequence[Action]) -> None:
        for action in actions:
            match action:
                case SendMessage(message=message):
                    self._link.send(pack(message))
                case SendEntries(first_seq=first_seq, last_seq=last_seq):
                    await self._send_entries(first_seq, last_seq)
                case MarksMoved(receiver_seq=hub_seq, onward_seq=cloud_seq):
                    marks = Marks(epoch=self._ledger.stream.epoch, hub_seq=hub_seq, cloud_seq=cloud_seq)
                    self.status = replace(self.status, marks=marks)
                    self._changes.tell()
                case StreamRefused():
                    log.error("the hub refuses this till: %s %s", action.reason, action.remedy)
                    self.status = replace(self.status, refused=action)
                    self._changes.tell()
                case other:
                    assert_never(other)

    async def _send_entries(self, first_seq: int, last_seq: int) -> None:
        lines = await asyncio.to_thread(self._ledger.read_lines, first_seq, last_seq)
        for part in _parts(lines):
            message = make(
                "entries",
                epoch=self._ledger.stream.epoch,
                first_seq=first_seq,
                count=len(part),
                last_hash=hash_line(part[-1]),
            )
            self._link.send(pack(message, part))
            first_seq += len(part)

    def _ask_for_numbers(self) -> None:
        now_ms = self._clock.monotonic_ms()
        if self._sender.state is not SenderState.STREAMING or self._lease.due_in_ms(now_ms) > 0:
            return
        free = len(free_numbers(self._ledger.state, self._settings.current.numbers_leased_at))
        if free < LOW_WATER:
            self._question = self._randomness.new_id()
            wanted = make(
                "lease-wanted", epoch=self._ledger.stream.epoch, wanted=WANTED - free, question=self._question
            )
            self._link.send(pack(wanted))
        self._lease.asked(now_ms)

    def _take_lease(self, message: Message, now_ms: int) -> None:
        if message["epoch"] != self._ledger.stream.epoch or not isinstance(message["numbers"], list):
            return
        if not self._question or message.get("question", self._question) != self._question:
            return  # an old answer come again: its numbers may be on parcels by now
        self._question = ""
        numbers = [number for number in message["numbers"] if type(number) is int]
        state = self._ledger.state
        self._settings.change(
            lambda old: replace(
                old,
                numbers_leased_at=accept_lease(
                    state, old.numbers_leased_at, numbers, head_seq=state.head.seq,
                    hub_seq=self._sender.receiver_seq,
                ),
            )
        )  # fmt: skip
        if numbers:
            self._lease.reset(now_ms)

    def _note_connection(self) -> None:
        connected = self._sender.state is SenderState.STREAMING
        if connected == self.status.connected:
            return
        refused = None if connected else self.status.refused
        self.status = replace(self.status, connected=connected, since=self._clock.now(), refused=refused)
        self._changes.tell()

    def _save_marks(self) -> None:
        self._saved_at_ms = self._clock.monotonic_ms()
        marks = self.status.marks
        if marks != self._settings.current.marks:
            self._settings.change(lambda old: replace(old, marks=marks))


class _LeaseTimer:
    """When to look again whether pick-up numbers run short; each unanswered question waits twice as long."""

    def __init__(self) -> None:
        self._next_at_ms = 0
        self._wait_ms = LEASE_RETRY_FIRST_MS

    def due_in_ms(self, now_ms: int) -> int:
        return max(self._next_at_ms - now_ms, 0)

    def asked(self, now_ms: int) -> None:
        self._next_at_ms = now_ms + self._wait_ms
        self._wait_ms = min(2 * self._wait_ms, LEASE_RETRY_MAX_MS)

    def reset(self, now_ms: int) -> None:
        self._next_at_ms = now_ms
        self._wait_ms = LEASE_RETRY_FIRST_MS


def _parts(lines: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Cut a batch where it would outgrow what a broker carries."""
    first, size = 0, 0
    for index, line in enumerate(lines):
        if index > first and size + len(line) > BATCH_BYTES_MAX:
            yield lines[first:index]
            first, size = index, 0
        size += len(line)
    if lines:
        yield lines[first:]
