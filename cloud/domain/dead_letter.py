"""What the cloud could not read, as people see it: what it is, from whom, since when, and why."""

from dataclasses import dataclass
from enum import StrEnum


class LetterKind(StrEnum):
    """A payload that was not taken, entries that are not understood, or a branch that contradicts what is held."""

    MESSAGE = "message"
    ENTRIES = "entries"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One row of the list. `letter_id` names it; `count` says how many entries, or how often it came."""

    letter_id: str
    kind: LetterKind
    source: str
    what: str
    since_ms: int
    last_at_ms: int
    count: int
    reason: str
