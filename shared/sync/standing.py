"""What sides tell one another of how they stand: the field `standing` of a welcome or an ack, and progress as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.entry import Json
from shared.sync.batch import Message
from shared.sync.progress import Progress
from shared.sync.reasons import CODES, BehindHub, remedy_in, words_in

WORDS_MAX = 500
SIZES_MAX = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an answering side says of itself in `standing`: whether its disk is full, and how the side behind it is.

    `onward` is None from a side that has nobody behind it, or that is too old to say. `free` is how many compartments of each
    size a hub has free, such as S: 3, or None where it did not count them.
    """

    full: bool = False
    onward: BehindHub | None = None
    free: Mapping[str, int] | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the field as it travels."""
        said: dict[str, Json] = {"full": self.full}
        if self.onward is not None:
            said |= {
                "onward": self.onward.hub_code, "onward_for_s": self.onward.for_s,
                "onward_words": self.onward.words, "onward_remedy": self.onward.remedy,
            }  # fmt: skip
        if self.free is not None:
            said["free"] = dict(self.free)
        return said


def with_standing(answer: Message, standing: Standing) -> Message:
    """Return an answer with how this side stands, where the answer may carry that."""
    return {**answer, "standing": standing.to_json()} if answer["type"] in {"welcome", "ack"} else answer


def read_standing(said: object) -> Standing | None:
    """Read the field `standing` of a welcome or an ack; None if there is none, or nothing that can be read."""
    if not isinstance(said, dict):
        return None
    code, for_s = said.get("onward"), said.get("onward_for_s")
    onward = None
    if isinstance(code, str) and code in CODES:
        seconds = for_s if isinstance(for_s, int) and for_s > 0 else 0
        onward = BehindHub(
            hub_code=code,
            for_s=seconds,
            words=_text(said, "onward_words"),
            remedy=_text(said, "onward_remedy"),
        )
    return Standing(full=said.get("full") is True, onward=onward, free=_counts(said.get("free")))


def _counts(said: object) -> dict[str, int] | None:
    if not isinstance(said, dict) or len(said) > SIZES_MAX:
        return None
    good = all(isinstance(size, str) and type(count) is int and count >= 0 for size, count in said.items())
    return dict(said) if good else None


def _text(said: Mapping[str, object], name: str) -> str:
    value = said.get(name)
    return value[:WORDS_MAX] if isinstance(value, str) else ""


def progress_json(progress: Progress, now_ms: int) -> dict[str, Json]:
    """Return what pages and other parts are told; times end in `_s` where they are durations up to now."""
    reason = progress.reason
    behind_since, moved = progress.behind_since, progress.moved
    return {
        "head_seq": progress.head_seq,
        "mark_seq": progress.mark_seq,
        "behind": progress.behind,
        "behind_since": behind_since.at.isoformat() if behind_since else None,
        "behind_for_s": behind_since.age_s(now_ms) if behind_since else 0,
        "moved": moved.at.isoformat() if moved else None,
        "moved_s": moved.age_s(now_ms) if moved else None,
        "connected": progress.connected,
        "way_since": progress.way_since.at.isoformat(),
        "reason": reason.code,
        "since": progress.since.at.isoformat(),
        "for_s": progress.since.age_s(now_ms),
        "alarm": progress.alarm,
        "words": words_in(reason)[:WORDS_MAX],
        "remedy": remedy_in(reason)[:WORDS_MAX],
        "at_hub": {"reason": reason.hub_code, "for_s": reason.for_s}
        if isinstance(reason, BehindHub)
        else None,
    }
