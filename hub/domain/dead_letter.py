"""What this hub could not read, as people see it: what it is, from whom, since when, why, and what to do.

A dead letter is a message that was refused, or entries that stand in their chain and are not understood, or evidence of a
chain that contradicts what is held. All are kept as they came and are offered to the next version of the software.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.domain.stream import Quarantined, Rejected, UnreadableGroup


class LetterKind(StrEnum):
    """Which of the three it is."""

    MESSAGE = "message"
    ENTRIES = "entries"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One row of the list. `letter_id` names it in commands; `count` says how many entries, or how often it came.

    `since` is empty where entries do not say their time.
    """

    letter_id: str
    kind: LetterKind
    source: str
    what: str
    since: str
    last_at: str
    count: int
    reason: str


def letter_of_message(rejected: Rejected) -> DeadLetter:
    """Return a refused message as a dead letter."""
    return DeadLetter(
        letter_id=f"{LetterKind.MESSAGE}/{rejected.number}", kind=LetterKind.MESSAGE, source=source_of(rejected.topic),
        what=rejected.topic.rsplit("/", 1)[-1], since=_text(rejected.at), last_at=_text(rejected.last_at or rejected.at),
        count=rejected.times, reason=rejected.reason,
    )  # fmt: skip


def letter_of_group(group: UnreadableGroup) -> DeadLetter:
    """Return entries of one chain and kind as a dead letter."""
    key = group.key
    return DeadLetter(
        letter_id=f"{LetterKind.ENTRIES}/{key.source}/{key.epoch}/{group.kind}", kind=LetterKind.ENTRIES,
        source=key.source, what=group.kind, since=group.first_at, last_at=group.last_at, count=group.count,
        reason=group.reason,
    )  # fmt: skip


def letter_of_evidence(aside: Quarantined) -> DeadLetter:
    """Return evidence of a contradiction as a dead letter."""
    at = _text(aside.at)
    return DeadLetter(
        letter_id=f"{LetterKind.EVIDENCE}/{aside.number}", kind=LetterKind.EVIDENCE, source=aside.source,
        what=aside.epoch, since=at, last_at=at, count=1, reason=aside.reason,
    )  # fmt: skip


def newest_first(letters: Iterable[DeadLetter]) -> list[DeadLetter]:
    """Return dead letters with the one that came last at the head."""
    return sorted(letters, key=lambda letter: letter.last_at, reverse=True)


def source_of(topic: str) -> str:
    """Return whose topic it is, as far as it can be told."""
    levels = topic.split("/")
    return levels[-2] if len(levels) > 1 else ""


def _text(moment: datetime) -> str:
    return moment.isoformat()
