"""Tokens for machines: with one a monitor reads a part's metrics, with another a program notes signals at a till.

Each is a file that only its owner can read. There is none until somebody asks for one, so no program is let in by default.
Whoever can read the file can read the part's data anyway.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

from shared.host.private_file import replace_private_file

METRICS = "metrics-token"
SIGNALS = "signals-token"
_BYTES = 32


@dataclass(frozen=True, slots=True)
class TokenFile:
    """A token in a part's data directory; a running part sees a new one at the next request."""

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


def metrics_token_in(data_dir: Path) -> TokenFile:
    """Return the file of the token for the metrics of the part that keeps its data here."""
    return TokenFile(data_dir / METRICS)


def signals_token_in(data_dir: Path) -> TokenFile:
    """Return the file of the token with which programs note signals and market days at the till that keeps its data here."""
    return TokenFile(data_dir / SIGNALS)
