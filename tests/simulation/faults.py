"""What goes wrong in a schedule: kinds are drawn, each at a time of its own, and happen to whom chance picks."""

from collections.abc import Callable
from datetime import timedelta

from shared.ids import SourceId
from shared.wire import topics
from tests.crash.simulated_disk import Fault, Outcome
from tests.simulation.cloud import CloudProcess, CloudWay
from tests.simulation.hub import HubProcess
from tests.simulation.kinds import Kind
from tests.simulation.market import Market, Retired
from tests.simulation.network import Connection, Way
from tests.simulation.till import Card, Till
from tests.simulation.world import HUB, NOON, TENANT

KINDS_A_DAY = (7, 11)
LASTS_S = 15.0
STEPS_MAX = 80
TRY_AGAIN_S = 4.0
NONSENSE = (
    b"", b"{}", b"[1]", b"\x28\xb5\x2f\xfd junk", b'{"type":"hello","protocol":1}', b'{"type":"ack","protocol":99}',
    b'{"type":"entries","protocol":1,"epoch":"zz","first_seq":1,"count":1,"last_hash":"x"}\n{"v":1}', b"\xff\xfe",
)  # fmt: skip
_WEATHER = {
    Kind.MESSAGE_LOST: 0.4, Kind.MESSAGE_DOUBLED: 0.5, Kind.MESSAGE_DELAYED: 0.3, Kind.MESSAGE_REORDERED: 0.6,
    Kind.MESSAGE_DAMAGED: 0.5,
}  # fmt: skip
_CLOUD_WEATHER = {
    Kind.REQUEST_LOST: 0.5, Kind.ANSWER_LOST: 0.5, Kind.REQUEST_LATE: 0.4, Kind.REQUEST_DAMAGED: 0.5, Kind.CLOUD_BUSY: 0.5,
}  # fmt: skip
_CLOCKS = {
    Kind.CLOCK_BACK: timedelta(hours=-7), Kind.CLOCK_FORWARD: timedelta(days=40),
    Kind.CLOCK_1970: NOON.replace(year=1970) - NOON,
}  # fmt: skip


