"""After an update everything that an older version could not read is offered to this one, in its order.

Entries first, as they stand in their chains, some at a time in a transaction: one that is understood now takes its effect in
the transaction that marks it as read, so exactly once, whenever the hub is stopped. Then messages, each in a transaction that
also takes it off the list. What still cannot be read stays, with today's reason.
"""

import logging
from dataclasses import dataclass, replace
from functools import partial

from hub.domain.stream import KeptEntry, Rejected, UnreadableEntry
from hub.ports.store import UnitOfWork
from hub.services.desk import Desk, House
from hub.services.give_back import give_back_here
from hub.services.hear import Heard, Hearing
from hub.services.promise_parcel import promise_here
from shared.entry import GENESIS_HASH, Entry, EntryError, parse_entry
from shared.events.event import UnreadableEvent, read_event
from shared.events.sale import SaleRecorded, SaleRefunded
from shared.events.turnover import turnover_minor
from shared.wire import topics

_log = logging.getLogger(__name__)

ENTRIES_AT_ONCE = 200
MESSAGES_AT_ONCE = 50
_READ_WITH = "read-with"
"""The note that says which version has read everything last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAgain:
    """How many entries and messages could be read at last, and how many still cannot."""

    entries: int = 0
    messages: int = 0
    still: int = 0


async def read_again_after_update(house: House, hearing: Hearing, software: str) -> ReadAgain | None:
    """Read everything again if another version ran here before; None if it did not. Begun anew if it is interrupted."""
    if await house.store.read(lambda uow: uow.notes.find(_READ_WITH)) == software:
        return None
    done = await read_again(house, hearing)
    await house.decide(lambda desk: desk.uow.notes.keep(_READ_WITH, software))
    _log.info(
        "after an update: %d entries and %d messages could be read at last", done.entries, done.messages
    )
    return done


async def read_again(house: House, hearing: Hearing) -> ReadAgain:
    """Offer all dead letters to this version."""
    done, place = ReadAgain(), (0, 0)
    while True:
        after, read, seen = await house.decide(partial(_read_some, place=place))
        done = replace(done, entries=done.entries + read, still=done.still + seen - read)
        if seen < ENTRIES_AT_ONCE:
            break
        place = after
    if done.entries:
        hearing.on_appended.set()
    return await _hear_all(house, hearing, done)


def _read_some(desk: Desk, *, place: tuple[int, int]) -> tuple[tuple[int, int], int, int]:
    """Read some entries; returns the place of the last, how many were understood, and how many there were."""
    found = desk.uow.streams.unreadable(after=place, limit=ENTRIES_AT_ONCE)
    read = sum(_read(desk, entry) for _, entry in found)
    return (found[-1][0] if found else place), read, len(found)


def _read(desk: Desk, kept: UnreadableEntry) -> bool:
    """Read an entry that is held; one that is understood counts from now on."""
    entry, reason = _entry_of(desk, kept)
    event = read_event(entry) if entry else UnreadableEvent("", reason)
    if entry is None or isinstance(event, UnreadableEvent):
        reason = event.reason if isinstance(event, UnreadableEvent) else reason
        if reason != kept.reason:
            desk.uow.streams.read_again(kept.key, _as_read(kept, entry, reason))
        return False
    stream = desk.uow.streams.find(kept.key)
    if stream is not None and isinstance(event, SaleRecorded | SaleRefunded):
        sales = stream.sales + isinstance(event, SaleRecorded)
        counted = replace(stream, sales=sales, total_minor=stream.total_minor + turnover_minor(event))
        desk.uow.streams.save(counted)
    if stream is not None and isinstance(event, SaleRecorded):
        promise_here(desk, entry, event)
    if stream is not None and isinstance(event, SaleRefunded):
        give_back_here(desk, event)
    desk.uow.streams.read_again(kept.key, _as_read(kept, entry, ""))
    return True


def _entry_of(desk: Desk, kept: UnreadableEntry) -> tuple[Entry | None, str]:
    """Return the entry, or why it is none; what its bytes claim must be where it stands."""
    try:
        entry = parse_entry(kept.line)
    except EntryError as error:
        return None, error.reason
    before = desk.uow.streams.hash_at(kept.key, kept.seq - 1) if kept.seq > 1 else GENESIS_HASH
    if (entry.stream, entry.seq, entry.prev) != (kept.key, kept.seq, before):
        return None, "it says that it stands elsewhere in the chain"
    return entry, ""


def _as_read(kept: UnreadableEntry, entry: Entry | None, unreadable: str) -> KeptEntry:
    return KeptEntry(
        seq=kept.seq, hash="", line=kept.line, kind=entry.kind if entry else kept.kind,
        at=entry.at.isoformat() if entry else kept.at, unreadable=unreadable,
    )  # fmt: skip


async def _hear_all(house: House, hearing: Hearing, done: ReadAgain) -> ReadAgain:
    number = 0
    while True:
        some = await house.store.read(partial(_rejected_after, number=number))
        for rejected in some:
            heard = await _hear(house, hearing, rejected)
            done = replace(done, messages=done.messages + heard, still=done.still + (not heard))
        if len(some) < MESSAGES_AT_ONCE:
            return done
        number = some[-1].number


def _rejected_after(uow: UnitOfWork, *, number: int) -> list[Rejected]:
    return uow.refusals.rejected_after(number, MESSAGES_AT_ONCE)


async def _hear(house: House, hearing: Hearing, rejected: Rejected) -> bool:
    """Hear a message that was refused, and take it off the list in the same transaction; False if it stays there."""
    if rejected.size > len(rejected.payload) or not rejected.topic.endswith("/" + topics.ENTRIES):
        return False  # cut off, or about a moment that is over: a birth, a door
    heard = Heard(rejected.topic, rejected.payload)
    reason = await hearing.hear_late(heard, lambda desk: desk.uow.refusals.forget_rejected(rejected.number))
    if reason and reason != rejected.reason:
        await house.decide(lambda desk: desk.uow.refusals.say_why(rejected.number, reason))
    return not reason
