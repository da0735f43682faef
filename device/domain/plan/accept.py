"""A plan is taken on: as somebody saw it or changed it by hand, once, and not once much less of it is needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from device.domain.plan.making_book import MakingBook
from device.domain.plan.plan_line import PlanLine
from device.domain.plan.reorder_plan import ReorderPlan
from device.domain.plan.rules_faults import PIECES_MAX, BadMakingRule
from shared.events.making import AcceptedLine, PlanAccepted
from shared.ids import Sku

SLACK: Final = 10
"""A tenth fewer than was seen, or a batch, is the same plan still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWish:
    """What somebody takes on.

    Attributes:
        plan_id: made by the page; the same id again changes nothing.
        based_on: `MakingBook.changed_seq` of the plan that was looked at.
        pieces: how many of which product; a product of the plan that is not named is taken on as it was shown.
        shown: what was proposed where somebody looked, without the products of which nothing was; None: what is proposed now.
    """

    plan_id: str
    based_on: int
    pieces: Mapping[Sku, int]
    cashier: str
    shown: Mapping[Sku, int] | None = None


@dataclass(frozen=True, slots=True)
class StalePlan:
    """Somebody took a plan on, changed a rule, brought or ordered goods since this one was looked at."""


@dataclass(frozen=True, slots=True)
class EmptyPlan:
    """There is nothing to take on."""


@dataclass(frozen=True, slots=True)
class NothingPromised:
    """Nothing is taken on of this product any more."""

    sku: str


PlanRefusal: TypeAlias = StalePlan | EmptyPlan | NothingPromised | BadMakingRule


def accept(book: MakingBook, plan: ReorderPlan, wish: PlanWish) -> PlanAccepted | PlanRefusal:
    """Return what the ledger will say, or why not."""
    if wish.based_on != book.changed_seq or _needs_less(plan, wish):
        return StalePlan()
    by_sku = {line.sku: line for line in plan.lines}
    for sku, pieces in (*wish.pieces.items(), *(wish.shown or {}).items()):
        if sku not in by_sku:
            return BadMakingRule(field="sku", reason=f"no product {sku} is in the plan")
        if not 0 <= pieces <= PIECES_MAX:
            return BadMakingRule(
                field="pieces", reason=f"pieces must be from 0 to {PIECES_MAX:,}, not {pieces:,}"
            )
    lines = tuple(_accepted(line, wish) for line in plan.lines)
    lines = tuple(line for line in lines if line.proposed or line.accepted)
    if not any(line.accepted for line in lines):
        return EmptyPlan()
    return PlanAccepted(plan_id=wish.plan_id, lines=lines, cashier=wish.cashier)


def _needs_less(plan: ReorderPlan, wish: PlanWish) -> bool:
    """Whether clearly fewer are proposed now than somebody saw, as when goods came in meanwhile.

    While the stall sells, proposals move by a piece or two: what was seen is what is taken on, and the next plan says the rest.
    """
    lines = {line.sku: line for line in plan.lines}
    shown = wish.shown or {}
    return any(seen > _most(lines.get(sku), seen) for sku, seen in shown.items() if seen)


def _most(line: PlanLine | None, seen: int) -> int:
    """The most that may have been seen of what is proposed now; a product that is gone is not proposed at all."""
    return 0 if line is None else line.make + max(line.batch, seen // SLACK)


def _accepted(line: PlanLine, wish: PlanWish) -> AcceptedLine:
    proposed = line.make if wish.shown is None else wish.shown.get(line.sku, 0)
    accepted = wish.pieces.get(line.sku, proposed)
    return AcceptedLine(sku=line.sku, proposed=proposed, accepted=accepted, until=line.until, by=line.by)
