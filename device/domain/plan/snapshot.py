"""The book of making written down and read again: part of the cache of the till's state."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

from pydantic import TypeAdapter

from device.domain.growing import GrowingMap, RecentMap
from device.domain.plan.making_book import Habit, MakingBook, Promise
from device.domain.snapshot_fields import Fields, counts_of, read_counts, read_integer, read_text
from shared.entry import Json
from shared.events.making import MakingRules, Workshop
from shared.ids import Sku

_RULES: Final = TypeAdapter(tuple[MakingRules, ...])
_WORKSHOP: Final = TypeAdapter(Workshop)


def dump_making(book: MakingBook) -> dict[str, Json]:
    """Return the book as JSON."""
    return {
        "rules": cast("Json", _RULES.dump_python((*book.rules.items().values(),), mode="json")),
        "workshop": cast("Json", _WORKSHOP.dump_python(book.workshop, mode="json")),
        "promises": {
            sku: [
                [one.open_milli, one.until.isoformat(), one.by.isoformat() if one.by else None, one.seq]
                for one in promises
            ]
            for sku, promises in book.promises.items().items()
        },
        "habits": {sku: [habit.proposed, habit.accepted] for sku, habit in book.habits.items().items()},
        "plans": counts_of(book.plans.items()),
        "changed_seq": book.changed_seq,
    }


def load_making(fields: Fields) -> MakingBook:
    """Read what `dump_making` wrote; raises KeyError, TypeError or ValueError for anything else."""
    rules = _RULES.validate_python(cast("list[Any]", fields["rules"]))
    promises = cast("Mapping[str, Sequence[Sequence[Json]]]", fields["promises"])
    habits = cast("Mapping[str, Sequence[Json]]", fields["habits"])
    plans: RecentMap[str, int] = RecentMap()
    for plan_id, seq in read_counts(fields, "plans").items():
        plans = plans.with_item(plan_id, seq)
    return MakingBook(
        rules=GrowingMap({one.sku: one for one in rules}),
        workshop=_WORKSHOP.validate_python(fields["workshop"]),
        promises=GrowingMap({Sku(sku): tuple(_promise(*one) for one in of) for sku, of in promises.items()}),
        habits=GrowingMap({Sku(sku): _habit(*habit) for sku, habit in habits.items()}),
        plans=plans,
        changed_seq=read_integer(fields["changed_seq"]),
    )


def _promise(open_milli: Json, until: Json, by: Json, seq: Json) -> Promise:
    return Promise(
        open_milli=read_integer(open_milli),
        until=date.fromisoformat(read_text(until)),
        by=None if by is None else date.fromisoformat(read_text(by)),
        seq=read_integer(seq),
    )


def _habit(proposed: Json, accepted: Json) -> Habit:
    return Habit(proposed=read_integer(proposed), accepted=read_integer(accepted))
