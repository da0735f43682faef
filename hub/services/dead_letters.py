"""Dead letters as people handle them: listed, exported as they came, dismissed."""

import base64
import json
from typing import TypeAlias

from hub.domain.dead_letter import (
    DeadLetter,
    LetterKind,
    letter_of_evidence,
    letter_of_group,
    letter_of_message,
    newest_first,
)
from hub.domain.stream import Quarantined, Rejected, UnreadableEntry
from hub.ports.store import UnitOfWork
from shared.entry import Json

PAGE = 100
Place: TypeAlias = tuple[str, tuple[int, int]]
"""How far an export has got: the kind of letter, and the place within it."""

BEGINNING: Place = (LetterKind.MESSAGE, (0, 0))


def list_letters(uow: UnitOfWork, limit: int) -> list[DeadLetter]:
    """Return the newest messages, all groups of entries, and the newest evidence."""
    messages = [letter_of_message(one) for one in uow.refusals.newest_rejected(limit)]
    groups = [letter_of_group(one) for one in uow.streams.unreadable_groups()]
    evidence = [letter_of_evidence(one) for one in uow.refusals.newest_set_aside(limit)]
    return newest_first((*messages, *groups, *evidence))


def dismiss(uow: UnitOfWork, letter_id: str) -> bool:
    """Take one off the list; False if there is none of that name. It stays here, is exported, and is tried again."""
    kind, _, rest = letter_id.partition("/")
    if kind == LetterKind.ENTRIES and rest.count("/") >= 2:
        source, epoch, what = rest.split("/", 2)
        return uow.streams.dismiss_unreadable(source, epoch, what) > 0
    if not rest.isdecimal() or len(rest) > 18:
        return False
    if kind == LetterKind.MESSAGE:
        return uow.refusals.dismiss_rejected(int(rest))
    return kind == LetterKind.EVIDENCE and uow.refusals.dismiss_set_aside(int(rest))


def export_some(uow: UnitOfWork, *, place: Place) -> tuple[list[bytes], Place | None]:
    """Return some lines of the export, one JSON object each, and the place to go on from; None at the end."""
    kind, at = place
    match kind:
        case LetterKind.MESSAGE:
            messages = uow.refusals.rejected_after(at[0], PAGE)
            lines = [_line(_message(one)) for one in messages]
            return lines, _next(kind, [(one.number, 0) for one in messages], LetterKind.ENTRIES)
        case LetterKind.ENTRIES:
            found = uow.streams.unreadable(after=at, limit=PAGE)
            lines = [_line(_entry(one)) for _, one in found]
            return lines, _next(kind, [where for where, _ in found], LetterKind.EVIDENCE)
        case _:
            evidence = uow.refusals.set_aside_after(at[0], PAGE)
            lines = [_line(_evidence(one)) for one in evidence]
            return lines, _next(kind, [(one.number, 0) for one in evidence], None)


def _next(kind: str, places: list[tuple[int, int]], then: str | None) -> Place | None:
    if len(places) == PAGE:
        return kind, places[-1]
    return None if then is None else (then, (0, 0))


def _message(one: Rejected) -> dict[str, Json]:
    return {
        "kind": LetterKind.MESSAGE.value, "topic": one.topic, "at": one.at.isoformat(), "times": one.times,
        "reason": one.reason, "size": one.size, "payload": base64.b64encode(one.payload).decode(),
    }  # fmt: skip


def _entry(one: UnreadableEntry) -> dict[str, Json]:
    return {
        "kind": LetterKind.ENTRIES.value, "source": one.key.source, "epoch": one.key.epoch, "seq": one.seq,
        "says": one.kind, "at": one.at, "reason": one.reason, "payload": base64.b64encode(one.line).decode(),
    }  # fmt: skip


def _evidence(one: Quarantined) -> dict[str, Json]:
    return {
        "kind": LetterKind.EVIDENCE.value, "source": one.source, "epoch": one.epoch, "at": one.at.isoformat(),
        "reason": one.reason, "payload": base64.b64encode(one.payload).decode(),
    }  # fmt: skip


def _line(fields: dict[str, Json]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
