"""What a till's hello or batch of entries means, decided and kept in one transaction; the answer goes out after it.

A sale with a promise makes its parcel in the same transaction as its entry, so exactly once; so does a refund end it. An entry that this version cannot
read is kept and counted like any other. How many chains one source may begin is bounded.
"""

from dataclasses import replace

from hub.domain.stream import KeptEntry, Quarantined, StreamRecord
from hub.services.desk import Desk
from hub.services.give_back import give_back_here
from hub.services.promise_parcel import promise_here
from hub.services.tell_staff import tell_staff
from shared.entry import EMPTY_HEAD, StreamKey
from shared.events.event import UnreadableEvent, read_event
from shared.events.sale import SaleRecorded, SaleRefunded
from shared.events.turnover import turnover_minor
from shared.ids import Epoch, SourceId, check_topic_level
from shared.sync.batch import Message, Payload
from shared.sync.receiver import (
    Accepted,
    Forked,
    Missing,
    ReceivedLine,
    acknowledge,
    ask_again,
    judge_entries,
    judge_hello,
    refuse,
    welcome,
)
from shared.wire.messages import make

CHAINS_MAX = 64
"""A source begins a chain when its ledger is born: a new card, a repaired one. No till needs more in its life."""
_TOO_MANY_CHAINS = f"it began more than {CHAINS_MAX} ledgers; no further one is taken"
_TOO_MANY_REMEDY = (
    "Its sales are safe on the till. Enrol the till under a new name, and find out why it loses its ledger."
)
_OLDER_COPY = (
    "its ledger ends at entry {theirs}, and {ours} are held here: an older copy, perhaps, of a card that was restored. "
    "Stop selling on it and repair it from this hub's copy"
)


def receive_hello(desk: Desk, source: SourceId, message: Message) -> Message:
    """Return the answer to a till's greeting: what is durable here, or why its chain is not taken."""
    stream = _stream(desk, source, message)
    if refusal := _refused_before(desk, stream):
        return refusal
    forked = judge_hello(message, stream.head, lambda seq: desk.uow.streams.hash_at(stream.key, seq))
    if forked is not None:
        return _quarantine(desk, stream, forked, b"")
    if int(str(message["head_seq"])) < stream.head.seq:
        tell_staff(desk, stream.key, _OLDER_COPY.format(theirs=message["head_seq"], ours=stream.head.seq))
    return welcome(str(message["session"]), stream.key, stream.head, stream.cloud_seq)


def receive_entries(desk: Desk, source: SourceId, payload: Payload) -> Message:
    """Keep a batch and return its acknowledgement; raises WireError if the batch contradicts itself."""
    stream = _stream(desk, source, payload.message)
    if refusal := _refused_before(desk, stream):
        return refusal
    verdict = judge_entries(
        stream.key, payload.message, payload.lines, stream.head,
        lambda seq: desk.uow.streams.hash_at(stream.key, seq),
    )  # fmt: skip
    match verdict:
        case Accepted():
            _accept(desk, stream, verdict)
            return acknowledge(stream.key, verdict.head, stream.cloud_seq)
        case Missing():
            return ask_again(stream.key, verdict)
        case Forked():
            return _quarantine(desk, stream, verdict, b"\n".join(payload.lines))


def _stream(desk: Desk, source: SourceId, message: Message) -> StreamRecord:
    name = SourceId(check_topic_level("source", source))
    epoch = Epoch(check_topic_level("epoch", str(message["epoch"])))
    key = StreamKey(tenant=desk.identity.tenant, source=name, epoch=epoch)
    return desk.uow.streams.find(key) or StreamRecord(key=key)


def _refused_before(desk: Desk, stream: StreamRecord) -> Message | None:
    """Return the refusal of a chain that was set aside, or of one more from a source that began too many."""
    key = stream.key
    if stream.quarantine:
        return refuse(key, Forked(stream.head.seq, stream.quarantine))
    if stream.head.seq > 0 or desk.uow.streams.count_of(key.tenant, key.source) < CHAINS_MAX:
        return None
    tell_staff(desk, key, _TOO_MANY_CHAINS)
    return make("refused", epoch=key.epoch, reason=_TOO_MANY_CHAINS, remedy=_TOO_MANY_REMEDY)


def _accept(desk: Desk, stream: StreamRecord, accepted: Accepted) -> None:
    if not accepted.lines:
        return
    if stream.head == EMPTY_HEAD:
        desk.uow.streams.save(stream)  # a chain's first entries need its row
    kept: list[KeptEntry] = []
    sales, total_minor = stream.sales, stream.total_minor
    for line in accepted.lines:
        event = read_event(line.entry) if line.entry else UnreadableEvent("", line.unreadable)
        total_minor += turnover_minor(event)
        if isinstance(event, SaleRecorded):
            sales += 1
            if line.entry is not None:
                promise_here(desk, line.entry, event)
        elif isinstance(event, SaleRefunded):
            give_back_here(desk, event)
        kept.append(_keep(line, event.reason if isinstance(event, UnreadableEvent) else ""))
    desk.uow.streams.add_entries(stream.key, kept)
    desk.uow.streams.save(replace(stream, head=accepted.head, sales=sales, total_minor=total_minor))


def _keep(line: ReceivedLine, unreadable: str) -> KeptEntry:
    return KeptEntry(
        seq=line.seq, hash=line.hash, line=line.line,
        kind=line.entry.kind if line.entry else "", at=line.entry.at.isoformat() if line.entry else "",
        unreadable=unreadable,
    )  # fmt: skip


def _quarantine(desk: Desk, stream: StreamRecord, forked: Forked, evidence: bytes) -> Message:
    desk.uow.streams.save(replace(stream, quarantine=forked.reason))
    aside = Quarantined(
        at=desk.at, source=stream.key.source, epoch=stream.key.epoch, reason=forked.reason, payload=evidence
    )
    desk.uow.refusals.set_aside(aside)
    return refuse(stream.key, forked)
