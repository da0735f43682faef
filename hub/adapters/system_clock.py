"""The Clock port over the machine's clocks."""

import time
from datetime import datetime


class SystemClock:
    """The machine's wall clock and monotonic clock."""

    def now(self) -> datetime:
        """Return the local time with its offset."""
        return datetime.now().astimezone()  # noqa: TID251 - this is the clock that the others are handed

    def monotonic_ms(self) -> int:
        """Return milliseconds that only ever grow."""
        return time.monotonic_ns() // 1_000_000
