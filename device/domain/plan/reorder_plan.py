"""The reorder plan: the demand ahead set against what is there, on its way and promised, within hours and cash."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np

from device.domain.catalogue import Catalogue
from device.domain.forecast import HIGH_LEVEL, LIKELY_LEVEL, LOW_LEVEL
from device.domain.materials.requirements import Making
from device.domain.need import Need
from device.domain.plan.habit import usual_pieces
from device.domain.plan.limits import Budget, Scarce, Step, share_out
from device.domain.plan.outlook import Outlook
from device.domain.plan.piece import Piece
from device.domain.plan.plan_line import PlanLine, PlanReason
from device.domain.plan.policy import (
    AT_ONCE_DAYS,
    USUAL_SERVICE,
    Policy,
    critical_ratio,
    economic_quantity,
    in_steps,
)
from device.domain.plan.window import ONE_DAY, Period
from shared.events.making import Supply
from shared.ids import Sku
from shared.money import QUANTITY_ONE_MILLI

ALL_BP: Final = 10_000
HAIR: Final = 1e-6
STEPS_MAX: Final = 100
"""A product's batches are shared out in at most so many steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorderPlan:
    """What to make, order and bring for which market days; `budget` is what hours and cash were left for it."""

    period: Period
    days: tuple[date, ...]
    lines: tuple[PlanLine, ...]
    budget: Budget = field(default_factory=Budget)

    @property
    def work_s(self) -> int:
        """The work of the whole plan, in seconds."""
        return sum(line.work_s for line in self.lines)

    @property
    def cash_minor(self) -> int:
        """What the whole plan costs, in minor units."""
        return sum(line.cash_minor for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """For which days a plan is made, on which day, and within which limits; `hour_minor` is what an hour of work costs."""

    period: Period
    days: tuple[date, ...]
    today: date
    budget: Budget = field(default_factory=Budget)
    hour_minor: int = 0
    vat_added: bool = False


def plan_reorder(outlooks: Sequence[Outlook], terms: PlanTerms) -> ReorderPlan:
    """Plan every product; what there is most of to make comes first."""
    wanted = [_wanted(one, terms) for one in outlooks]
    lines = _within(wanted, terms.budget) if terms.budget.is_limited else [one.line for one in wanted]
    lines.sort(key=lambda line: (-line.make, line.sku))
    return ReorderPlan(period=terms.period, days=terms.days, lines=tuple(lines), budget=terms.budget)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Wanted:
    """A product's line as it would be without limits, and what its pieces are worth."""

    outlook: Outlook
    line: PlanLine
    piece: Piece


def _wanted(one: Outlook, terms: PlanTerms) -> _Wanted:
    piece = Piece.of(one.product, one.rules, terms, materials_minor=one.materials_minor)
    policy = Policy.NEWSVENDOR if one.rules.shelf_days else Policy.ORDER_UP_TO
    usual = critical_ratio(piece.economics) if policy is Policy.NEWSVENDOR else USUAL_SERVICE
    level = one.rules.service_bp / ALL_BP or usual
    trigger = one.demand.at(level)
    target = trigger + _beyond_trigger(one, piece, policy)
    missing = target - one.available if one.available < trigger - HAIR else 0.0
    make = in_steps(missing, batch=max(1, one.rules.batch), minimum=one.rules.minimum)
    line = _line(one, terms, piece, policy=policy, level=level, target=pieces_that_cover(target))
    return _Wanted(
        outlook=one, line=_counted(replace(line, wanted=make), one, piece, make, None), piece=piece
    )


def _line(
    one: Outlook, terms: PlanTerms, piece: Piece, *, policy: Policy, level: float, target: int
) -> PlanLine:
    """The line as far as it does not depend on how many are made."""
    low, likely, high = (
        pieces_that_cover(one.forecast.total_at(told)) for told in (LOW_LEVEL, LIKELY_LEVEL, HIGH_LEVEL)
    )
    by, ready = _first_day_short(one, policy, level, terms.days), one.window.ready
    lead = one.rules.lead_days * ONE_DAY
    return PlanLine(
        sku=one.product.sku, supply=one.rules.supply, low=low, likely=likely, high=high,
        in_stock=max(0, one.here_milli) // QUANTITY_ONE_MILLI, at_hub=one.at_hub_milli // QUANTITY_ONE_MILLI,
        today=round(one.today_milli / QUANTITY_ONE_MILLI), too_old=_rounded_up(one.too_old_milli),
        coming=_rounded_up(one.coming_milli), ordered=_rounded_up(one.ordered_milli),
        level=level, policy=policy, target=target, make=0, wanted=0, batch=max(1, one.rules.batch), cut=None,
        by=max(by, ready), start=max(terms.today, by - lead), until=max(terms.days[-1], ready) + lead,
        is_late=ready > by, bring=0, usual=None, work_s=0, cash_minor=0, cost_is_guessed=piece.cost_is_guessed,
        reason=_reason(one, likely, high), source=one.forecast.source,
    )  # fmt: skip


def _beyond_trigger(one: Outlook, piece: Piece, policy: Policy) -> float:
    """How far S lies above s: where beginning costs something, it is worth making more at once of what keeps."""
    if policy is Policy.NEWSVENDOR:
        return 0.0
    market_days = len(one.window.days) + one.window.beyond
    a_day = one.demand.mean / market_days * one.window.open_share
    cost = piece.economics.cost + piece.work_minor
    economic = economic_quantity(a_day=a_day, each_time=piece.each_time_minor, cost=cost)
    return min(economic, AT_ONCE_DAYS * a_day)


def _counted(line: PlanLine, one: Outlook, piece: Piece, make: int, cut: Scarce | None) -> PlanLine:
    """The line with so many pieces, and what follows from them."""
    return replace(
        line,
        make=make,
        cut=cut,
        bring=_bring(one, line, make),
        usual=usual_pieces(one.habit, make, one.rules),
        work_s=piece.work_s(make),
        cash_minor=piece.cash_minor(make),
    )


def _within(wanted: Sequence[_Wanted], budget: Budget) -> list[PlanLine]:
    """The lines as far as hours and cash reach."""
    rows = [_steps(one) for one in wanted]
    allowed = share_out(rows, budget)
    lines = []
    for one, row, taken in zip(wanted, rows, allowed, strict=True):
        make = sum(step.pieces for step in row[: taken.steps])
        lines.append(_counted(one.line, one.outlook, one.piece, make, taken.lacked))
    return lines


def _steps(one: _Wanted) -> list[Step]:
    """A line's pieces as steps that are each worth what they are likely to bring."""
    batch = max(1, one.outlook.rules.batch)
    batches = one.line.make // batch
    if not batches:
        return []
    first = -(-max(one.outlook.rules.minimum, 1) // batch)
    each = max(1, -(-(batches - first) // STEPS_MAX))
    ends = [first, *range(first + each, batches, each)]
    if ends[-1] < batches:
        ends.append(batches)
    ends = [end * batch for end in ends]
    return [_step(one, begin, end) for begin, end in pairwise([0, *ends])]


def _step(one: _Wanted, begin: int, end: int) -> Step:
    """The pieces after the first `begin`, up to `end`, and what they are likely to bring: judged by the one in their middle."""
    place = np.array([one.outlook.available + (begin + end + 1) / 2])
    chance = float(one.outlook.demand.chance_of(place)[0])
    economics = one.piece.economics
    lost = economics.overage if one.line.policy is Policy.NEWSVENDOR else 0.0
    worth = chance * max(economics.underage, 1.0) - (1.0 - chance) * lost
    return Step(
        pieces=end - begin,
        work_s=one.piece.work_s(end) - one.piece.work_s(begin),
        cash_minor=one.piece.cash_minor(end) - one.piece.cash_minor(begin),
        brings=(end - begin) * worth,
    )


def _first_day_short(one: Outlook, policy: Policy, level: float, days: Sequence[date]) -> date:
    """The first of the plan's days on which a good run would find too little; the last where that is later."""
    daily = np.array([sum(day) / len(day) for day in one.forecast.daily])
    total, window = float(daily.sum()), one.demand.mean
    if policy is Policy.NEWSVENDOR:
        return one.window.days[0]
    if total <= 0.0 or window <= 0.0:
        return days[-1]
    good = one.demand.at(level) * min(1.0, total / window)
    short = np.flatnonzero(good * np.cumsum(daily) / total > one.available + HAIR)
    return days[int(short[0])] if short.size else days[-1]


def _bring(one: Outlook, line: PlanLine, make: int) -> int:
    """Pieces to take to the first market day: as many as a good day sells and customers collect, if there are so many.

    What takes no days to make is ready by then, what somebody took on as well as what is proposed.
    """
    ready = 0 if line.is_late or one.rules.lead_days else make + line.coming
    good = float(np.interp(line.level, one.forecast.levels, one.forecast.daily[0]))
    there = one.first_milli // QUANTITY_ONE_MILLI
    return min(there + ready, pieces_that_cover(good + one.first_ordered_milli / QUANTITY_ONE_MILLI))


def pieces_that_cover(quantile: float) -> int:
    """Whole pieces that cover the quantile; a hair above a whole number is that number."""
    return math.ceil(quantile - HAIR)


def _rounded_up(milli: int) -> int:
    return -(-milli // QUANTITY_ONE_MILLI)


def _reason(one: Outlook, likely: int, high: int) -> PlanReason:
    if one.forecast.history_days == 0:
        return PlanReason.NEVER_SOLD
    if high == 0 and one.available >= 0:
        return PlanReason.SELDOM_SOLD
    if one.available >= high:
        return PlanReason.ENOUGH
    return PlanReason.MAY_RUN_OUT if one.available >= likely else PlanReason.WILL_RUN_OUT


def needs_of(plan: ReorderPlan, catalogue: Catalogue) -> tuple[Need, ...]:
    """Return what the plan wants bought in."""
    needs = []
    for line in plan.lines:
        if line.make and line.supply is Supply.BOUGHT:
            product = catalogue.find(line.sku)
            name = product.name if product else line.sku
            words = f"{name}: {line.in_stock} there, {line.target} wanted by {line.by.isoformat()}"
            needs.append(Need(item=line.sku, is_material=False, name=name, quantity_milli=line.make * QUANTITY_ONE_MILLI,
                              by=line.by, words=words))  # fmt: skip
    return tuple(needs)


def made_ahead(plan: ReorderPlan) -> Mapping[Sku, Making]:
    """Return what the plan wants made."""
    return {
        line.sku: Making(pieces=float(line.make), start=line.start)
        for line in plan.lines
        if line.make and line.supply is Supply.MADE
    }
