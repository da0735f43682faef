"""One schedule's machines: three tills, a broker, a hub and a cloud, and everybody who buys something."""

from dataclasses import dataclass

from shared.entry import Head, StreamKey
from shared.ids import SourceId
from tests.simulation.cloud import CloudProcess, CloudWay
from tests.simulation.customers import Customers
from tests.simulation.hub import HubProcess
from tests.simulation.network import Broker
from tests.simulation.till import Card, Till
from tests.simulation.world import HUB, TENANT, World

TILLS = tuple(SourceId(f"till-{number}") for number in (1, 2, 3))
SALES = 50
DAY_MIN_S, DAY_MORE_S = 45.0, 60.0
BACKUP_EVERY_S = 15.0


@dataclass(frozen=True, slots=True)
class Retired:
    """The ledger of a card that was replaced, as it was then."""

    stream: StreamKey
    lines: tuple[bytes, ...]
    acknowledged: dict[str, int]


class Market:
    """All machines of one schedule."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.broker = Broker(world, TENANT, HUB)
        self.cloud = CloudProcess(world)
        self.cloud_way = CloudWay(world, self.cloud)
        self.hub = HubProcess(world, self.broker, self.cloud_way, TILLS)
        self.tills = [Till(world, name, self.broker, Card(world.random)) for name in TILLS]
        self.clones: list[Till] = []
        self.retired: list[Retired] = []
        self.customers = Customers(world)
        self.day_s = DAY_MIN_S + world.random.random() * DAY_MORE_S

    def open(self) -> None:
        """Start every machine, have everybody come, and make backups now and then."""
        random = self.world.random
        for till in self.tills:
            self.world.loop.later(random.random() * 3, till.start)
        for number in range(SALES):
            self.customers.come(self.tills[number % len(self.tills)], 1 + random.random() * (self.day_s - 2))
        self._make_backups()

    @property
    def all_tills(self) -> list[Till]:
        """The tills and their clones."""
        return [*self.tills, *self.clones]

    @property
    def contested(self) -> set[SourceId]:
        """The names that two tills bear."""
        return {clone.name for clone in self.clones}

    def calm_down(self) -> None:
        """End all faults: every way is open, every disk has room, every machine comes back."""
        self.world.calm = True
        self.world.note("market", "faults end")
        for way in (self.cloud_way, self.hub.way, *(till.way for till in self.all_tills)):
            way.cut = False
            way.likely.clear()
        for till in self.all_tills:
            till.card.disk.room_bytes = None
            till.card.disk.faults.clear()
        for process in (self.hub, self.cloud):
            process.disk_full = False
            if process.life is not None:
                process.life.steps_left = None
        self.broker.forgets = self.broker.redelivers = 0.0
        self.broker.late_wills = False

    def hub_head(self, stream: StreamKey) -> Head:
        """What the hub holds of a stream."""
        record = self.hub.store.uow.streams.find(stream)
        return record.head if record else Head(0, "")

    def cloud_head(self, stream: StreamKey) -> Head:
        """What the cloud holds of a stream."""
        chain = self.cloud.store.data.chains.get(stream)
        return chain.head if chain else Head(0, "")

    def _make_backups(self) -> None:
        if self.world.calm:
            return
        self.hub.take_snapshot()
        self.cloud.take_snapshot()
        self.broker.keep_snapshot()
        self.world.loop.later(self.world.random.random() * 2 * BACKUP_EVERY_S, self._make_backups)
