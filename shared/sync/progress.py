"""How far one stream is behind at one receiver, since when, and why: facts for pages, metrics and commands.

Theory of operation. Whoever drives a stream shows a `ProgressWatch` what it sees, each time something has changed and each
time somebody asks. Durations are of monotonic milliseconds alone; the wall clock only labels moments for people.

"Connected but not progressing" is an alarm of its own. Time counts against the receiver while the way to it is open,
something it lacks has been offered, and its mark stays where it is. A stream is `Stalled` once that time has reached
`stall_after_ms`, which is longer than all of the sender's waits up to the longest one, so that every retry had
its chance. The count ends with progress only, and with an outage at least as long: a way that breaks and opens again
all the time neither hides a stall nor makes the alarm flicker.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import assert_never

from shared.sync.reasons import (
    NotConnected,
    NothingBehind,
    OnTheWay,
    Quarantined,
    Reason,
    Refused,
    Stalled,
    Trouble,
    Unanswered,
    is_alarm,
)
from shared.sync.sender import SenderLimits

MOMENTS_MAX = 32
WORDS_MAX = 500
_STALL_AFTER_WAITS = 3


class Way(Enum):
    """The way to the receiver: closed, open but not answered yet, or open with the receiver answering."""

    CLOSED = "closed"
    UNANSWERED = "unanswered"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was: monotonic milliseconds to count with, wall-clock time to show."""

    ms: int
    at: datetime

    def age_s(self, now_ms: int) -> int:
        """Return how long ago it was, in whole seconds."""
        return max(0, now_ms - self.ms) // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What is seen of a stream at one moment.

    Attributes:
        head_seq: the last entry that there is.
        mark_seq: the last entry that the receiver has made durable, as it said itself.
        way: the way to it.
        words: why the way is closed.
        trouble: what stands in the way beyond that; it goes before everything that is worked out here.
        offered: something beyond the mark was sent since the mark moved; False while others have their turn.
    """

    head_seq: int
    mark_seq: int
    way: Way
    words: str = ""
    trouble: Trouble | None = None
    offered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a stream is behind at a receiver; `moved` is when the mark last rose, `since` belongs to the reason.

    `behind_since` is when the oldest entry that the receiver lacks appeared, or was found to be missing there.
    """

    head_seq: int
    mark_seq: int
    behind_since: Moment | None
    moved: Moment | None
    way: Way
    way_since: Moment
    reason: Reason
    since: Moment

    @property
    def behind(self) -> int:
        """How many entries the receiver lacks."""
        return self.head_seq - self.mark_seq

    @property
    def connected(self) -> bool:
        """Whether the receiver itself answers."""
        return self.way is Way.OPEN

    @property
    def alarm(self) -> bool:
        """Whether a person should look."""
        return is_alarm(self.reason)


def stall_after_ms(limits: SenderLimits) -> int:
    """Return how long a mark may stand still while connected: longer than the waits up to the longest one together."""
    return _STALL_AFTER_WAITS * limits.resend_max_ms


