"""Where decisions are made: inside one transaction, at one moment, with the hub's identity at hand."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from hub.domain.compartment import Compartment
from hub.domain.identity import HubIdentity
from hub.domain.stream import KeptEntry, StreamRecord
from hub.ports.store import Store, UnitOfWork
from hub.ports.world import Clock, Randomness, Witness
from shared.entry import StreamKey, seal_entry
from shared.events.event import Event, event_body, event_kind
from shared.events.sale import LedgerOpened
from shared.ids import make_epoch, make_uuid7

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One transaction and what a decision in it may use. `record` appends to the hub's own chain, in the same transaction."""

    uow: UnitOfWork
    identity: HubIdentity
    bank: tuple[Compartment, ...]
    at: datetime
    randomness: Randomness
    recorded: list[StreamRecord] = field(default_factory=list)

    def record(self, event: Event) -> None:
        """Append an event to the hub's own chain; it is kept if, and only if, the rest of the decision is."""
        stream = self.own_stream()
        if stream is None:
            raise LookupError("the hub's own chain is opened before anything is decided")
        self.recorded.append(append_own(self.uow, stream, event, self.at))

    def own_stream(self) -> StreamRecord | None:
        """Return the hub's own chain as it is now."""
        return self.uow.streams.newest_of(self.identity.tenant, self.identity.hub)

    def new_id(self) -> str:
        """Return a fresh UUID version 7."""
        return make_uuid7(int(self.at.timestamp() * 1000), self.randomness.draw(10))


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What every service of a running hub shares."""

    identity: HubIdentity
    bank: tuple[Compartment, ...]
    store: Store
    clock: Clock
    randomness: Randomness
    witness: Witness

    async def decide(self, work: Callable[[Desk], T]) -> T:
        """Run a decision in a transaction of its own and return its result once that is durable and witnessed."""

        def decide(uow: UnitOfWork) -> tuple[T, list[StreamRecord]]:
            desk = self.desk(uow)
            return work(desk), desk.recorded

        result, recorded = await self.store.write(decide)
        if (
            recorded
        ):  # before anything follows from it: a spent code is known to be spent after a restored backup, too
            newest = recorded[-1]
            await asyncio.to_thread(self.witness.note, newest.key.epoch, newest.head.seq)
        return result

    def desk(self, uow: UnitOfWork) -> Desk:
        """Return a desk for one transaction."""
        return Desk(
            uow=uow, identity=self.identity, bank=self.bank, at=self.clock.now(), randomness=self.randomness
        )


def open_own_stream(desk: Desk, *, currency: str, software: str) -> StreamRecord:
    """Begin the hub's own chain if it has none, and return it; its epoch is drawn at random, once."""
    return desk.own_stream() or open_chain(desk, LedgerOpened(currency=currency, software=software))


def open_chain(desk: Desk, opened: LedgerOpened) -> StreamRecord:
    """Begin a chain of the hub's own under a fresh epoch; from now on `record` appends to it."""
    epoch = make_epoch(desk.randomness.draw(6))
    key = StreamKey(tenant=desk.identity.tenant, source=desk.identity.hub, epoch=epoch)
    born = StreamRecord(key=key)
    desk.uow.streams.save(born)
    desk.recorded.append(append_own(desk.uow, born, opened, desk.at))
    return desk.recorded[-1]


def append_own(uow: UnitOfWork, stream: StreamRecord, event: Event, at: datetime) -> StreamRecord:
    """Seal an event as the next entry of a chain, keep its exact bytes, and return the chain after it."""
    entry = seal_entry(
        stream=stream.key, head=stream.head, at=at, kind=event_kind(event), body=event_body(event)
    )
    kept = KeptEntry(
        seq=entry.seq, hash=entry.hash, line=entry.line, kind=entry.kind, at=entry.at.isoformat()
    )
    uow.streams.add_entries(stream.key, [kept])
    after = replace(stream, head=entry.head)
    uow.streams.save(after)
    return after
