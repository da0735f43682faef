"""What the hub hears from its sources: a batch of messages becomes one transaction; what follows from it, after.

Nothing is answered, and nothing told to anybody, before the transaction is durable. A message that is not of the protocol is
kept with its reason, where people see it.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from hub.domain.compartment import Place
from hub.domain.door_command import DoorCommand
from hub.domain.stream import Rejected
from hub.ports.links import TillLink
from hub.services.answer_door import answer_door, door_moved
from hub.services.boards import Boards
from hub.services.changes import Changed, Changes
from hub.services.cloud_watch import CloudWatch
from hub.services.desk import Desk, House
from hub.services.hand_documents import HandDocuments, note_running
from hub.services.lease_numbers import lease_numbers
from hub.services.open_door import Doors
from hub.services.presence import Presence
from hub.services.promise_parcel import free_compartments, seat_waiting
from hub.services.receive_entries import receive_entries, receive_hello
from hub.services.till_watch import TillWatch
from shared.entry import StreamKey
from shared.ids import Epoch, SourceId
from shared.sync import batch
from shared.sync.batch import Message
from shared.sync.receiver import refuse_version
from shared.sync.standing import with_standing
from shared.sync.tally import ReceiveTally
from shared.wire import codec, topics
from shared.wire.messages import DOORS, OUTCOMES, VersionError, WireError

_log = logging.getLogger(__name__)
REASON_MAX = 500
_NOBODY = SourceId("")
_QUESTIONS = frozenset({"hello", "lease-wanted", "documents-held"})
_STATE_TYPES = frozenset({"birth", "death", "alive"})


@dataclass(frozen=True, slots=True)
class Heard:
    """One message as it came."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What follows from a message once it is durable."""

    source: SourceId = _NOBODY
    said: Message | None = None
    answer: Message | None = None
    free: Mapping[str, int] | None = None
    door: DoorCommand | None = None
    documents_asked: bool = False
    appended: bool = False
    changed: frozenset[Changed] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Takes batches of messages; `on_appended` is called when there is something new for the cloud."""

    house: House
    boards: Boards
    doors: Doors
    presence: Presence
    changes: Changes
    tills: TillLink
    handing: HandDocuments
    from_tills: TillWatch
    to_cloud: CloudWatch
    on_appended: asyncio.Event
    tally: ReceiveTally = field(default_factory=ReceiveTally)

    async def hear(self, heard: Sequence[Heard]) -> None:
        """Keep what a batch says, then answer. When this returns, the messages may be acknowledged."""
        began_ms = self.house.clock.monotonic_ms()
        try:
            consequences = await self.house.decide(lambda desk: [self._decide(desk, one) for one in heard])
        except Exception:  # noqa: BLE001 - one bad message must not hold up the others, whatever is wrong with it
            consequences = [await self._hear_alone(one) for one in heard]
        self.tally.messages += len(heard)
        self.tally.commits.took((self.house.clock.monotonic_ms() - began_ms) / 1000)
        for consequence in consequences:
            await self._follow(consequence)

    async def _hear_alone(self, heard: Heard) -> Consequence:
        """Decide about one message in a transaction of its own; what it did before it failed is undone."""
        try:
            return await self.house.decide(lambda desk: self._decide(desk, heard))
        except VersionError as error:
            self.tally.rejected += 1
            return await self.house.decide(partial(_refuse_version, heard=heard, error=error))
        except (WireError, ValueError) as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - as above; it is kept with its reason
            _log.exception("a message on %s could not be taken", heard.topic)
            reason = f"this hub could not take it ({type(error).__name__}: {error})"
        self.tally.rejected += 1
        return await self.house.decide(lambda desk: _reject(desk, heard, reason))

    async def hear_late(self, heard: Heard, take_off: Callable[[Desk], bool]) -> str:
        """Hear a message that an older version refused; returns why it is refused again, or nothing.

        `take_off` takes it off the list of refused messages, in the same transaction. That somebody is there does not follow
        from it, and a question is not answered any more: whoever asked has asked again.
        """

        def decide(desk: Desk) -> Consequence:
            take_off(desk)
            asked = batch.unpack(heard.payload).message["type"] in _QUESTIONS
            return Consequence() if asked else self._decide(desk, heard)

        try:
            consequence = await self.house.decide(decide)
        except Exception as error:  # noqa: BLE001 - as above: it stays, with its reason
            return (str(error) or type(error).__name__)[:REASON_MAX]
        await self._follow(replace(consequence, said=None))
        return ""

    def _decide(self, desk: Desk, heard: Heard) -> Consequence:
        _, _, name, channel = topics.split_topic(heard.topic)
        source = SourceId(name)
        match channel:
            case topics.ENTRIES:
                return _hear_entries(desk, source, heard.payload)
            case topics.STATE:
                return _hear_state(source, heard.payload)
            case topics.OUTCOME:
                return self._hear_outcome(desk, source, heard.payload)
            case _:
                return Consequence()  # the hub's own answers, where the broker echoes them

    def _hear_outcome(self, desk: Desk, board: SourceId, payload: bytes) -> Consequence:
        if not self.boards.knows(board):
            raise WireError(f"board {board} is not in this hub's bank: add it to the setting boards")
        message = codec.decode(payload, codec.BOARD_MESSAGE_BYTES_MAX)
        match message["type"]:
            case "outcome":
                return _hear_answer(desk, board, message)
            case "door" | "ready":
                doors = [door_moved(desk, place, door) for place, door in _doors_in(board, message)]
                seated = message["type"] == "ready" and seat_waiting(desk) > 0
                moved = seated or any(doors)
                changed = {Changed.BANK, Changed.PARCELS} if moved else {Changed.BANK}
                return Consequence(source=board, said=message, appended=moved, changed=frozenset(changed))
            case kind:
                raise WireError(f"a board does not say {kind} on its outcome topic")

    async def _follow(self, consequence: Consequence) -> None:
        source, said = consequence.source, consequence.said
        changed = set(consequence.changed)
        if said is not None:
            if self.presence.hear(source, said, self.house.clock.now()):
                changed.add(Changed.SOURCES)
                self.from_tills.came_or_went(source)
            if self.boards.knows(source):
                self.boards.hear(source, said)
            answered = (consequence.answer or {}).get("receiver_seq")
            self.from_tills.hear(source, said, answered if isinstance(answered, int) else None)
            self.tally.entries += int(str(said["count"])) if said["type"] == "entries" else 0
        if consequence.door is not None:
            self.doors.answered(consequence.door)
        if consequence.appended:
            self.on_appended.set()
        self.changes.announce(changed)
        if consequence.documents_asked:
            await self.handing.offer(source)
        if consequence.answer is not None:
            await self.tills.answer(source, self._with_standing(source, consequence))

    def _with_standing(self, till: SourceId, consequence: Consequence) -> Message:
        """Tell a till, beside the marks, why the cloud's is behind, and which compartments are free."""
        answer = consequence.answer or {}
        if answer["type"] not in {"welcome", "ack"}:
            return answer
        key = StreamKey(tenant=self.house.identity.tenant, source=till, epoch=Epoch(str(answer["epoch"])))
        held_seq, cloud_seq = int(str(answer["receiver_seq"])), int(str(answer["onward_seq"]))
        standing = self.to_cloud.standing(key, held_seq, cloud_seq)
        return with_standing(answer, replace(standing, free=consequence.free))


