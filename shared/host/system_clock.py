"""The machine's clocks: the one place where time comes from."""

import time
from datetime import datetime


class SystemClock:
    """Bears the `Clock` ports."""

    def now(self) -> datetime:
        """Return the wall-clock time with the machine's offset: a label for people."""
        return datetime.now().astimezone()  # noqa: TID251 - this is the clock that the others are handed

    def monotonic_ms(self) -> int:
        """Return milliseconds that never go back."""
        return time.monotonic_ns() // 1_000_000
