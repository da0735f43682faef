"""After an update everything that an older version could not read is offered to this one, in the order of its arrival.

Entries go some at a time in a transaction: what is understood now takes its effect in the transaction that marks it as read,
so exactly once, whenever the cloud is stopped. Then payloads: their entries are held to their chain like any others, so one
that is taken twice counts once. What still cannot be read stays, with today's reason.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from cloud.domain.contribution import sum_facts
from cloud.domain.facts import Fact, NotUnderstood
from cloud.domain.projection import facts_of_line
from cloud.ports.chains import Archive, RejectionKind
from cloud.ports.dashboards import Changed, ChangeFeed
from cloud.ports.dead_letters import DeadLetters, EntriesAgain, KeptEntry, KeptMessage
from cloud.ports.people import Registry
from cloud.ports.world import Clock
from cloud.services.receive_stream import Delivery, StreamReceiver
from shared.entry import EntryError, parse_entry
from shared.sync.receiver import ReceivedLine

ENTRIES_AT_ONCE: Final = 200
MESSAGES_AT_ONCE: Final = 20
_ELSEWHERE: Final = "it says that it stands elsewhere in the chain"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAgain:
    """How many entries and payloads of a tenant could be read at last."""

    tenant: str
    entries: int
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereading:
    """Reads again, once for each version; `go_on` is asked between transactions whether there is time."""

    letters: DeadLetters
    archive: Archive
    registry: Registry
    receiver: StreamReceiver
    clock: Clock
    feed: ChangeFeed

    def after_update(self, software: str, go_on: Callable[[], bool] = lambda: True) -> Iterator[ReadAgain]:
        """Read again what belongs to tenants that this version has not looked at, one by one."""
        for tenant in self.archive.tenants():
            if self.letters.read_with(tenant) == software:
                continue
            entries = sum(self._entries(tenant, go_on))
            messages = sum(self._messages(tenant, go_on))
            if not go_on():
                return
            self.letters.note_read_with(tenant, software)
            if entries or messages:
                for what in Changed:
                    self.feed.announce(tenant, what)
            yield ReadAgain(tenant=tenant, entries=entries, messages=messages)

    def _entries(self, tenant: str, go_on: Callable[[], bool]) -> Iterator[int]:
        after = 0
        while go_on():
            with self.letters.again(tenant) as again:
                some = again.some(after, ENTRIES_AT_ONCE)
                yield _read_some(again, some, at_ms=self.clock.now_ms())
            if len(some) < ENTRIES_AT_ONCE:
                return
            after = some[-1].position

    def _messages(self, tenant: str, go_on: Callable[[], bool]) -> Iterator[int]:
        after = 0
        while go_on():
            some = self.letters.messages(tenant, after=after, limit=MESSAGES_AT_ONCE)
            yield sum(self._take(tenant, message) for message in some)
            if len(some) < MESSAGES_AT_ONCE:
                return
            after = some[-1].position

    def _take(self, tenant: str, message: KeptMessage) -> bool:
        whole = message.size == len(message.payload)
        device = self.registry.find_device(tenant, message.hub) if message.hub else None
        if message.kind is not RejectionKind.MALFORMED or not whole or device is None:
            return False
        delivery = Delivery(device=device, source=message.source, payload=message.payload)
        reason = self.receiver.late(delivery)
        if reason:
            if reason != message.reason:
                self.letters.say_why(tenant, message.position, reason)
            return False
        return self.letters.forget_message(tenant, message.position)


def _read_some(again: EntriesAgain, some: Sequence[KeptEntry], *, at_ms: int) -> int:
    """Read entries in their order, chain by chain as they lie; returns how many are understood now."""
    read = 0
    for _, of_chain in groupby(some, key=lambda one: one.stream):
        understood: list[KeptEntry] = []
        facts: list[Fact] = []
        for one in of_chain:
            meaning = _meaning(one)
            if isinstance(meaning, NotUnderstood):
                if meaning.reason != one.reason:
                    again.say_why(one, meaning.reason)
            else:
                understood.append(one)
                facts += meaning
        if understood:
            again.took_effect(understood, sum_facts(facts, late=True), at_ms=at_ms)
            read += len(understood)
    return read


def _meaning(one: KeptEntry) -> tuple[Fact, ...] | NotUnderstood:
    """Return what an entry says; what its bytes claim must be where it stands."""
    try:
        entry = parse_entry(one.line)
    except EntryError as error:
        return NotUnderstood(one.at.seq, error.reason)
    if (entry.stream, entry.seq, entry.prev) != (one.stream, one.at.seq, one.prev):
        return NotUnderstood(one.at.seq, _ELSEWHERE)
    return facts_of_line(ReceivedLine(one.at.seq, one.at.hash, one.line, entry))
