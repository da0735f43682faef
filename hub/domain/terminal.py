"""Slowing down whoever guesses: each terminal waits longer after each miss, and no other terminal does."""

from dataclasses import dataclass

WAIT_FIRST_S = 1
WAIT_MAX_S = 60


@dataclass(frozen=True, slots=True)
class BackOff:
    """How often in a row something was missed, and until when (monotonic) nothing is tried."""

    misses: int = 0
    until_ms: int = 0

    def wait_s(self, now_ms: int) -> int:
        """Return the seconds still to wait, rounded up; 0 if a try is welcome."""
        return max(0, -(-(self.until_ms - now_ms) // 1000))

    def missed(self, now_ms: int) -> "BackOff":
        """Return the back-off after one more miss: 1 s, 2 s, 4 s … 60 s."""
        wait_s = min(WAIT_FIRST_S * 2 ** min(self.misses, 16), WAIT_MAX_S)
        return BackOff(self.misses + 1, now_ms + wait_s * 1000)
