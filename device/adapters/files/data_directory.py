"""Look, before anything is opened, whether the data directory lets this user in: then the words name the path."""

import os
import pwd
from collections.abc import Callable, Iterator
from pathlib import Path

from device.domain.errors import NoAccessError

_LOOKED_INTO = ("", "ledger", "documents")
_OWNER_MAY_WRITE = 0o200


def effective_user_may(path: Path, mode: int) -> bool:
    """Ask the system whether this process may use a path."""
    return os.access(path, mode, effective_ids=True)


def require_access(data_dir: Path, *, may: Callable[[Path, int], bool] = effective_user_may) -> None:
    """Raise NoAccessError for the first path that the till has to read or write and may not."""
    for path in _paths(data_dir, may):
        wanted = os.R_OK | (os.W_OK if path.is_dir() or path.stat().st_mode & _OWNER_MAY_WRITE else 0)
        if path.is_dir():
            wanted |= os.X_OK
        if not may(path, wanted):
            raise NoAccessError(str(path), owner=_name(path.stat().st_uid), user=_name(os.geteuid()))


def _paths(data_dir: Path, may: Callable[[Path, int], bool]) -> Iterator[Path]:
    """Give each folder and then its files; what cannot be looked into is given, and ends the search there."""
    for folder in (data_dir / name for name in _LOOKED_INTO):
        if not folder.is_dir():
            continue
        yield folder
        if may(folder, os.R_OK | os.X_OK):
            yield from (path for path in sorted(folder.iterdir()) if path.is_file())


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
