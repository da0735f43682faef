"""How each kind of trial goes wrong: what is done to the running parts, by plan, while the sellers go on.

Each function returns when the fault is over: lines are good, and whatever was killed or stopped comes back or is back.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.chaos.fault_proxy import Strand
from tests.chaos.line_fault import HELD, PASSING, REFUSED, Fault, Way, half_open, partition
from tests.chaos.plan import Kind, Plan, Where
from tests.chaos.rig import Rig, back_up, copy, is_seen, remove, restore, wait_until
from tests.chaos.sellers import Sellers
from tests.chaos.spoilt_deployment import TILLS

Doing = Callable[[Rig, Plan, Sellers], None]

_CUTS = 3
_HUNTS = 20
_HUNT_S = 5.0


def _killed_in_batch(part: str, rig: Rig, plan: Plan, sellers: Sellers) -> None:
    """A backlog trickles through a slow line; the blow falls when a part of a batch has passed."""
    line, way = _line_of_batches(part, rig, plan)
    line.set_fault(HELD)
    sellers.wait_for_more(plan.before_sales)
    passed = line.delivered(way)
    line.set_fault(PASSING.slowed(bytes_per_s=plan.bytes_per_s))
    wait_until(
        lambda: line.delivered(way) >= passed + plan.blow_after_bytes, f"a batch on the way to the {part}"
    )
    _sleep_ms(plan.jitter_ms)
    rig.kill(_struck(part, rig, plan))
    rig.heal()


def _line_of_batches(part: str, rig: Rig, plan: Plan) -> tuple[Strand, Way]:
    match part:
        case "hub":
            return rig.lines.hub, Way.DOWN
        case "cloud":
            return rig.lines.cloud, Way.UP
        case _:
            return rig.lines.tills[_till(plan)], Way.UP


def _killed_before_ack(part: str, line: Callable[[Rig, Plan], Strand], way: Way, rig: Rig, plan: Plan,
                       sellers: Sellers) -> None:  # fmt: skip
    """Acknowledgements are swallowed; the blow falls when the hub has committed what the till still waits for."""
    till = _till(plan)

    def known() -> int:
        saved = rig.saved(till)
        return saved.hub if saved else sys.maxsize

    _hunt_between(lambda: rig.held_by_hub(till), known, line(rig, plan), way, plan, sellers)
    rig.kill(_struck(part, rig, plan))
    rig.heal()


def _killed_before_clouds_ack(part: str, rig: Rig, plan: Plan, sellers: Sellers) -> None:
    """The cloud's answers are swallowed; the blow falls when it has committed what the hub still waits for."""

    def held() -> int:
        return sum(rig.held_by_cloud(till) for till in TILLS)

    def known() -> int:
        return sum(rig.acknowledged_to_hub(till) for till in TILLS)

    _hunt_between(held, known, rig.lines.cloud, Way.DOWN, plan, sellers)
    rig.kill(part)
    rig.heal()


def _hunt_between(
    held: Callable[[], int], known: Callable[[], int], line: Strand, way: Way, plan: Plan, sellers: Sellers
) -> None:
    """Return in the moment between commit and ack: where the swallowing struck another answer, let all go on and retry."""
    sellers.wait_for_more(plan.before_sales)
    for _ in range(_HUNTS):
        line.set_fault(half_open(way, plan.ending))
        sellers.wait_for_more(1)
        if is_seen(lambda: held() > known(), within_s=_HUNT_S):
            break
        before = known()
        line.set_fault(PASSING)
        wait_until(lambda before=before: known() > before, "an ack after a hunt in vain")
    _sleep_ms(plan.jitter_ms)
    assert held() > known(), "no commit was found whose ack was under way"


def _broker_emptied(rig: Rig, plan: Plan, sellers: Sellers) -> None:
    """The broker loses everything, messages that it took and nobody has heard too."""
    rig.lines.hub.set_fault(partition(plan.ending))
    sellers.wait_for_more(plan.before_sales)
    with rig.broker_unplugged() as messages:
        remove(messages)
        _sleep_ms(plan.outage_ms)
        rig.heal()


def _broker_set_back(rig: Rig, plan: Plan, sellers: Sellers) -> None:
    """The broker comes back with sessions and messages of some time ago: old entries and old acks are delivered again."""
    with tempfile.TemporaryDirectory() as folder:
        copies = Path(folder) / "messages"
        rig.lines.hub.set_fault(partition(plan.ending))
        sellers.wait_for_more(plan.before_sales)
        with rig.broker_unplugged() as messages:
            copy(messages, copies)
        rig.heal()
        sellers.wait_for_more(plan.before_sales)
        with rig.broker_unplugged() as messages:
            remove(messages)
            copy(copies, messages)
            _sleep_ms(plan.outage_ms)


def _leader_killed(rig: Rig, plan: Plan, sellers: Sellers) -> None:
    sellers.wait_for_more(plan.before_sales)
    _sleep_ms(plan.jitter_ms)
    rig.kill(rig.leading_broker())
    sellers.wait_for_more(plan.before_sales)


