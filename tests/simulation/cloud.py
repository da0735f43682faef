"""The cloud as a process that can end at any step, and the hub's way to it: requests and answers that get lost or late."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from cloud.domain.enrolment import Device, Role
from cloud.ports.dashboards import Changed
from cloud.services.receive_stream import Answer, Delivery, Malformed, NotYours, OtherVersion, StreamReceiver
from hub.domain.errors import CloudUnreachableError
from hub.domain.held_document import DocumentMark
from shared.entry import Head, Json, StreamKey
from shared.ids import SourceId
from shared.sync import batch
from shared.sync.batch import Message
from tests.simulation.kinds import Kind
from tests.simulation.memory_cloud_store import CloudData, MemoryCloudStore
from tests.simulation.network import damaged
from tests.simulation.virtual_loop import Life
from tests.simulation.world import HUB, TENANT, SimulatedClock, World

REQUEST_TIMEOUT_S = 20.0
TRAVEL_S = 0.06
RESTART_MAX_S = 8.0
SNAPSHOTS_MAX = 3
_HUB_DEVICE = Device(tenant=TENANT, device=HUB, role=Role.HUB, public_key="")

Said: TypeAlias = bytes | CloudUnreachableError
"""What comes back from the cloud: the bytes of its answer, or why there is none."""
Reply: TypeAlias = Callable[[Said], None]


class DiskFullError(OSError):
    """The disk refuses to grow."""


class OneHub:
    """The part of the port Registry that receiving asks: the hub is enrolled, its tills are no hubs."""

    def find_device(self, tenant: str, device: str) -> Device | None:
        return _HUB_DEVICE if device == HUB else None


class NobodyWatches:
    """The part of the port ChangeFeed that receiving asks."""

    def announce(self, tenant: str, what: Changed) -> None:
        """Nobody is there to be told."""


class RoomyDisk:
    """The DiskGauge of hub and cloud: what is measured has room; a disk that is full says so when it is written to."""

    def free_bytes(self) -> int:
        return 10**9


class CloudProcess:
    """The cloud's real receiving code over a store that survives it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.store = MemoryCloudStore(TENANT)
        self.store.before_commit = self._require_room
        self.store.on_committed = self._committed
        self.life: Life | None = None
        self.disk_full = False
        self.snapshots: list[CloudData] = []
        self._receiver = StreamReceiver(
            streams=self.store,
            registry=OneHub(),
            clock=SimulatedClock(world),
            feed=NobodyWatches(),
            disk=RoomyDisk(),
        )  # type: ignore[arg-type]  # the ports' parts that are used
        self.start()

    @property
    def is_up(self) -> bool:
        return self.life is not None

    def start(self) -> None:
        """Begin a life, unless there is one."""
        if self.life is None:
            self.life = Life("cloud")
            self.life.on_end = self.die
            self.world.note("cloud", "starts")

    def die(self, kind: Kind = Kind.CLOUD_KILLED) -> None:
        """End here and now, and come back after a while."""
        if self.life is None:
            return
        self.world.fire(kind, "cloud")
        life, self.life = self.life, None
        self.world.loop.kill(life)
        self.world.loop.later(self.world.random.random() * RESTART_MAX_S, self.start)

    def take_snapshot(self) -> None:
        """Make a backup of the database."""
        self.snapshots = [*self.snapshots, self.store.data.copy()][-SNAPSHOTS_MAX:]

    def restore(self) -> None:
        """Put an old backup in place of the database."""
        if self.snapshots and self.life is not None:
            old = self.snapshots[self.world.random.randrange(len(self.snapshots))]
            self.die(Kind.CLOUD_RESTORED)
            self.store.data = old.copy()

    def ask(self, route: str, source: str, payload: bytes, reply: Reply) -> None:
        """Take a request that has arrived; `reply` is called if the process lives to answer."""
        if self.life is None:
            reply(CloudUnreachableError("connection refused"))
            return
        self.world.loop.in_life(
            self.life, self.world.random.random() * 0.01, self._serve, route, source, payload, reply
        )

    def _serve(self, route: str, source: str, payload: bytes, reply: Reply) -> None:
        delivery = Delivery(device=_HUB_DEVICE, source=source, payload=payload)
        try:
            said = self._receiver.hello(delivery) if route == "hello" else self._receiver.entries(delivery)
        except DiskFullError:
            answer: Said = CloudUnreachableError("it said 500", answered=True)
        else:
            answer = _as_http_would(said)
            self._require_true(source, said)
        if self.life is not None:
            self.world.loop.in_life(self.life, self.world.random.random() * 0.01, reply, answer)

    def _require_true(self, source: str, answer: Answer) -> None:
        if isinstance(answer, dict) and "receiver_seq" in answer:
            stream = StreamKey(tenant=TENANT, source=SourceId(source), epoch=answer["epoch"])  # type: ignore[arg-type]
            self.world.require_kept("cloud", stream, int(str(answer["receiver_seq"])), "the cloud")

    def _require_room(self) -> None:
        if self.disk_full:
            self.world.fire(Kind.CLOUD_DISK_FULL, "cloud")
            raise DiskFullError

    def _committed(self, stream: StreamKey, head: Head) -> None:
        self.world.keeps("cloud", stream, head.seq)


