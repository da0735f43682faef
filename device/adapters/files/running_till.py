"""Where a running till can be reached from its own machine, and the key that its own user may use there.

Whoever can read the file can read and write the ledger anyway, so the key opens no further door.
"""

import hmac
import json
from dataclasses import dataclass, field
from pathlib import Path

from shared.host.private_file import replace_private_file


@dataclass(frozen=True, slots=True)
class RunningTill:
    """A till that said that it runs; it may have been killed since."""

    url: str
    key: str = field(repr=False)

    def knows(self, key: str) -> bool:
        """Compare a key without telling by the time how much of it was right."""
        return hmac.compare_digest(self.key.encode(), key.encode())


class RunningTillFile:
    """`running.json` in the till's data directory, mode 0600."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, till: RunningTill) -> None:
        """Say that a till runs."""
        replace_private_file(self._path, json.dumps({"url": till.url, "key": till.key}).encode())

    def read(self) -> RunningTill | None:
        """Return the till that said it runs, or None."""
        try:
            fields = json.loads(self._path.read_bytes())
            return RunningTill(str(fields["url"]), str(fields["key"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remove(self) -> None:
        """Say that the till has ended."""
        self._path.unlink(missing_ok=True)
