"""A plan is taken on: as it was proposed or changed by hand, once, and only as it stands now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from device.domain.plan.making_book import MakingBook
from device.domain.plan.plan_line import PlanLine
from device.domain.plan.reorder_plan import ReorderPlan
from device.domain.plan.rules_faults import PIECES_MAX, BadMakingRule
from shared.events.making import AcceptedLine, PlanAccepted
from shared.ids import Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWish:
    """What somebody takes on.

    Attributes:
        plan_id: made by the page; the same id again changes nothing.
        based_on: `MakingBook.changed_seq` of the plan that was looked at.
        pieces: how many of which product; a product of the plan that is not named is taken on as proposed.
        shown: what was proposed where somebody looked, without the products of which nothing was; None where nobody says.
    """

    plan_id: str
    based_on: int
    pieces: Mapping[Sku, int]
    cashier: str
    shown: Mapping[Sku, int] | None = None


@dataclass(frozen=True, slots=True)
class StalePlan:
    """Somebody took a plan on, changed a rule, sold, brought or ordered goods since this one was looked at."""


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
    if wish.based_on != book.changed_seq or _has_moved(plan, wish):
        return StalePlan()
    by_sku = {line.sku: line for line in plan.lines}
    for sku, pieces in wish.pieces.items():
        if sku not in by_sku:
            return BadMakingRule(field="sku", reason=f"no product {sku} is in the plan")
        if not 0 <= pieces <= PIECES_MAX:
            return BadMakingRule(
                field="pieces", reason=f"pieces must be from 0 to {PIECES_MAX:,}, not {pieces:,}"
            )
    lines = tuple(_accepted(line, wish.pieces.get(line.sku, line.make)) for line in plan.lines)
    lines = tuple(line for line in lines if line.proposed or line.accepted)
    if not any(line.accepted for line in lines):
        return EmptyPlan()
    return PlanAccepted(plan_id=wish.plan_id, lines=lines, cashier=wish.cashier)


def _has_moved(plan: ReorderPlan, wish: PlanWish) -> bool:
    """Whether other pieces are proposed now than somebody saw: nobody takes on what was not on the page."""
    now = {line.sku: line.make for line in plan.lines if line.make}
    return wish.shown is not None and now != {sku: pieces for sku, pieces in wish.shown.items() if pieces}


def _accepted(line: PlanLine, pieces: int) -> AcceptedLine:
    return AcceptedLine(sku=line.sku, proposed=line.make, accepted=pieces, until=line.until, by=line.by)
