"""What a trial does, drawn from its kind and seed alone. Pure: the same seed is the same plan for ever."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from tests.chaos.line_fault import Ending, Way

LONG_OUTAGE_MS = (30_000, 60_000)
"""Longer than a client's keep-alive: both ends have given up when the line is good again."""
_SHORT_OUTAGE_MS = (300, 6_000)
_BRISK_OUTAGE_MS = (300, 1_200)
_LONG_ONE_IN = 5


class Kind(StrEnum):
    """What goes wrong."""

    TILL_KILLED_IN_BATCH = "till killed in mid-batch"
    HUB_KILLED_IN_BATCH = "hub killed in mid-batch"
    CLOUD_KILLED_IN_BATCH = "cloud killed in mid-batch"
    BROKER_KILLED_IN_BATCH = "broker killed in mid-batch"
    TILL_KILLED_BEFORE_ACK = "till killed between the hub's commit and its ack"
    HUB_KILLED_BEFORE_ACK = "hub killed between its commit and its ack"
    BROKER_KILLED_BEFORE_ACK = "broker killed between the hub's commit and its ack"
    CLOUD_KILLED_BEFORE_ACK = "cloud killed between its commit and its ack"
    HUB_KILLED_BEFORE_CLOUDS_ACK = "hub killed between the cloud's commit and its ack"
    BROKER_EMPTIED = "broker restarted empty"
    BROKER_SET_BACK = "broker restarted from an old snapshot"
    PARTITION = "partition"
    HALF_OPEN_UP = "half-open: nothing arrives above"
    HALF_OPEN_DOWN = "half-open: nothing comes back"
    SLOW_LINES = "slow lines, cut now and then"
    CLOUD_AWAY = "cloud unreachable all the while"
    HUB_SET_BACK = "hub restored from an older copy"
    LEADER_KILLED = "leader of the cluster killed"


class Where(StrEnum):
    """Which lines a fault of lines strikes."""

    ONE_TILL = "one till"
    TILLS = "all tills"
    HUB = "hub to broker"
    CLOUD = "hub to cloud"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One trial. Not every kind uses every field.

    Attributes:
        kind: what goes wrong.
        seed: what it was drawn from.
        till: which till is struck, counted from 0, where it is one.
        where: which lines are struck.
        way: the way on which nothing arrives, where it is one.
        ending: what becomes of connections that lost bytes.
        is_held: whether an outage only holds bytes back, as TCP does when a cable is put in again soon.
        before_sales: how many sales each till makes before the fault, and again in it.
        after_sales: how many more each makes when everything is good again.
        pace_ms: how long each seller waits between two sales.
        outage_ms: how long the fault lasts.
        jitter_ms: how long after its moment a blow falls.
        blow_after_bytes: how much of a batch has passed when a blow falls.
        delay_ms: how much later everything arrives on a slow line.
        bytes_per_s: how much passes a slow line in a second.
    """

    kind: Kind
    seed: int
    till: int
    where: Where
    way: Way
    ending: Ending
    is_held: bool
    before_sales: int
    after_sales: int
    pace_ms: int
    outage_ms: int
    jitter_ms: int
    blow_after_bytes: int
    delay_ms: int
    bytes_per_s: int


def plan_of(kind: Kind, seed: int, *, tills: int, brisk: bool = False) -> Plan:
    """Draw a trial's plan; a `brisk` one ends soon: its outages are short, and the ends are told that they are over."""
    draw = Random(f"{kind.name} {seed}")
    is_long = draw.randrange(_LONG_ONE_IN) == 0 and not brisk
    outage_ms = draw.randint(
        *(LONG_OUTAGE_MS if is_long else _BRISK_OUTAGE_MS if brisk else _SHORT_OUTAGE_MS)
    )
    ending = draw.choice(list(Ending))
    return Plan(
        kind=kind,
        seed=seed,
        till=draw.randrange(tills),
        where=draw.choice(list(Where)),
        way=Way.UP if kind is Kind.HALF_OPEN_UP else Way.DOWN,
        ending=Ending.RESET if brisk else ending,
        is_held=kind is Kind.PARTITION and draw.randrange(3) == 0,
        before_sales=draw.randint(8, 30),
        after_sales=draw.randint(2, 8),
        pace_ms=max(draw.randint(5, 60), outage_ms // 200),
        outage_ms=outage_ms,
        jitter_ms=draw.randint(0, 120),
        blow_after_bytes=draw.randint(100, 1_500),
        delay_ms=draw.randint(20, 250),
        bytes_per_s=draw.randint(3_000, 20_000),
    )