def _lines_fail(rig: Rig, plan: Plan, sellers: Sellers) -> None:
    match plan.kind:
        case Kind.PARTITION:
            fault = HELD if plan.is_held else partition(plan.ending)
        case _:
            fault = half_open(plan.way, plan.ending)
    sellers.wait_for_more(plan.before_sales)
    for line in _struck_lines(rig, plan):
        line.set_fault(fault)
    _sleep_ms(plan.outage_ms)
    sellers.wait_for_more(plan.before_sales)
    rig.heal()


def _slow_lines(rig: Rig, plan: Plan, sellers: Sellers) -> None:
    slow = Fault(delay_ms=plan.delay_ms, bytes_per_s=plan.bytes_per_s)
    for line in rig.lines.all():
        line.set_fault(slow)
    for _ in range(_CUTS):
        sellers.wait_for_more(max(plan.before_sales // _CUTS, 1))
        _sleep_ms(plan.outage_ms // _CUTS)
        for line in _struck_lines(rig, plan):
            line.cut()
    sellers.wait_for_more(plan.before_sales)
    rig.heal()


def _cloud_away(rig: Rig, plan: Plan, sellers: Sellers) -> None:
    rig.lines.cloud.set_fault(REFUSED if plan.is_held or plan.seed % 2 else partition(plan.ending))
    sellers.wait_for_more(plan.before_sales)
    _sleep_ms(plan.outage_ms)
    sellers.wait_for_more(plan.before_sales)
    rig.heal()


def _hub_set_back(rig: Rig, plan: Plan, sellers: Sellers) -> None:
    """What the hub took and acknowledged since its backup is lost there: the tills must notice, and send it again."""
    with tempfile.TemporaryDirectory() as folder:
        backup = Path(folder) / "backup.sqlite"
        sellers.wait_for_more(plan.before_sales)
        back_up(rig.hub_database, backup)
        before = {till: rig.held_by_hub(till) for till in TILLS}
        sellers.wait_for_more(plan.before_sales)
        wait_until(
            lambda: all(rig.held_by_hub(till) > before[till] for till in TILLS), "the hub to hold more than its backup"
        )  # fmt: skip
        with rig.running.unplugged("hub"):
            restore(backup, rig.hub_database)
            _sleep_ms(plan.outage_ms)


def _struck_lines(rig: Rig, plan: Plan) -> tuple[Strand, ...]:
    match plan.where:
        case Where.ONE_TILL:
            return (rig.lines.tills[_till(plan)],)
        case Where.TILLS:
            return tuple(rig.lines.tills.values())
        case Where.HUB:
            return (rig.lines.hub,)
        case Where.CLOUD:
            return (rig.lines.cloud,)
        case Where.EVERYWHERE:
            return rig.lines.all()


def _struck(part: str, rig: Rig, plan: Plan) -> str:
    match part:
        case "till":
            return _till(plan)
        case "broker":
            return rig.leading_broker()
        case _:
            return part


def _till(plan: Plan) -> str:
    return tuple(TILLS)[plan.till]


def _till_line(rig: Rig, plan: Plan) -> Strand:
    return rig.lines.tills[_till(plan)]


def _hub_line(rig: Rig, plan: Plan) -> Strand:
    return rig.lines.hub


def _sleep_ms(wait_ms: int) -> None:
    time.sleep(wait_ms / 1_000)


DOING: dict[Kind, Doing] = {
    Kind.TILL_KILLED_IN_BATCH: partial(_killed_in_batch, "till"),
    Kind.HUB_KILLED_IN_BATCH: partial(_killed_in_batch, "hub"),
    Kind.CLOUD_KILLED_IN_BATCH: partial(_killed_in_batch, "cloud"),
    Kind.BROKER_KILLED_IN_BATCH: partial(_killed_in_batch, "broker"),
    Kind.TILL_KILLED_BEFORE_ACK: partial(_killed_before_ack, "till", _till_line, Way.DOWN),
    Kind.HUB_KILLED_BEFORE_ACK: partial(_killed_before_ack, "hub", _hub_line, Way.UP),
    Kind.BROKER_KILLED_BEFORE_ACK: partial(_killed_before_ack, "broker", _till_line, Way.DOWN),
    Kind.CLOUD_KILLED_BEFORE_ACK: partial(_killed_before_clouds_ack, "cloud"),
    Kind.HUB_KILLED_BEFORE_CLOUDS_ACK: partial(_killed_before_clouds_ack, "hub"),
    Kind.BROKER_EMPTIED: _broker_emptied,
    Kind.BROKER_SET_BACK: _broker_set_back,
    Kind.PARTITION: _lines_fail,
    Kind.HALF_OPEN_UP: _lines_fail,
    Kind.HALF_OPEN_DOWN: _lines_fail,
    Kind.SLOW_LINES: _slow_lines,
    Kind.CLOUD_AWAY: _cloud_away,
    Kind.HUB_SET_BACK: _hub_set_back,
    Kind.LEADER_KILLED: _leader_killed,
}
