"""Time from the machine, or, in a demo, from a file that the demo sets."""

import json
import time
from datetime import datetime
from pathlib import Path


class SystemClock:
    """The `Clock` port over the machine's own clocks."""

    def now(self) -> datetime:
        """Return the wall-clock time in the machine's time zone."""
        return datetime.now().astimezone()  # noqa: TID251 - the one place where time comes from

    def monotonic_ms(self) -> int:
        """Return milliseconds that never go back."""
        return time.monotonic_ns() // 1_000_000


class FileClock:
    """The `Clock` port of the demo: `{"now": ISO 8601 with offset}` in a file, read at each look.

    Without the file, or with one that cannot be read, it is the machine's clock.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._system = SystemClock()

    def now(self) -> datetime:
        """Return the file's time, or else the machine's."""
        try:
            now = datetime.fromisoformat(json.loads(self._path.read_text(encoding="utf-8"))["now"])
        except (OSError, ValueError, KeyError, TypeError):
            return self._system.now()
        return now if now.tzinfo is not None else now.astimezone()

    def monotonic_ms(self) -> int:
        """Return milliseconds that never go back; waits are real even in a demo."""
        return self._system.monotonic_ms()
