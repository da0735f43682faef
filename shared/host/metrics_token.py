"""The token with which a monitor reads a part's metrics and status: a file that only its owner can read.

There is none until somebody asks for one, so nobody reads anything by default. Whoever can read the file can read the part's
data anyway.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

from shared.host.private_file import replace_private_file

NAME = "metrics-token"
_BYTES = 32


@dataclass(frozen=True, slots=True)
class MetricsTokenFile:
    """`metrics-token` in a part's data directory; a running part sees a new one at the next request."""

    path: Path

    def read(self) -> str:
        """Return the token, or an empty text if there is none or it cannot be read."""
        try:
            return self.path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def give(self, *, new: bool = False) -> str:
        """Return the token; make one if there is none, or another one if `new`. Raises OSError."""
        token = "" if new else self.read()
        if not token:
            token = secrets.token_urlsafe(_BYTES)
            replace_private_file(self.path, token.encode() + b"\n")
        return token


def metrics_token_in(data_dir: Path) -> MetricsTokenFile:
    """Return the token's file of the part that keeps its data here."""
    return MetricsTokenFile(data_dir / NAME)
