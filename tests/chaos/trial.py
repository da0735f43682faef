"""One trial: sell, let something go wrong, make it good, wait until all is settled, and count every sale by its id."""

import time
from dataclasses import dataclass, field

import httpx

from shared.cli.demo.settlement import Settlement
from shared.cli.demo.shopfront import DemoStepError
from tests.chaos.faults import DOING
from tests.chaos.plan import Plan
from tests.chaos.reckoning import Sold, reckon
from tests.chaos.rig import Rig, SavedWhere
from tests.chaos.sellers import Sellers
from tests.chaos.spoilt_deployment import TILLS

SETTLE_TIMEOUT_S = 300.0
_LOOK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a trial; `wrong` says in words what should not be, and is empty when all is well.

    Attributes:
        plan: what was done.
        sales: how many sales were acknowledged in it.
        lost: how many acknowledged sales were missing somewhere, of this trial or one before it.
        doubled: how many were somewhere more than once.
        first_ack_s: from the fault's end until a till knew that more was durable at the hub.
        caught_up_s: from the fault's end until tills, hub and cloud held the same.
        wrong: everything that is not as it must be.
    """

    plan: Plan
    sales: int
    lost: int
    doubled: int
    first_ack_s: float
    caught_up_s: float
    wrong: tuple[str, ...]


@dataclass(slots=True)
class Trials:
    """Trials on one deployment, one after the other; what was sold in earlier ones is counted again each time."""

    rig: Rig
    label: str = ""
    sold: list[Sold] = field(default_factory=list)

    def run(self, plan: Plan, *, verify: bool = True) -> Outcome:
        """Run one; `verify` also lets each place's own command check its chains, some seconds' work."""
        sellers = Sellers(self.rig.running, f"{self.label} {plan.kind} {plan.seed}", plan.pace_ms / 1_000)
        sellers.start()
        try:
            DOING[plan.kind](self.rig, plan, sellers)
            good_again = time.monotonic()
            first_ack_s = _first_ack(self.rig, good_again)
            sellers.wait_for_more(plan.after_sales)
        finally:
            self.rig.heal()
            sold = sellers.stop()
            self.sold += sold
        settlement = _settle(self.rig, good_again)
        caught_up_s = time.monotonic() - good_again
        counted = reckon(self.sold, self.rig.sold())
        wrong = (
            *settlement.differences,
            *counted.words,
            *self._money(settlement),
            *(self._verify() if verify else ()),
        )
        return Outcome(
            plan=plan, sales=len(sold), lost=counted.lost, doubled=counted.doubled,
            first_ack_s=first_ack_s, caught_up_s=caught_up_s, wrong=wrong,
        )  # fmt: skip

    def run_and_tell(self, plan: Plan) -> Outcome:
        """Run one; a trial that breaks off becomes an outcome with its reason, so that others can follow."""
        try:
            return self.run(plan)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is told, and the run ends with 1
            words = f"it broke off: {type(error).__name__}: {error}"
            return Outcome(
                plan=plan, sales=0, lost=0, doubled=0, first_ack_s=0, caught_up_s=0, wrong=(words,)
            )

    def _money(self, settlement: Settlement) -> tuple[str, ...]:
        """Hold what each place adds up to against the receipts."""
        paid_minor = sum(sale.total_minor for sale in self.sold)
        totals = {
            part: sum(figures.total_minor for figures in held.values())
            for part, held in settlement.by_part.items()
        }
        return tuple(
            f"the receipts add up to {paid_minor}, the {part} says {total}"
            for part, total in totals.items() if total != paid_minor
        )  # fmt: skip

    def _verify(self) -> tuple[str, ...]:
        try:
            self.rig.verify()
        except DemoStepError as found:
            return (str(found),)
        return ()


def _first_ack(rig: Rig, since: float) -> float:
    """Wait until a till knows that more is durable at the hub; returns after how long, at the latest at the time-out."""
    before = {till: rig.saved(till) for till in TILLS}
    while (passed_s := time.monotonic() - since) < SETTLE_TIMEOUT_S:
        now = {till: rig.saved(till) for till in TILLS}
        if any(_has_moved(before[till], now[till]) for till in TILLS):
            return passed_s
        before = {
            till: before[till] or now[till] for till in TILLS
        }  # one that was away has only now been seen
        time.sleep(_LOOK_EVERY_S)
    return passed_s


def _has_moved(before: SavedWhere | None, now: SavedWhere | None) -> bool:
    return before is not None and now is not None and now.hub > before.hub


def _settle(rig: Rig, since: float) -> Settlement:
    while True:
        try:
            settlement = rig.settlement()
        except (httpx.TransportError, DemoStepError):
            settlement = Settlement(by_part={}, differences=("hub or cloud does not answer",))
        if not settlement.differences or time.monotonic() - since > SETTLE_TIMEOUT_S:
            return settlement
        time.sleep(_LOOK_EVERY_S)
