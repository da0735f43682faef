"""Where the demo keeps what, which ports it uses, and that only one runs at a time."""

import fcntl
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


class AlreadyRunningError(Exception):
    """Another demo already runs on this directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The demo's directory and the address it listens on."""

    root: Path
    bind: str
    ports: dict[str, int]

    def data(self, part: str) -> Path:
        """Return a part's data directory."""
        return self.root / part

    def url(self, part: str, port: int | None = None) -> str:
        """Return the address of a part, at its own port if no other is said, as a browser on this machine writes it."""
        host = "localhost" if self.bind in {"127.0.0.1", "0.0.0.0", "::1", "::"} else self.bind  # noqa: S104 -- compared, not bound
        scheme = "mqtt" if part == "broker" else "http"
        return f"{scheme}://{host}:{self.ports[part] if port is None else port}"

    @property
    def logs(self) -> Path:
        """Where each part's log lies."""
        return self.root / "logs"


class OnlyOne:
    """Holds the demo's directory for this process; raises AlreadyRunningError if another one has it."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._descriptor = os.open(root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise AlreadyRunningError from error

    def release(self) -> None:
        """Let the next demo in."""
        with suppress(OSError):
            os.close(self._descriptor)