class Faults:
    """Draws and does what goes wrong."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.world = market.world
        self._random = market.world.random

    def plan(self) -> None:
        """Draw the day's kinds and when each begins; some begin twice."""
        kinds = self._random.sample(list(Kind), self._random.randint(*KINDS_A_DAY))
        for kind in (*kinds, *self._random.sample(kinds, 2)):
            at_s = 2 + self._random.random() * (self.market.day_s - 5)
            self.world.loop.later(at_s, self.begin, kind)

    def begin(self, kind: Kind) -> None:
        """Let something go wrong now."""
        if self.world.calm:
            return
        if kind in _WEATHER:
            self._weather(self._some_way(), kind, _WEATHER[kind])
        elif kind in _CLOUD_WEATHER:
            self._weather(self.market.cloud_way, kind, _CLOUD_WEATHER[kind])
        elif kind in _CLOCKS:
            self._turn_clock(kind)
        else:
            self._doings()[kind]()

    def _doings(self) -> dict[Kind, Callable[[], None]]:
        market, broker = self.market, self.market.broker
        return {
            Kind.DEAF: lambda: self._half_open(deaf=True),
            Kind.MUTE: lambda: self._half_open(deaf=False),
            Kind.TILL_CUT_OFF: lambda: self._cut(self._till().way, Kind.TILL_CUT_OFF),
            Kind.HUB_CUT_OFF: lambda: self._cut(market.hub.way, Kind.HUB_CUT_OFF),
            Kind.CLOUD_CUT_OFF: lambda: self._cut(market.cloud_way, Kind.CLOUD_CUT_OFF),
            Kind.BROKER_FORGETS: lambda: self._for_a_while(broker, "forgets", 0.5, 0.0),
            Kind.BROKER_REDELIVERS: lambda: self._for_a_while(broker, "redelivers", 0.4, 0.0),
            Kind.LATE_WILL: self._late_will,
            Kind.BROKER_RESTARTED_EMPTY: lambda: broker.restart(Kind.BROKER_RESTARTED_EMPTY),
            Kind.BROKER_RESTORED: lambda: broker.restart(Kind.BROKER_RESTORED),
            Kind.TILL_KILLED: lambda: self._kill_till(Kind.TILL_KILLED, Fault.KILLED),
            Kind.TILL_POWER_CUT: lambda: self._kill_till(Kind.TILL_POWER_CUT, Fault.POWER_CUT),
            Kind.TILL_DISK_FAILS: lambda: self._disk_fault(Fault.IO_ERROR),
            Kind.TILL_DISK_FULL: self._fill_till,
            Kind.HUB_KILLED: lambda: self._kill_soon(market.hub),
            Kind.CLOUD_KILLED: lambda: self._kill_soon(market.cloud),
            Kind.HUB_DISK_FULL: lambda: self._for_a_while(market.hub, "disk_full", True, False),
            Kind.CLOUD_DISK_FULL: lambda: self._for_a_while(market.cloud, "disk_full", True, False),
            Kind.HUB_RESTORED: market.hub.restore,
            Kind.CLOUD_RESTORED: market.cloud.restore,
            Kind.TILL_REIMAGED: lambda: self._reimage(self._till()),
            Kind.CARD_CLONED: lambda: self._clone(self._till()),
            Kind.UNKNOWN_ENTRY: self._record_unknown,
            Kind.BROKEN_MESSAGE: self._say_nonsense,
            Kind.LATE_AFTER_CLOSING: self._close_day,
        }

    def _till(self) -> Till:
        return self.market.tills[self._random.randrange(len(self.market.tills))]

    def _some_way(self) -> Way:
        return self.market.hub.way if self._random.random() < 0.3 else self._till().way

    def _later(self, action: Callable[..., None], *args: object) -> None:
        self.world.loop.later(self._random.random() * LASTS_S, action, *args)

    def _again(self, action: Callable[[], None]) -> None:
        """Try again soon, as long as faults may happen."""
        self.world.loop.later(TRY_AGAIN_S, lambda: None if self.world.calm else action())

    # -- the ways

    def _weather(self, way: Way | CloudWay, kind: Kind, likely: float) -> None:
        way.likely[kind] = likely
        self._later(way.likely.pop, kind, None)

    def _cut(self, way: Way | CloudWay, kind: Kind) -> None:
        way.cut = True
        if isinstance(way, Way):
            client = HUB if way is self.market.hub.way else SourceId(way.name)
            connection = self.market.broker.connection_of(client)
            if connection is not None:
                self.world.fire(kind, way.name)
                self.world.loop.later(10 + self._random.random() * 20, connection.lose, "no answer to a ping")
        self.world.loop.later(5 + self._random.random() * 2 * LASTS_S, self._mend, way)

    def _mend(self, way: Way | CloudWay) -> None:
        way.cut = False

    def _half_open(self, *, deaf: bool) -> None:
        connection = self._some_connection()
        if connection is None:
            self._again(lambda: self._half_open(deaf=deaf))
        else:
            connection.half_open(deaf=deaf)

    def _some_connection(self) -> Connection | None:
        names = [till.name for till in self.market.tills]
        return self.market.broker.connection_of(self._random.choice([HUB, *names]))

    # -- the broker

    def _for_a_while(self, what: object, name: str, value: object, usual: object) -> None:
        setattr(what, name, value)
        self._later(setattr, what, name, usual)

    def _late_will(self) -> None:
        self._for_a_while(self.market.broker, "late_wills", value=True, usual=False)
        connection = self.market.broker.connection_of(self._till().name)
        if connection is not None:
            connection.lose("the till's network changed")

    def _say_nonsense(self) -> None:
        channel = self._random.choice([topics.ENTRIES, topics.ENTRIES, topics.STATE, topics.ACK])
        nonsense = self._random.choice(NONSENSE)
        self.world.fire(Kind.BROKEN_MESSAGE, "broker", f"on {channel}: {nonsense[:20]!r}")
        self.market.broker.take(topics.topic(TENANT, HUB, self._till().name, channel), nonsense)

    # -- processes and disks

    def _kill_soon(self, process: HubProcess | CloudProcess) -> None:
        if process.life is None:
            self._again(lambda: self._kill_soon(process))
        else:
            process.life.steps_left = self._random.randint(1, STEPS_MAX)

    def _kill_till(self, kind: Kind, fault: Fault) -> None:
        till = self._till()
        if till.life is None:
            self._again(lambda: self._kill_till(kind, fault))
        elif self._random.random() < 0.5:
            self._disk_fault(fault, till)
        else:
            outcome = self._random.choice(list(Outcome)) if fault is Fault.POWER_CUT else None
            till.life.on_end = lambda: till.die(kind, outcome)
            till.life.steps_left = self._random.randint(1, STEPS_MAX)

    def _disk_fault(self, fault: Fault, till: Till | None = None) -> None:
        disk = (till or self._till()).card.disk
        disk.faults[disk.operations + self._random.randint(1, 8)] = fault

    def _fill_till(self) -> None:
        disk = self._till().card.disk
        disk.room_bytes = self._random.randint(0, 600)
        self.world.loop.later(LASTS_S + self._random.random() * LASTS_S, setattr, disk, "room_bytes", None)

    def _turn_clock(self, kind: Kind) -> None:
        till = self._till()
        till.clock.wrong_by += _CLOCKS[kind]
        self.world.fire(kind, till.label)

    # -- cards and entries

    def _reimage(self, till: Till) -> None:
        """Put a fresh card in, once everything of the old one is safe elsewhere: what was not is lost with any card."""
        if not self._may_reimage(till):
            self._again(lambda: self._reimage(self._till()))
            return
        stream, seq = till.ledger.stream, till.ledger.head.seq
        lines = till.ledger.read_lines(1, seq)
        self.world.fire(Kind.TILL_REIMAGED, till.label)
        self.market.retired.append(Retired(stream, lines, till.pull_out().acknowledged))
        self._random.choice([self.market.hub, self.market.cloud]).snapshots.clear()
        till.plug_in(Card(self._random))

    def _may_reimage(self, till: Till) -> bool:
        if not till.is_up or till.name in self.market.contested or self.market.customers.waiting_at(till):
            return False
        head = till.ledger.head
        return head == self.market.hub_head(till.ledger.stream) == self.market.cloud_head(till.ledger.stream)

    def _clone(self, till: Till) -> None:
        """Copy a card into a second machine, which goes on selling under the same name."""
        if not till.is_up or till.name in self.market.contested or not till.card.acknowledged:
            self._again(lambda: self._clone(self._till()))
            return
        self.world.fire(Kind.CARD_CLONED, till.label)
        clone = Till(
            self.world, till.name, self.market.broker, till.card.cloned(self._random), f"{till.label}-copy"
        )
        self.market.clones.append(clone)
        clone.start()
        for _ in range(self._random.randint(0, 4)):
            self.market.customers.come(clone, self.world.loop.time() + self._random.random() * LASTS_S)

    def _record_unknown(self) -> None:
        till = self._till()
        if till.record_unknown():
            self.world.fire(Kind.UNKNOWN_ENTRY, till.label)
        else:
            self._again(self._record_unknown)

    def _close_day(self) -> None:
        self._till().close_day()
