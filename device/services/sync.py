"""Sync: alone publishes what the ledger holds, and hears from the hub how far it has got.

The ledger is the outbox. This service only drives `shared.sync.sender.Sender`: what happens on the link, that the ledger
has grown, and that time has passed go in; messages, marks and refusals come out. It owns the link; what else is spoken on
it is a `Conversation`. Nothing here can hold up a sale.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, assert_never

from device.domain.settings import Marks
from device.ports.hub import HubLink, LinkEvent, LinkLost, LinkPayload, LinkUp
from device.ports.ledger import Ledger
from device.ports.stores import SettingsStore
from device.ports.world import Clock, Randomness
from device.services.changes import Changes
from device.services.conversation import Conversation
from device.services.hub_watch import HubSighting, HubWatch, Travelled
from shared.entry import hash_line
from shared.sync.batch import Message, pack, unpack
from shared.sync.progress import stall_after_ms
from shared.sync.sender import (
    Action,
    MarksMoved,
    SendEntries,
    Sender,
    SenderLimits,
    SenderState,
    SendMessage,
    StreamRefused,
)
from shared.sync.standing import read_standing
from shared.sync.tally import SendTally
from shared.wire.messages import VersionError, WireError, make

log = logging.getLogger(__name__)

BATCH_BYTES_MAX = 512 * 1024
SAVE_MARKS_EVERY_MS = 5_000
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
                 randomness: Randomness, changes: Changes, conversations: Sequence[Conversation] = (),
                 limits: SenderLimits | None = None) -> None:  # fmt: skip
        self._ledger = ledger
        self._link = link
        self._settings = settings
        self._clock = clock
        self._changes = changes
        self._inbox: asyncio.Queue[_Stimulus] = asyncio.Queue(maxsize=64)
        self._grown_told = False
        limits = limits or SenderLimits()
        self._sender = Sender(
            epoch=ledger.stream.epoch, head=ledger.head, limits=limits, jitter=randomness.jitter
        )
        self._watch = HubWatch(stall_after_ms(limits))
        self._link_words = ""
        self._sent_up_to_seq = 0
        self.tally = SendTally()
        self._conversations = conversations
        self._saved_at_ms = self._looked_at_ms = clock.monotonic_ms()
        marks = settings.current.marks
        if marks.epoch != ledger.stream.epoch:
            marks = Marks(epoch=ledger.stream.epoch)
        self.status = HubStatus(connected=False, since=clock.now(), marks=marks)
        self.progress()

    def progress(self) -> Travelled:
        """Return how far everything has travelled, as it is now; called in the event loop."""
        seen = HubSighting(state=self._sender.state, head_seq=self._ledger.head.seq, marks=self.status.marks,
                           refused=self.status.refused, link_words=self._link_words)  # fmt: skip
        return self._watch.look(seen, self._clock.monotonic_ms(), self._clock.now())

    @property
    def free_compartments(self) -> Mapping[str, int] | None:
        """How many compartments of each size the hub last said it had free, or None."""
        return self._watch.free

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
            actions = await self._react(stimulus)
            await self._perform(actions)
            self._converse()
            self._note_connection()
            self.progress()
            if self._clock.monotonic_ms() - self._saved_at_ms >= SAVE_MARKS_EVERY_MS:
                await asyncio.to_thread(self._save_marks)

    async def _next_stimulus(self) -> _Stimulus | None:
        now_ms = self._clock.monotonic_ms()
        waits = [IDLE_MS]
        if self._sender.state is SenderState.STREAMING:
            waits += [conversation.due_in_ms(now_ms) for conversation in self._conversations]
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

    async def _react(self, stimulus: _Stimulus | None) -> tuple[Action, ...]:
        now_ms = self._clock.monotonic_ms()
        return (
            *self._look_at_ledger(now_ms),
            *await self._react_to(stimulus, now_ms),
            *self._look_again(now_ms),
        )

    def _look_at_ledger(self, now_ms: int) -> tuple[Action, ...]:
        """Whatever woke this service, it looks: a wake-up that found the inbox full is not missed."""
        self._grown_told = False
        head = self._ledger.head
        return () if head == self._sender.head else self._sender.appended(head, now_ms)

    async def _react_to(self, stimulus: _Stimulus | None, now_ms: int) -> tuple[Action, ...]:
        match stimulus:
            case None:
                return self._sender.tick(now_ms)
            case _LedgerGrew():
                return ()
            case LinkUp(session=session):
                for conversation in self._conversations:
                    conversation.begin(now_ms)
                return self._sender.connected(session, now_ms)
            case LinkLost(reason=reason):
                log.info("the hub is out of reach: %s", reason)
                self._link_words = reason
                return self._sender.disconnected()
            case LinkPayload(payload=payload):
                return await self._heard(payload, now_ms)
            case other:
                assert_never(other)

    def _look_again(self, now_ms: int) -> tuple[Action, ...]:
        if now_ms - self._looked_at_ms < LOOK_AGAIN_MS:
            return ()
        self._looked_at_ms = now_ms
        return self._sender.look_again()

    async def _heard(self, payload: bytes, now_ms: int) -> tuple[Action, ...]:
        self._looked_at_ms = now_ms
        try:
            said = unpack(payload)
        except VersionError as error:
            return self._other_version(error)
        except WireError as error:
            log.warning("the hub sent what cannot be read, it is ignored: %s", error)
            return ()
        for conversation in self._conversations:
            if said.message["type"] in conversation.hears:
                await conversation.hear(said, now_ms=now_ms, hub_seq=self._sender.receiver_seq)
                return ()
        self._hear_standing(said.message, now_ms)
        actions = self._sender.received(said.message, now_ms)
        self._forget_refusal()
        return actions

    def _hear_standing(self, message: Message, now_ms: int) -> None:
        standing = read_standing(message.get("standing"))
        if standing is not None and message.get("epoch") == self._ledger.stream.epoch:
            self._watch.hear(standing, now_ms)
            self._changes.tell()

    def _forget_refusal(self) -> None:
        """The hub was understood and takes this stream: what it said in another version, once, counts no more."""
        if self.status.refused is not None and self._sender.state is SenderState.STREAMING:
            self.status = replace(self.status, refused=None)
            self._changes.tell()

    def _other_version(self, error: VersionError) -> tuple[Action, ...]:
        remedy = "Update this till." if error.newer else "Update the hub."
        refused = StreamRefused(str(error), remedy)
        return () if refused == self.status.refused else (refused,)

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
                head_seq=self._sender.head.seq,
                session=self._sender.session,
            )
            payload = pack(message, part)
            if self._link.send(payload):
                self.tally.sent(first_seq=first_seq, count=len(part), sent_up_to_seq=self._sent_up_to_seq,
                                payload_bytes=len(payload))  # fmt: skip
            first_seq += len(part)
            self._sent_up_to_seq = max(self._sent_up_to_seq, first_seq - 1)

    def _converse(self) -> None:
        """While the hub answers, say what is due on the other subjects."""
        if self._sender.state is not SenderState.STREAMING:
            return
        now_ms = self._clock.monotonic_ms()
        for conversation in self._conversations:
            if conversation.due_in_ms(now_ms) <= 0:
                for message in conversation.say(now_ms):
                    self._link.send(pack({**message, "session": self._sender.session}))

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