def _as_http_would(said: Answer) -> Said:
    match said:
        case Malformed(reason=reason):
            return CloudUnreachableError(f"it said 400: {reason}", answered=True)
        case OtherVersion(reason=reason):
            return CloudUnreachableError(f"it said 400: {reason}", answered=True)
        case NotYours(reason=reason):
            return CloudUnreachableError(f"it said 403: {reason}", answered=True)
        case message:
            return batch.pack(message)


class CloudWay:
    """The way from hub to cloud and its weather."""

    def __init__(self, world: World, cloud: CloudProcess) -> None:
        self.world = world
        self.cloud = cloud
        self.cut = False
        self.likely: dict[Kind, float] = {}
        self.entries_sent = 0

    async def exchange(self, route: str, source: str, payload: bytes) -> bytes:
        """Ask the cloud and wait for its answer as long as the real client does; raises CloudUnreachableError."""
        answer: asyncio.Future[Said] = asyncio.get_running_loop().create_future()
        self._send(route, source, payload, lambda said: None if answer.done() else answer.set_result(said))
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                said = await answer
        except TimeoutError:
            raise CloudUnreachableError("it timed out") from None
        if isinstance(said, CloudUnreachableError):
            raise said
        return said

    def _send(self, route: str, source: str, payload: bytes, reply: Reply) -> None:
        world = self.world
        if self.cut:
            world.fire(Kind.CLOUD_CUT_OFF, "hub")
            return
        if self._happens(Kind.REQUEST_LOST):
            return
        if self._happens(Kind.CLOUD_BUSY):
            world.loop.later(TRAVEL_S, reply, CloudUnreachableError("it said 503: too much at once"))
            return
        travel_s = world.random.random() * TRAVEL_S
        if self._happens(Kind.REQUEST_LATE):
            travel_s = REQUEST_TIMEOUT_S + world.random.random() * 30
        if route == "entries" and self._happens(Kind.REQUEST_DAMAGED):
            payload = damaged(world, payload)
        self.world.loop.later(
            travel_s, self.cloud.ask, route, source, payload, lambda said: self._return(reply, said)
        )

    def _return(self, reply: Reply, said: Said) -> None:
        if self.cut:
            self.world.fire(Kind.CLOUD_CUT_OFF, "hub")
            return
        if not self._happens(Kind.ANSWER_LOST):
            self.world.loop.later(self.world.random.random() * TRAVEL_S, reply, said)

    def _happens(self, kind: Kind) -> bool:
        likely = self.likely.get(kind, 0.0)
        if not likely or self.world.random.random() >= likely:
            return False
        self.world.fire(kind, "hub → cloud")
        return True


class SimulatedCloudLink:
    """The hub's CloudLink port over the simulated way: the real packing, the real kinds of error."""

    def __init__(self, way: CloudWay) -> None:
        self._way = way

    async def hello(self, source: SourceId, message: Message) -> Message:
        return await self._exchange("hello", source, batch.pack(message))

    async def entries(self, source: SourceId, message: Message, lines: Sequence[bytes]) -> Message:
        self._way.entries_sent += 1
        return await self._exchange("entries", source, batch.pack(message, lines))

    async def presence(self, sources: Sequence[Mapping[str, Json]]) -> None:
        if self._way.cut:
            raise CloudUnreachableError("it timed out")

    async def documents(self, held: Sequence[DocumentMark]) -> list[DocumentMark]:
        await self.presence(())
        return []  # there is nothing newer: the documents' own tests bring them down

    async def document(self, mark: DocumentMark) -> Mapping[str, object]:
        raise CloudUnreachableError("there is no such document", answered=True)

    async def _exchange(self, route: str, source: SourceId, body: bytes) -> Message:
        self._way.world.note("hub → cloud", f"about {source}: ", body)
        answer = await self._way.exchange(route, source, body)
        self._way.world.note("cloud → hub", f"about {source}: ", answer)
        return batch.unpack(answer).message
