"""Dead letters as people handle them: listed, exported as they came, dismissed."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cloud.domain.dead_letter import DeadLetter, LetterKind
from cloud.ports.chains import RejectionKind
from cloud.ports.dead_letters import DeadLetters, KeptEntry, KeptMessage
from shared.entry import Json

LISTED: Final = 200
PAGE: Final = 100
POSITION_DIGITS_MAX: Final = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterBoard:
    """What could not be read, the one that came last first, and how many payloads were dropped for want of room."""

    letters: list[DeadLetter]
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDesk:
    """The service behind the list."""

    letters: DeadLetters

    def board(self, tenant: str) -> LetterBoard:
        """Return the list."""
        return LetterBoard(
            letters=self.letters.letters(tenant, limit=LISTED), dropped=self.letters.dropped(tenant)
        )

    def dismiss(self, tenant: str, letter_id: str) -> bool:
        """Take one off the list; False if there is none of that name. It stays here, is exported, and is tried again."""
        kind, _, rest = letter_id.partition("/")
        if kind == LetterKind.ENTRIES and rest.count("/") >= 2:
            source, epoch, what = rest.split("/", 2)
            return self.letters.dismiss_entries(tenant, source, epoch, what)
        if kind not in (LetterKind.MESSAGE, LetterKind.EVIDENCE) or not rest.isdecimal():
            return False
        return len(rest) <= POSITION_DIGITS_MAX and self.letters.dismiss_message(tenant, int(rest))

    def export(self, tenant: str) -> Iterator[bytes]:
        """Yield all of them as JSON Lines, with their bytes in base64."""
        after = 0
        while messages := self.letters.messages(tenant, after=after, limit=PAGE):
            yield from (_line(_message(one)) for one in messages)
            after = messages[-1].position
        after = 0
        while entries := self.letters.entries(tenant, after=after, limit=PAGE):
            yield from (_line(_entry(one)) for one in entries)
            after = entries[-1].position


def _message(one: KeptMessage) -> Mapping[str, Json]:
    kind = LetterKind.EVIDENCE if one.kind is RejectionKind.FORK else LetterKind.MESSAGE
    return {
        "kind": kind.value, "source": one.source, "hub": one.hub, "at_ms": one.at_ms, "times": one.times,
        "reason": one.reason, "size": one.size, "payload": base64.b64encode(one.payload).decode(),
    }  # fmt: skip


def _entry(one: KeptEntry) -> Mapping[str, Json]:
    return {
        "kind": LetterKind.ENTRIES.value, "source": one.stream.source, "epoch": one.stream.epoch,
        "seq": one.at.seq, "reason": one.reason, "payload": base64.b64encode(one.line).decode(),
    }  # fmt: skip


def _line(fields: Mapping[str, Json]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
