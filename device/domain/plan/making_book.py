"""What the ledger knows of making: rules, the workshop, what was taken on and has not come yet, and how plans were changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, TypeAlias

from device.domain.growing import GrowingMap, RecentMap
from shared.entry import Entry
from shared.events.making import (
    AcceptedLine,
    MakingRules,
    MakingRulesChanged,
    PlanAccepted,
    PromiseDropped,
    Workshop,
    WorkshopChanged,
)
from shared.ids import Sku
from shared.money import QUANTITY_ONE_MILLI

MakingEvent: TypeAlias = MakingRulesChanged | WorkshopChanged | PlanAccepted | PromiseDropped

PROMISES_MAX: Final = 8
"""Days for which promises of one product are kept; beyond that the first due are as good as forgotten."""
HABIT_PIECES: Final = 40
"""When so many pieces were proposed or taken on, what is older counts half: habits change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Pieces that somebody took on to make or order, in thousandths; they count as coming up to and on `until`.

    `by` is the day on which they would be missing, where the plan said one; `seq` the entry that took the first of them on.
    """

    open_milli: int
    until: date
    by: date | None = None
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How many pieces were proposed lately, and how many of them people took on."""

    proposed: int = 0
    accepted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MakingBook:
    """`plans` knows the newest plans that were accepted, with their entry; `changed_seq` is the newest entry about making."""

    rules: GrowingMap[Sku, MakingRules] = field(default_factory=GrowingMap)
    workshop: Workshop = field(default_factory=Workshop)
    promises: GrowingMap[Sku, tuple[Promise, ...]] = field(default_factory=GrowingMap)
    habits: GrowingMap[Sku, Habit] = field(default_factory=GrowingMap)
    plans: RecentMap[str, int] = field(default_factory=RecentMap)
    changed_seq: int = 0

    def rules_of(self, sku: Sku) -> MakingRules:
        """Return a product's rules, the usual ones where nobody set any."""
        return self.rules.find(sku) or MakingRules(sku=sku)

    def habit_of(self, sku: Sku) -> Habit:
        """Return what people do with proposals of a product."""
        return self.habits.get(sku, Habit())

    def coming_milli(self, sku: Sku, on: date) -> int:
        """Return how much somebody took on and did not bring yet, in thousandths."""
        return sum(one.open_milli for one in self.promises.get(sku, ()) if one.until >= on)

    def coming_times(self, sku: Sku, on: date) -> int:
        """Return how many promises of a product are open and not overdue: each is begun once."""
        return sum(one.until >= on for one in self.promises.get(sku, ()))


def with_event(book: MakingBook, entry: Entry, event: MakingEvent) -> MakingBook:
    """Return the book after one more event, which stands in `entry`."""
    match event:
        case MakingRulesChanged(rules=rules):
            changed = replace(book, rules=book.rules.with_item(rules.sku, rules))
        case WorkshopChanged(workshop=workshop):
            changed = replace(book, workshop=workshop)
        case PlanAccepted():
            changed = _with_plan(book, entry, event)
        case PromiseDropped(sku=sku):
            changed = replace(book, promises=book.promises.with_item(sku, ()))
    return replace(changed, changed_seq=entry.seq)


def _with_plan(book: MakingBook, entry: Entry, accepted: PlanAccepted) -> MakingBook:
    promises = {line.sku: _promised(book, line, entry.seq) for line in accepted.lines if line.accepted}
    habits = {line.sku: _used_to(book.habit_of(line.sku), line) for line in accepted.lines}
    return replace(
        book,
        promises=book.promises.with_items(promises),
        habits=book.habits.with_items(habits),
        plans=book.plans.with_item(accepted.plan_id, entry.seq),
    )


def with_arrived(book: MakingBook, sku: Sku, milli: int) -> MakingBook:
    """Return the book after goods came into stock: they keep the promises first that are due first."""
    had = book.promises.get(sku, ())
    if milli <= 0 or not had:
        return book
    left: list[Promise] = []
    for one in had:
        kept = min(milli, one.open_milli)
        milli -= kept
        if one.open_milli > kept:
            left.append(replace(one, open_milli=one.open_milli - kept))
    return replace(book, promises=book.promises.with_item(sku, tuple(left)))


def coming_by_sku(book: MakingBook, on: date) -> Mapping[Sku, int]:
    """Return what is coming of every product of which something is, in thousandths."""
    sums = {sku: book.coming_milli(sku, on) for sku in book.promises.items()}
    return {sku: milli for sku, milli in sums.items() if milli}


def _promised(book: MakingBook, line: AcceptedLine, seq: int) -> tuple[Promise, ...]:
    """What is open of a product with what was taken on now, what is due first in front.

    Goods that come would else keep what is due later, and what is due now would lapse and be planned anew though they are there.
    """
    new = Promise(open_milli=line.accepted * QUANTITY_ONE_MILLI, until=line.until, by=line.by, seq=seq)
    had = book.promises.get(line.sku, ())
    same = next((one for one in had if one.until == new.until), None)
    if same is not None:
        first = min((day for day in (same.by, new.by) if day), default=None)
        new = replace(new, open_milli=new.open_milli + same.open_milli, by=first, seq=same.seq)
    others = (one for one in had if one is not same)
    return tuple(sorted((*others, new), key=lambda one: one.until))[-PROMISES_MAX:]


def _used_to(habit: Habit, line: AcceptedLine) -> Habit:
    proposed, accepted = habit.proposed + line.proposed, habit.accepted + line.accepted
    if max(proposed, accepted) > HABIT_PIECES:
        return Habit(proposed=proposed // 2, accepted=accepted // 2)
    return Habit(proposed=proposed, accepted=accepted)
