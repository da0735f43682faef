"""Receive a stream from a hub: decide, commit, and only then answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, TypeAlias, assert_never

from cloud.domain.contribution import Contribution, contribution_of
from cloud.domain.enrolment import Device, Role
from cloud.domain.plain_text import plain_text
from cloud.ports.chains import HeldStream, Rejection, RejectionKind, Streams
from cloud.ports.dashboards import Changed, ChangeFeed
from cloud.ports.people import Registry
from cloud.ports.world import Clock, DiskGauge
from shared.entry import StreamKey
from shared.ids import Epoch, IdError, SourceId, TenantId, check_topic_level
from shared.sync.batch import Message, Payload, pack, unpack
from shared.sync.receiver import (
    Accepted,
    Forked,
    Missing,
    acknowledge,
    ask_again,
    judge_entries,
    judge_hello,
    refuse,
    refuse_version,
    welcome,
)
from shared.sync.standing import Standing, with_standing
from shared.sync.tally import ReceiveTally
from shared.wire.messages import VersionError, WireError

FULL_BELOW_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A payload that an enrolled device sent for a source."""

    device: Device
    source: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Malformed:
    """The payload is not of the protocol; it was kept, and nothing else was changed."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotYours:
    """The device may not speak for that source."""

    reason: str


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """The payload speaks another major version of the protocol; it was kept, and nothing else was changed."""

    reason: str
    remedy: str


Answer: TypeAlias = Message | Malformed | OtherVersion | NotYours
_Take: TypeAlias = Callable[[Delivery, StreamKey, Payload], Message]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamReceiver:
    """The cloud's end of every stream."""

    streams: Streams
    registry: Registry
    clock: Clock
    feed: ChangeFeed
    disk: DiskGauge
    tally: ReceiveTally = field(default_factory=ReceiveTally)
    _counting: Lock = field(default_factory=Lock)

    def hello(self, delivery: Delivery) -> Answer:
        """Answer a greeting with what is durable here."""
        return self._with_standing(self._receive(delivery, "hello", self._greet))

    def entries(self, delivery: Delivery) -> Answer:
        """Take a batch: committed when the answer is an acknowledgement."""
        began_s = self.clock.monotonic_s()
        answer = self._receive(delivery, "entries", self._take)
        with self._counting:  # several threads receive
            self.tally.messages += 1
            self.tally.rejected += isinstance(answer, Malformed | OtherVersion)
            self.tally.commits.took(self.clock.monotonic_s() - began_s)
        return self._with_standing(answer)

    def is_full(self) -> bool:
        """Tell whether this cloud's disk has no room left: said before commits begin to fail."""
        return self.disk.free_bytes() < FULL_BELOW_BYTES

    def _with_standing(self, answer: Answer) -> Answer:
        if isinstance(answer, Malformed | OtherVersion | NotYours) or not self.is_full():
            return answer
        return with_standing(answer, Standing(full=True))

    def late(self, delivery: Delivery) -> str:
        """Take a payload that an older version refused; returns why it is refused again, or nothing.

        A greeting is over: whoever greeted has greeted again.
        """
        if refusal := self._judge_sender(delivery):
            return refusal.reason
        try:
            payload = unpack(delivery.payload)
            match payload.message["type"]:
                case "hello":
                    return ""
                case "entries":
                    self._take(delivery, _stream_of(delivery, payload.message), payload)
                    return ""
                case kind:
                    return f"a message of type {kind} is not taken here"
        except WireError as error:
            return plain_text(str(error), 500)

    def _receive(self, delivery: Delivery, expected: str, take: _Take) -> Answer:
        if refusal := self._judge_sender(delivery):
            return refusal
        try:
            payload = _unpack(delivery.payload, expected)
            stream = _stream_of(delivery, payload.message)
            return take(delivery, stream, payload)
        except VersionError as error:
            self._keep_malformed(delivery, str(error))
            said = refuse_version("", error, here="the cloud", there="the hub")
            return OtherVersion(str(said["reason"]), str(said["remedy"]))
        except WireError as error:
            return self._keep_malformed(delivery, plain_text(str(error), 500))

    def _judge_sender(self, delivery: Delivery) -> NotYours | None:
        device, source = delivery.device, delivery.source
        if device.role is not Role.HUB:
            return NotYours("Only a hub delivers entries to the cloud.")
        other = None if source == device.device else self.registry.find_device(device.tenant, source)
        if other is not None and other.role is Role.HUB:
            return NotYours(f"{source} is a hub of its own and delivers its entries itself.")
        return None

    def _greet(self, delivery: Delivery, stream: StreamKey, payload: Payload) -> Message:
        with self.streams.hold(stream, hub=delivery.device.device) as held:
            forked = judge_hello(payload.message, held.head, held.hash_at)
            if forked is not None:
                # Every greeting has a new session: without it, the same contradiction is kept only once.
                evidence = pack({**payload.message, "session": ""})
                return self._quarantine(held, stream, forked, evidence, delivery.device.device)
            head = held.head
        return welcome(str(payload.message["session"]), stream, head, head.seq)

    def _take(self, delivery: Delivery, stream: StreamKey, payload: Payload) -> Message:
        with self.streams.hold(stream, hub=delivery.device.device) as held:
            verdict = judge_entries(stream, payload.message, payload.lines, held.head, held.hash_at)
            match verdict:
                case Missing():
                    return ask_again(stream, verdict)
                case Forked():
                    return self._quarantine(held, stream, verdict, delivery.payload, delivery.device.device)
                case Accepted():
                    contribution = contribution_of(verdict.lines)
                    held.append(verdict.lines, verdict.head, contribution, at_ms=self.clock.now_ms())
                case _:
                    assert_never(verdict)
        with self._counting:
            self.tally.entries += len(verdict.lines)
        self._announce(stream.tenant, verdict, contribution)
        return acknowledge(stream, verdict.head, verdict.head.seq)

    def _announce(self, tenant: str, accepted: Accepted, contribution: Contribution) -> None:
        if not accepted.lines:
            return
        self.feed.announce(tenant, Changed.FLEET)
        if contribution.hours or contribution.days or contribution.transfers or contribution.market:
            self.feed.announce(tenant, Changed.SALES)
        if contribution.parcel_facts:
            self.feed.announce(tenant, Changed.PARCELS)
        if contribution.products_told:
            self.feed.announce(tenant, Changed.CATALOGUE)

    def _quarantine(
        self, held: HeldStream, stream: StreamKey, forked: Forked, payload: bytes, hub: str
    ) -> Message:
        held.quarantine(
            Rejection(
                tenant=stream.tenant,
                source=stream.source,
                epoch=stream.epoch,
                seq=forked.seq,
                kind=RejectionKind.FORK,
                reason=forked.reason,
                payload=payload,
                at_ms=self.clock.now_ms(),
                hub=hub,
            )
        )
        self.feed.announce(stream.tenant, Changed.FLEET)
        return refuse(stream, forked)

    def _keep_malformed(self, delivery: Delivery, reason: str) -> Malformed:
        self.streams.reject(
            Rejection(
                tenant=delivery.device.tenant,
                source=delivery.source,
                epoch="",
                seq=None,
                kind=RejectionKind.MALFORMED,
                reason=reason,
                payload=delivery.payload,
                at_ms=self.clock.now_ms(),
                hub=delivery.device.device,
            )
        )
        self.feed.announce(delivery.device.tenant, Changed.FLEET)
        return Malformed(reason)


def _stream_of(delivery: Delivery, message: Message) -> StreamKey:
    try:
        source = check_topic_level("source", delivery.source)
        epoch = check_topic_level("epoch", str(message["epoch"]))
    except IdError as error:
        raise WireError(str(error)) from error
    return StreamKey(tenant=TenantId(delivery.device.tenant), source=SourceId(source), epoch=Epoch(epoch))


def _unpack(payload: bytes, expected: str) -> Payload:
    unpacked = unpack(payload)
    if unpacked.message["type"] != expected:
        raise WireError(f"a message of type {unpacked.message['type']} was sent where {expected} is taken")
    return unpacked
