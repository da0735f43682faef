"""Questions to card terminals written down and read again: part of the cache of the till's state, see `till_snapshot`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from device.domain.card_attempts import Attempt, CardBook
from device.domain.growing import GrowingMap, RecentMap
from device.domain.snapshot_fields import Fields, counts_of, read_counts
from shared.entry import Body, Json
from shared.events.card import CardAsked, CardOutcome
from shared.events.event import event_body, read_body


def dump_cards(book: CardBook) -> dict[str, Json]:
    """Return the attempts as JSON."""
    return {
        "open": [_dump(one) for one in book.open.values()],
        "ended": [_dump(one) for one in book.ended.items().values()],
        "booked": dict(book.booked.items()),
        "back_minor": counts_of(book.back_minor.items()),
    }


def load_cards(fields: Fields) -> CardBook:
    """Read what `dump_cards` wrote; raises KeyError, TypeError or ValueError for anything else."""
    opened, closed = (
        [_load(one) for one in cast("Sequence[Mapping[str, Any]]", fields[name])]
        for name in ("open", "ended")
    )
    ended: RecentMap[str, Attempt] = RecentMap()
    for attempt in closed:
        ended = ended.with_item(attempt.asked.attempt_id, attempt)
    booked: RecentMap[str, str] = RecentMap()
    for reference, attempt_id in cast("Mapping[str, str]", fields["booked"]).items():
        booked = booked.with_item(reference, attempt_id)
    return CardBook(
        open={one.asked.attempt_id: one for one in opened},
        ended=ended,
        booked=booked,
        back_minor=GrowingMap(read_counts(fields, "back_minor")),
    )


def _dump(one: Attempt) -> Json:
    return {
        "asked": cast("Json", event_body(one.asked)),
        "seq": one.seq,
        "at": one.at.isoformat(),
        "outcome": one.outcome.value if one.outcome else None,
        "reference": one.reference,
        "said_by": one.said_by,
        "receipt_lines": [*one.receipt_lines],
        "why": one.why,
    }


def _load(fields: Mapping[str, Any]) -> Attempt:
    asked = read_body("CardAsked", cast("Body", fields["asked"]))
    if not isinstance(asked, CardAsked):
        raise ValueError("a question to a terminal cannot be read")  # noqa: TRY004 - damage of a cache, not of an argument
    return Attempt(
        asked=asked,
        seq=int(fields["seq"]),
        at=datetime.fromisoformat(fields["at"]),
        outcome=CardOutcome(fields["outcome"]) if fields["outcome"] else None,
        reference=str(fields["reference"]),
        said_by=str(fields["said_by"]),
        receipt_lines=tuple(fields["receipt_lines"]),
        why=str(fields["why"]),
    )