class ProgressWatch:
    """Watches one stream towards one receiver; see the module for how it counts."""

    def __init__(self, stall_after_ms: int) -> None:
        self._stall_after_ms = stall_after_ms
        self._appeared = _Appearances()
        self._seen: Sighting | None = None
        self._looked_ms = 0
        self._waited_ms = 0
        self._waiting_since: Moment | None = None
        self._moved: Moment | None = None
        self._way_since: Moment | None = None
        self._reason: Reason = NothingBehind()
        self._since: Moment | None = None

    def observe(self, seen: Sighting, now_ms: int, at: datetime) -> Progress:
        """Take what is seen now, and return what that means; `at` is a label only."""
        now = Moment(now_ms, at)
        mark_seq = max(0, min(seen.mark_seq, seen.head_seq))
        self._count_waiting(now_ms)
        self._note_mark(mark_seq, now)
        self._appeared.note(head_seq=seen.head_seq, mark_seq=mark_seq, now=now)
        self._note_way(seen.way, now)
        self._seen, self._looked_ms = seen, now_ms
        if seen.head_seq == mark_seq:
            self._stop_waiting()
        elif _counts(seen) and self._waiting_since is None:
            self._waiting_since = now
        self._note_reason(self._why(seen, mark_seq, now_ms), now)
        return Progress(
            head_seq=seen.head_seq, mark_seq=mark_seq, behind_since=self._appeared.oldest_missing(mark_seq),
            moved=self._moved, way=seen.way, way_since=self._way_since or now, reason=self._reason,
            since=self._since or now,
        )  # fmt: skip

    def _count_waiting(self, now_ms: int) -> None:
        """Whatever was seen last held until now."""
        if self._seen is not None and self._waiting_since is not None and _counts(self._seen):
            self._waited_ms += max(0, now_ms - self._looked_ms)

    def _note_mark(self, mark_seq: int, now: Moment) -> None:
        before = 0 if self._seen is None else max(0, min(self._seen.mark_seq, self._seen.head_seq))
        if self._seen is not None and mark_seq > before:
            self._moved = now
            self._stop_waiting()

    def _note_way(self, way: Way, now: Moment) -> None:
        before = self._seen.way if self._seen else None
        if before is way:
            return
        was_closed_ms = now.ms - self._way_since.ms if before is Way.CLOSED and self._way_since else 0
        if was_closed_ms >= self._stall_after_ms:
            self._stop_waiting()
        self._way_since = now

    def _stop_waiting(self) -> None:
        self._waited_ms, self._waiting_since = 0, None

    def _why(self, seen: Sighting, mark_seq: int, now_ms: int) -> Reason:
        if isinstance(seen.trouble, Refused | Quarantined):
            return seen.trouble  # also where nothing is behind yet: whatever comes next is not taken
        if seen.head_seq == mark_seq:
            return NothingBehind()
        if seen.trouble is not None:
            return seen.trouble
        if self._waited_ms >= self._stall_after_ms and not self._is_away(seen, now_ms):
            return Stalled()
        return _of_way(seen)

    def _is_away(self, seen: Sighting, now_ms: int) -> bool:
        """Closed for so long that it is an outage, not a way that breaks all the time."""
        closed_ms = now_ms - self._way_since.ms if self._way_since else 0
        return seen.way is Way.CLOSED and closed_ms >= self._stall_after_ms

    def _note_reason(self, reason: Reason, now: Moment) -> None:
        if self._since is None or reason.code != self._reason.code:
            self._since = now
            if isinstance(reason, Stalled) and self._waiting_since is not None:
                self._since = self._waiting_since
            if isinstance(reason, NotConnected) and self._way_since is not None:
                self._since = self._way_since
        self._reason = reason


def _counts(seen: Sighting) -> bool:
    """Tell whether time counts against the receiver."""
    return seen.way is not Way.CLOSED and seen.offered and seen.head_seq > seen.mark_seq


def _of_way(seen: Sighting) -> Reason:
    match seen.way:
        case Way.CLOSED:
            return NotConnected(seen.words[:WORDS_MAX])
        case Way.UNANSWERED:
            return Unanswered()
        case Way.OPEN:
            return OnTheWay()
        case _:
            assert_never(seen.way)


class _Appearances:
    """When the entries that a receiver lacks appeared: a bounded row of moments, each for the entries up to a number."""

    def __init__(self) -> None:
        self._row: list[tuple[int, Moment]] = []
        self._head_seq = 0
        self._mark_seq = 0

    def note(self, *, head_seq: int, mark_seq: int, now: Moment) -> None:
        """The stream has grown, or the mark has moved; a mark that was lowered makes entries missing from now on."""
        if mark_seq < self._mark_seq:
            self._row.insert(0, (self._mark_seq, now))
        if head_seq > self._head_seq:
            self._row.append((head_seq, now))
        self._head_seq, self._mark_seq = head_seq, mark_seq
        self._row = [(seq, moment) for seq, moment in self._row if seq > mark_seq]
        if len(self._row) > MOMENTS_MAX:
            self._thin_out()

    def oldest_missing(self, mark_seq: int) -> Moment | None:
        """Return when the oldest entry beyond the mark appeared; None if there is none."""
        missing = [moment for seq, moment in self._row if seq > mark_seq]
        return min(missing, key=lambda moment: moment.ms, default=None)

    def _thin_out(self) -> None:
        """Join neighbours: the later's number with the earlier's moment, so that nothing seems younger than it is."""
        pairs = list(zip(self._row[::2], self._row[1::2], strict=False))
        odd = self._row[len(pairs) * 2 :]
        self._row = [(later[0], earlier[1]) for earlier, later in pairs] + odd
