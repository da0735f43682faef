"""Documents that arrive in parts: joined in whatever order they come, within bounds, and given up when they stop coming."""

from dataclasses import dataclass, field
from typing import TypeAlias

from shared.documents import SIGNED_BYTES_MAX
from shared.sync.batch import Message

PARTS_MAX = 256
HALF_ARRIVED_MAX = 4
GIVE_UP_AFTER_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a document says it is before anything about it is checked."""

    kind: str
    scope: str
    version: int
    hash: str
    parts: int


@dataclass(slots=True)
class _Half:
    heard_at_ms: int
    parts: dict[int, bytes] = field(default_factory=dict)
    bytes: int = 0


Joined: TypeAlias = tuple[Claim, bytes]


class DocumentParts:
    """The documents of which parts have come: HALF_ARRIVED_MAX at most, the one that waits longest makes room."""

    def __init__(self) -> None:
        self._halves: dict[Claim, _Half] = {}

    def take(self, message: Message, line: bytes, now_ms: int) -> Joined | None:
        """Take one part; return the claim and the whole text once all of it is there. What cannot be is dropped."""
        claim, part = _claim(message), message["part"]
        if not isinstance(part, int) or not 1 <= part <= claim.parts <= PARTS_MAX:
            return None
        half = self._halves.pop(claim, None) or _Half(now_ms)
        half.heard_at_ms = now_ms
        if part not in half.parts:
            half.parts[part] = line
            half.bytes += len(line)
        if half.bytes > SIGNED_BYTES_MAX:
            return None
        if len(half.parts) == claim.parts:
            return claim, b"".join(half.parts[number] for number in range(1, claim.parts + 1))
        self._halves[claim] = half  # now the newest
        if len(self._halves) > HALF_ARRIVED_MAX:
            del self._halves[next(iter(self._halves))]
        return None

    def give_up(self, now_ms: int) -> None:
        """Drop what has stopped coming."""
        late = [
            claim for claim, half in self._halves.items() if now_ms - half.heard_at_ms >= GIVE_UP_AFTER_MS
        ]
        for claim in late:
            del self._halves[claim]

    @property
    def given_up_at_ms(self) -> int | None:
        """When the first of those that came in part is given up, if nothing more of it comes."""
        heard = [half.heard_at_ms for half in self._halves.values()]
        return min(heard) + GIVE_UP_AFTER_MS if heard else None


def _claim(message: Message) -> Claim:
    """The wire's table has checked that these are texts and numbers."""
    version, parts = message["version"], message["parts"]
    return Claim(
        kind=str(message["document"]), scope=str(message["scope"]), hash=str(message["hash"]),
        version=version if isinstance(version, int) else 0, parts=parts if isinstance(parts, int) else 0,
    )  # fmt: skip
