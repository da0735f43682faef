"""What a sender and a receiver have done since they started: counts that only grow, for metrics."""

from bisect import bisect_left
from dataclasses import dataclass, field

COMMIT_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


@dataclass(slots=True)
class SendTally:
    """What was sent of one stream or of many; `entries_again` counts those that had been sent before."""

    batches: int = 0
    entries: int = 0
    entries_again: int = 0
    payload_bytes: int = 0

    def sent(self, *, first_seq: int, count: int, sent_up_to_seq: int, payload_bytes: int) -> None:
        """Count a batch; `sent_up_to_seq` is the highest entry of the stream that was sent before it."""
        self.batches += 1
        self.entries += count
        self.entries_again += min(count, max(0, sent_up_to_seq - first_seq + 1))
        self.payload_bytes += payload_bytes


@dataclass(slots=True)
class CommitTimes:
    """How long commits took, as a histogram: one count for each bound of COMMIT_BOUNDS_S and one for all beyond."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(COMMIT_BOUNDS_S) + 1))
    sum_s: float = 0.0

    def took(self, seconds: float) -> None:
        """Count one commit."""
        self.counts[bisect_left(COMMIT_BOUNDS_S, seconds)] += 1
        self.sum_s += seconds

    def buckets(self) -> list[tuple[float, int]]:
        """Return each bound in seconds with how many commits took at most that long; the last bound is infinite."""
        total, row = 0, []
        for bound, count in zip((*COMMIT_BOUNDS_S, float("inf")), self.counts, strict=True):
            total += count
            row.append((bound, total))
        return row


@dataclass(slots=True)
class ReceiveTally:
    """What was received: messages, entries as they came, and messages that could not be taken."""

    messages: int = 0
    entries: int = 0
    rejected: int = 0
    commits: CommitTimes = field(default_factory=CommitTimes)
