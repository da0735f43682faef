"""The demo's clock: time from a file that the demo sets."""

import json
from datetime import datetime
from pathlib import Path

from shared.host.system_clock import SystemClock


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
