"""Hub to cloud: every chain, the tills' and the hub's own, by the same cumulative protocol as till to hub.

One sender a chain, and every chain in its turn: one that was away for a month does not hold up the others. The cloud is
asked over HTTPS, one batch under way at a time; a cloud that does not answer is asked again after a wait that doubles, with
jitter. Nothing is ever dropped: the database is the outbox.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.errors import CloudUnreachableError
from hub.domain.stream import StreamRecord
from hub.ports.links import CloudLink, TillLink
from hub.services.begin_anew import begin_anew
from hub.services.changes import Changed, Changes
from hub.services.cloud_marks import CloudMarks
from hub.services.cloud_watch import CloudWay
from hub.services.desk import House
from hub.services.fetch_documents import FetchDocuments
from hub.services.presence import Presence
from hub.services.report_to_cloud import ReportToCloud
from hub.services.standings import Standings
from hub.services.till_news import TillNews
from shared.entry import StreamKey, hash_line
from shared.sync.batch import Message
from shared.sync.progress import Way
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
from shared.wire.messages import make

_log = logging.getLogger(__name__)
LIMITS = SenderLimits(window_entries=500, batch_entries=500, resend_first_ms=2_000)
REQUEST_BYTES_MAX = 2 * 1024 * 1024
ACTIONS_MAX = 2_000
"""What one chain may need in one go, 500,000 entries; beyond it the cloud is greeted anew, which heals most."""
TURNS_A_PASS = 50
"""After so many the hub looks which chains have grown meanwhile, and tells the cloud who is there."""
PAUSE_MS = 100
"""After each pass: what many tills sell meanwhile goes in fewer requests, and receiving comes before passing on."""
LOOK_EVERY_MS = 10_000
WAIT_FIRST_MS = 1_000
WAIT_MAX_MS = 60_000
REFUSED_AGAIN_MS = 60_000
LOOK_AGAIN_MS = 300_000
OWN_FAULT = "this hub itself could not go on, see its log"


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudView:
    """How the cloud was last found; `reason` says why it did not answer."""

    reachable: bool = False
    since: datetime | None = None
    reason: str = ""


@dataclass(slots=True)
class _Turn:
    """What a chain has to do yet, one action each time it is its turn."""

    stream: StreamRecord
    actions: deque[Action]
    left: int = ACTIONS_MAX


class Forwarding:
    """Carries everything to the cloud, for as long as it runs; must be used on the event loop's thread."""

    def __init__(self, *, house: House, cloud: CloudLink, tills: TillLink, presence: Presence, changes: Changes,
                 standings: Standings, appended: asyncio.Event, fetching: FetchDocuments,
                 limits: SenderLimits = LIMITS) -> None:  # fmt: skip
        self.view = CloudView()
        self.watch = standings.to_cloud
        self.tally = SendTally()
        self.news = TillNews(house=house, tills=tills, watch=self.watch)
        self._house = house
        self._cloud = cloud
        self._marks = CloudMarks(house=house, tills=tills, changes=changes, watch=self.watch)
        self._report = ReportToCloud(house=house, cloud=cloud, presence=presence, standings=standings)
        self._changes = changes
        self._appended = appended
        self._fetching = fetching
        self._limits = limits
        self._senders: dict[StreamKey, Sender] = {}
        self._turns: dict[StreamKey, _Turn] = {}  # in the order of their turns
        self._refused_until_ms: dict[StreamKey, int] = {}
        self._cloud_ahead_seq: dict[StreamKey, int] = {}
        self._looked_ms: dict[StreamKey, int] = {}
        self._sent_up_to_seq: dict[StreamKey, int] = {}
        self._failures = 0

    async def run(self) -> None:
        """Forward for ever."""
        while True:
            self._appended.clear()
            try:
                await self.forward_once()
                self._reached()
                await asyncio.sleep(PAUSE_MS / 1000)
            except CloudUnreachableError as error:
                self._missed(error.reason)
            except Exception as error:  # noqa: BLE001 - such as a full disk: it must not end the hub; tried again after the wait
                _log.exception("forwarding could not go on")
                self._missed(f"{OWN_FAULT}: {type(error).__name__}")
            await self.news.tell()
            await self._wait()

    async def forward_once(self) -> None:
        """Bring every chain a good way forward, a step of each in turn, tell who is there, then fetch newer documents.

        If something is left to do, `run` goes on at once. Raises CloudUnreachableError.
        """
        for stream in await self._house.store.read(lambda uow: uow.streams.all()):
            self._enqueue(stream)
        for _ in range(TURNS_A_PASS):
            if self._turns:
                await self._take_turn()
        if self._turns:
            self._appended.set()
        await self._report.send()
        if await self._fetching.fetch_due():
            self._appended.set()

    def _enqueue(self, stream: StreamRecord) -> None:
        """Let a chain that has something to do wait for its turn, behind those that wait."""
        actions = self._due(stream)
        if actions:
            self._turns.setdefault(stream.key, _Turn(stream, deque())).actions.extend(actions)

    def _due(self, stream: StreamRecord) -> tuple[Action, ...]:
        now_ms = self._house.clock.monotonic_ms()
        if now_ms < self._refused_until_ms.get(stream.key, 0) and not self._has_regained(stream):
            return ()
        self._cloud_ahead_seq.pop(stream.key, None)
        sender = self._sender(stream)
        if sender.state in {SenderState.OFFLINE, SenderState.REFUSED}:
            sender.head = stream.head
            session = self._house.randomness.draw(8).hex()
            self._looked_ms[stream.key] = now_ms
            return sender.connected(session, now_ms)
        return (
            *sender.appended(stream.head, now_ms),
            *sender.tick(now_ms),
            *self._look_again(stream.key, sender, now_ms),
        )

    def _has_regained(self, stream: StreamRecord) -> bool:
        """Tell whether a restored hub has been sent again all that the cloud held more of a chain."""
        return stream.head.seq >= self._cloud_ahead_seq.get(stream.key, stream.head.seq + 1)

    async def _take_turn(self) -> None:
        """Do one action of the chain whose turn it is, and let it wait again if it has more; raises CloudUnreachableError."""
        key = next(iter(self._turns))
        turn = self._turns.pop(key)
        if turn.left == 0:
            raise CloudUnreachableError("it asks for the same entries again and again")
        try:
            turn.actions.extend(await self._act(turn.stream, self._senders[key], turn.actions.popleft()))
        except CloudUnreachableError as error:
            if not error.answered:
                raise
            await self._set_aside(key, error.reason)
            return
        finally:
            self.watch.offered(key)
        turn.left -= 1
        if turn.actions:
            self._turns[key] = turn

    def _look_again(self, key: StreamKey, sender: Sender, now_ms: int) -> tuple[Action, ...]:
        """Now and then ask for the mark of a chain that is quiet: a cloud restored from a backup does not say so."""
        if now_ms - self._looked_ms.get(key, now_ms) < LOOK_AGAIN_MS:
            return ()
        self._looked_ms[key] = now_ms
        return sender.look_again()

    async def _set_aside(self, key: StreamKey, reason: str) -> None:
        """The cloud is there and did not take this chain: the others must not wait for it."""
        self._senders[key].disconnected()
        await self._rest(key, f"the cloud did not take it: {reason.rstrip('.')}")

    async def _rest(self, key: StreamKey, reason: str) -> None:
        """Keep why a chain is not taken, and leave it alone for a while."""
        await self._marks.keep_refusal(key, reason)
        self._refused_until_ms[key] = self._house.clock.monotonic_ms() + REFUSED_AGAIN_MS

    def _sender(self, stream: StreamRecord) -> Sender:
        if stream.key not in self._senders:
            self._senders[stream.key] = Sender(
                epoch=stream.key.epoch,
                head=stream.head,
                limits=self._limits,
                jitter=self._house.randomness.factor,
            )
        return self._senders[stream.key]

    async def _act(self, stream: StreamRecord, sender: Sender, action: Action) -> tuple[Action, ...]:
        match action:
            case SendMessage(message):
                answer = await self._cloud.hello(stream.key.source, message)
                self._answered(answer)
                if answer["type"] == "welcome" and int(str(answer["receiver_seq"])) > stream.head.seq:
                    self._cloud_ahead_seq[stream.key] = int(str(answer["receiver_seq"]))
                return sender.received(answer, self._house.clock.monotonic_ms())
            case SendEntries(first_seq, last_seq):
                return await self._send(stream, sender, first_seq, last_seq)
            case MarksMoved(receiver_seq, _):
                await self._marks.keep_mark(stream.key, receiver_seq)
            case StreamRefused(reason, remedy):
                await self._rest(stream.key, f"{reason} {remedy}")
                if await self._house.decide(lambda desk: begin_anew(desk, stream.key)):
                    _log.error("this hub was restored from an older copy: its own chain begins anew")
                    self._appended.set()
                    self._changes.announce({Changed.PARCELS})
        return ()

    async def _send(
        self, stream: StreamRecord, sender: Sender, first_seq: int, last_seq: int
    ) -> tuple[Action, ...]:
        lines = await self._house.store.read(lambda uow: uow.streams.lines(stream.key, first_seq, last_seq))
        actions: list[Action] = []
        for part in _portions(lines):
            message = make(
                "entries", epoch=stream.key.epoch, first_seq=first_seq, count=len(part),
                last_hash=hash_line(part[-1]), head_seq=stream.head.seq,
            )  # fmt: skip
            answer = await self._cloud.entries(stream.key.source, message, part)
            self._answered(answer)
            self._count(stream.key, first_seq, part)
            actions += sender.received(answer, self._house.clock.monotonic_ms())
            first_seq += len(part)
        return tuple(actions)

    def _answered(self, answer: Message) -> None:
        """The cloud is there, whatever it said; a long backlog has only begun."""
        standing = read_standing(answer.get("standing"))
        self.watch.cloud_is_full = standing is not None and standing.full
        self._note_reachable()

    def _count(self, key: StreamKey, first_seq: int, lines: Sequence[bytes]) -> None:
        sent_before = self._sent_up_to_seq.get(key, 0)
        self.tally.sent(first_seq=first_seq, count=len(lines), sent_up_to_seq=sent_before,
                        payload_bytes=sum(map(len, lines)))  # fmt: skip
        self._sent_up_to_seq[key] = max(sent_before, first_seq + len(lines) - 1)

    def _reached(self) -> None:
        self._failures = 0
        self._note_reachable()

    def _note_reachable(self) -> None:
        if not self.view.reachable:
            self.view = CloudView(reachable=True, since=self._house.clock.now())
            self.watch.way = CloudWay(way=Way.OPEN)
            self._changes.announce({Changed.SOURCES})

    def _missed(self, reason: str) -> None:
        self._failures += 1
        self._turns.clear()
        for sender in self._senders.values():
            sender.disconnected()
        if self.view.reachable or self.view.reason != reason:
            _log.warning("the cloud does not answer: %s", reason)
            away_since = None if self.view.reachable else self.view.since
            self.view = CloudView(reachable=False, since=away_since or self._house.clock.now(), reason=reason)
            self.watch.way = CloudWay(words=reason)
            self._changes.announce({Changed.SOURCES})

    async def _wait(self) -> None:
        """Wait for something new; while the cloud is away, only for the time to ask again."""
        if self._failures:
            wait_ms = min(WAIT_FIRST_MS * 2 ** min(self._failures - 1, 16), WAIT_MAX_MS)
            await asyncio.sleep(wait_ms * self._house.randomness.factor() / 1000)
            return
        now_ms = self._house.clock.monotonic_ms()
        due = [
            sender.wake_at_ms - now_ms for sender in self._senders.values() if sender.wake_at_ms is not None
        ]
        try:
            await asyncio.wait_for(self._appended.wait(), max(min((LOOK_EVERY_MS, *due)), 1) / 1000)
        except TimeoutError:
            return


def _portions(lines: Sequence[bytes]) -> list[list[bytes]]:
    """Split lines into requests of bounded size; a single line is always small enough."""
    portions: list[list[bytes]] = []
    size = REQUEST_BYTES_MAX
    for line in lines:
        if size + len(line) > REQUEST_BYTES_MAX:
            portions.append([])
            size = 0
        portions[-1].append(line)
        size += len(line) + 1
    return portions
