"""The hub as a process that can end at any step: its real hearing and forwarding over a store that survives it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub.domain.compartment import read_bank
from hub.domain.device import Device, DeviceRole
from hub.domain.errors import LinkDownError
from hub.domain.identity import HubIdentity
from hub.domain.stream import StreamRecord
from hub.services import forward
from hub.services.begin_anew import begin_anew_if_older
from hub.services.boards import Boards
from hub.services.changes import Changes
from hub.services.desk import Desk, House, open_own_stream
from hub.services.fetch_documents import FetchDocuments
from hub.services.hand_documents import HandDocuments
from hub.services.hear import Heard, Hearing
from hub.services.open_door import Doors
from hub.services.presence import Presence
from hub.services.standings import make_standings
from shared.entry import StreamKey
from shared.ids import Epoch, SourceId
from shared.sync import batch
from shared.sync.batch import Message
from shared.sync.sender import SenderLimits
from shared.wire import topics
from tests.simulation.cloud import CloudWay, DiskFullError, RoomyDisk, SimulatedCloudLink
from tests.simulation.kinds import Kind
from tests.simulation.memory_hub_store import MemoryHubStore, MemoryUnitOfWork
from tests.simulation.memory_tables import Table
from tests.simulation.network import Broker, Connection, Way
from tests.simulation.virtual_loop import Life, OneThread
from tests.simulation.world import HUB, NOON, TENANT, SeededRandomness, SimulatedClock, World

T = TypeVar("T")
BATCH_MAX = 64
LIMITS = SenderLimits(window_entries=9, batch_entries=4)
"""Small, so that a day needs several batches."""
RESTART_MAX_S = 8.0
SNAPSHOTS_MAX = 3


class ScheduledHubStore:
    """The Store port: each transaction is a step of its own, after a wait and before another."""

    def __init__(self, hub: "HubProcess") -> None:
        self._hub = hub
        self._writer = OneThread()

    async def write(self, work: Callable[[MemoryUnitOfWork], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._write_now, work)  # type: ignore[arg-type]

    async def read(self, work: Callable[[MemoryUnitOfWork], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(None, work, self._hub.store.uow)

    def _write_now(self, work: Callable[[MemoryUnitOfWork], T]) -> T:
        def work_if_there_is_room(uow: MemoryUnitOfWork) -> T:
            result = work(uow)
            if self._hub.disk_full:
                self._hub.world.fire(Kind.HUB_DISK_FULL, "hub")
                raise DiskFullError
            return result

        return self._hub.store.write_now(work_if_there_is_room)


class HubLink:
    """The TillLink and BoardLink ports over the simulated broker; hears in batches and confirms what is durable."""

    def __init__(self, hub: "HubProcess") -> None:
        self._hub = hub
        self._connection: Connection | None = None

    async def run(self, listener: Callable[[Sequence[Heard]], Awaitable[None]]) -> None:
        """Stay connected for ever."""
        while True:
            await asyncio.sleep(0.1 + self._hub.world.random.random())
            connection = self._hub.broker.connect(HUB, self._hub.way)
            if connection is not None:
                await self._live(connection, listener)

    async def answer(self, till: SourceId, message: Message) -> None:
        """Send an answer; what it claims must be durable by now."""
        world = self._hub.world
        if "receiver_seq" in message:
            stream = StreamKey(tenant=TENANT, source=till, epoch=message["epoch"])  # type: ignore[arg-type]
            world.require_kept("hub", stream, int(str(message["receiver_seq"])), "the hub")
            world.require_kept("cloud", stream, int(str(message["onward_seq"])), "the hub")
        if self._connection is not None and self._connection.is_open:
            self._connection.publish(topics.topic(TENANT, HUB, till, topics.ACK), batch.pack(message))

    async def hand(self, till: SourceId, message: Message, part: bytes) -> None:
        raise LinkDownError

    async def command(self, board: SourceId, message: Message) -> None:
        raise LinkDownError

    async def _live(
        self, connection: Connection, listener: Callable[[Sequence[Heard]], Awaitable[None]]
    ) -> None:
        arrived: asyncio.Queue[tuple[int, Heard] | None] = asyncio.Queue()
        connection.on_message = lambda number, topic, payload: arrived.put_nowait(
            (number, Heard(topic, payload))
        )
        connection.on_lost = lambda reason: arrived.put_nowait(None)
        self._connection = connection
        self._hub.broker.start_delivering(connection)
        try:
            await self._listen(connection, arrived, listener)
        except DiskFullError:
            self._hub.world.note("hub", "could not keep a batch; the broker brings it again")
        finally:
            self._connection = None
            connection.lose("the hub has gone")

    async def _listen(self, connection: Connection, arrived: "asyncio.Queue[tuple[int, Heard] | None]",
                      listener: Callable[[Sequence[Heard]], Awaitable[None]]) -> None:  # fmt: skip
        while connection.is_open:
            messages = [await arrived.get()]
            while len(messages) < BATCH_MAX and not arrived.empty():
                messages.append(arrived.get_nowait())
            heard = [message for message in messages if message is not None]
            await listener([one for _, one in heard])
            for number, _ in heard:
                if connection.is_open and not connection.mute:
                    self._hub.broker.acknowledge(HUB, number)


class MemoryWitness:
    """The Witness port: lies beside the database, so a backup of that does not bring it back."""

    def __init__(self) -> None:
        self._noted: tuple[Epoch, int] | None = None

    def read(self) -> tuple[Epoch, int] | None:
        return self._noted

    def note(self, epoch: Epoch, seq: int) -> None:
        self._noted = epoch, seq


class HubProcess:
    """The hub: its store and its backups survive, everything else ends with its life."""

    def __init__(self, world: World, broker: Broker, cloud_way: CloudWay, tills: Sequence[SourceId]) -> None:
        self.world = world
        self.broker = broker
        self.way = Way(world, "hub")
        self.cloud_way = cloud_way
        self.store = MemoryHubStore()
        self.store.on_committed = self._committed
        self.witness = MemoryWitness()
        self.life: Life | None = None
        self.disk_full = False
        self.snapshots: list[dict[str, Table]] = []
        self.presence = Presence()
        self._randomness = SeededRandomness(world.random)
        self._stopped_at: dict[StreamKey, int] = {}  # where chains under quarantine ended
        for till in tills:
            self.store.write_now(lambda uow, till=till: uow.devices.save(_device(till)))
        self.start()

    @property
    def is_up(self) -> bool:
        return self.life is not None

    def start(self) -> None:
        """Begin a life, unless there is one."""
        if self.life is not None:
            return
        self.world.note("hub", "starts")
        self.life = life = Life("hub")
        life.on_end = self.die
        main = self.world.loop.start(life, self._main())
        main.add_done_callback(lambda task: self._main_ended(life, task))

    def die(self, kind: Kind = Kind.HUB_KILLED) -> None:
        """End here and now, and come back after a while."""
        if self.life is None:
            return
        self.world.fire(kind, "hub")
        self._end()

    def take_snapshot(self) -> None:
        """Make a backup of the database."""
        self.snapshots = [*self.snapshots, self.store.data.snapshot()][-SNAPSHOTS_MAX:]

    def restore(self) -> None:
        """Put an old backup in place of the database."""
        if self.snapshots and self.life is not None:
            self.die(Kind.HUB_RESTORED)
            self._stopped_at.clear()
            if self.world.random.random() < 0.5:
                self.witness = (
                    MemoryWitness()
                )  # on another machine: what lay beside the database is not there
            self.store.data.restore(self.snapshots[self.world.random.randrange(len(self.snapshots))])

    def _end(self) -> None:
        life, self.life = self.life, None
        if life is not None:
            self.world.loop.kill(life)
        connection = self.broker.connection_of(HUB)
        if connection is not None:
            connection.lose("the hub has gone")
        self.world.loop.later(self.world.random.random() * RESTART_MAX_S, self.start)

    async def _main(self) -> None:
        link, store, clock = HubLink(self), ScheduledHubStore(self), SimulatedClock(self.world)
        house = House(identity=_identity(), bank=read_bank("board-1:SM"), store=store, clock=clock,
                      randomness=self._randomness, witness=self.witness)  # type: ignore[arg-type]  # fmt: skip
        witnessed = self.witness.read()
        await house.decide(lambda desk: begin_anew_if_older(desk, witnessed))
        await house.decide(_begin)
        boards = Boards([SourceId("board-1")], link=link, clock=clock, randomness=self._randomness)
        changes, appended, self.presence = Changes(), asyncio.Event(), Presence()
        standings = make_standings(house.identity, presence=self.presence, clock=clock, disk=RoomyDisk())
        handing = HandDocuments(house=house, tills=link, presence=self.presence)
        cloud = SimulatedCloudLink(self.cloud_way)
        fetching = FetchDocuments(house=house, cloud=cloud, changes=changes, on_newer=handing.offer_all)
        forwarding = forward.Forwarding(
            house=house, cloud=cloud, tills=link, presence=self.presence, changes=changes, standings=standings,
            appended=appended, fetching=fetching, limits=LIMITS,
        )  # fmt: skip
        self._watch(forwarding)
        hearing = Hearing(
            house=house, boards=boards, doors=Doors(house, boards), presence=self.presence, changes=changes,
            tills=link, handing=handing, from_tills=standings.from_tills, to_cloud=standings.to_cloud,
            on_appended=appended,
        )  # fmt: skip
        async with asyncio.TaskGroup() as tasks:
            for running in (link.run(hearing.hear), forwarding.run(), handing.run()):
                tasks.create_task(running)

    def _watch(self, forwarding: forward.Forwarding) -> None:
        """Forwarding goes on whatever happens to it: right if the disk is full, and a bug otherwise."""
        missed = forwarding._missed

        def note(reason: str) -> None:
            if reason.startswith(forward.OWN_FAULT) and DiskFullError.__name__ not in reason:
                self.world.broke(f"the hub's forwarding failed by itself: {reason}")
            missed(reason)

        forwarding._missed = note  # type: ignore[method-assign]

    def _main_ended(self, life: Life, task: "asyncio.Task[None]") -> None:
        """The process has ended by itself: right if its disk is full, and a bug otherwise."""
        if not life.alive or task.cancelled():
            return
        error = task.exception()
        self.world.note("hub", f"ends: {error!r}")
        if not _is_full_disk(error):
            self.world.broke(f"the hub ended by itself: {_innermost(error)!r}")
        self.world.loop.later(0, self._end_if, life)

    def _end_if(self, life: Life) -> None:
        if self.life is life:
            self._end()

    def _committed(self, record: StreamRecord) -> None:
        self.world.keeps("hub", record.key, record.head.seq)
        if record.quarantine and self._stopped_at.setdefault(record.key, record.head.seq) != record.head.seq:
            self.world.broke(f"the hub goes on with {record.key.source}, which is under quarantine")
        self.world.note("hub", f"keeps {record.key.source} {record.key.epoch} up to {record.head.seq}")


def _begin(desk: Desk) -> None:
    open_own_stream(desk, currency="EUR", software="test")


def _innermost(error: BaseException | None) -> BaseException | None:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _is_full_disk(error: BaseException | None) -> bool:
    return isinstance(_innermost(error), DiskFullError)


def _device(till: SourceId) -> Device:
    return Device(device=till, role=DeviceRole.TILL, public_key="k", certificate={}, enrolled_at=NOON)


@cache
def _identity() -> HubIdentity:
    return HubIdentity(
        tenant=TENANT, hub=HUB, cloud_url="http://cloud.test",
        signing_key=Ed25519PrivateKey.from_private_bytes(bytes(32)),
        sealing_key=X25519PrivateKey.from_private_bytes(bytes(32)), pickup_key=bytes(range(32)),
        certificate={}, root_public_key="",
    )  # fmt: skip