def _hear_entries(desk: Desk, till: SourceId, payload: bytes) -> Consequence:
    unpacked = batch.unpack(payload)
    message = unpacked.message
    match message["type"]:
        case "hello":
            answer = receive_hello(desk, till, message)
        case "entries":
            answer = receive_entries(desk, till, unpacked)
        case "lease-wanted":
            answer = lease_numbers(desk, till, message)
        case "documents-held":
            note_running(desk, till, message)
            changed = frozenset({Changed.SOURCES})
            return Consequence(source=till, said=message, documents_asked=True, changed=changed)
        case kind:
            raise WireError(f"a till does not say {kind} on its entries topic")
    changed = frozenset(
        {Changed.SOURCES, Changed.PARCELS, Changed.BANK} if unpacked.lines else {Changed.SOURCES}
    )
    return Consequence(source=till, said=message, answer=answer, appended=True, changed=changed,
                       free=free_compartments(desk))  # fmt: skip


def _hear_state(source: SourceId, payload: bytes) -> Consequence:
    if not payload:
        return Consequence()  # a retained message that was cleared
    message = codec.decode(payload, codec.BOARD_MESSAGE_BYTES_MAX)
    if message["type"] not in _STATE_TYPES:
        raise WireError(f"a source does not say {message['type']} on its state topic")
    changed = frozenset() if message["type"] == "alive" else frozenset({Changed.BANK})
    return Consequence(source=source, said=message, changed=changed)


def _hear_answer(desk: Desk, board: SourceId, message: Message) -> Consequence:
    outcome = str(message["outcome"])
    if outcome not in OUTCOMES:
        raise WireError(f"outcome {outcome!r} is not known here: update the hub")
    known = desk.uow.door_commands.find(str(message["command"]))
    if known is None or known.place != Place(board, int(str(message["compartment"]))):
        raise WireError(f"board {board} answers a command that it was not given")
    command = answer_door(desk, known.command_id, outcome, str(message["reason"]))
    changed = frozenset({Changed.PARCELS, Changed.BANK})
    return Consequence(source=board, said=message, door=command, appended=True, changed=changed)


def _doors_in(board: SourceId, message: Message) -> list[tuple[Place, str]]:
    if message["type"] == "door":
        doors = [(Place(board, int(str(message["compartment"]))), str(message["door"]))]
    else:
        listed = message["doors"] if isinstance(message["doors"], list) else []
        doors = [(Place(board, number), str(door)) for number, door in enumerate(listed, start=1)]
    for place, door in doors:
        if door not in DOORS:
            raise WireError(f"door {place.compartment} of {board} is said to be {door!r}: update the hub")
    return doors


def _refuse_version(desk: Desk, *, heard: Heard, error: VersionError) -> Consequence:
    """Keep a message of another major version, and tell a till that sent it which side to update."""
    rejected = _reject(desk, heard, str(error))
    _, _, source, channel = topics.split_topic(heard.topic)
    epoch = batch.epoch_of(heard.payload)
    if channel != topics.ENTRIES or not epoch:
        return rejected
    answer = refuse_version(epoch, error, here="the hub", there="the till")
    return replace(rejected, source=SourceId(source), answer=answer)


def _reject(desk: Desk, heard: Heard, reason: str) -> Consequence:
    reason = reason[:REASON_MAX]  # it may quote the message
    _log.warning("refused a message on %s: %s", heard.topic, reason)
    rejected = Rejected(at=desk.at, topic=heard.topic, reason=reason, payload=heard.payload)
    desk.uow.refusals.reject(rejected)
    return Consequence(changed=frozenset({Changed.SOURCES}))
