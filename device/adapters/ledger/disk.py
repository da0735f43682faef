"""The few disk operations that the ledger stands on, as a port of its own: a simulated disk fits under the real code."""

import errno
from pathlib import Path
from typing import NewType, Protocol

Handle = NewType("Handle", int)

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The errors of a disk that is full, after which it can be used as before."""


class Disk(Protocol):
    """Files as POSIX gives them. Every operation may raise OSError; nothing is durable before the matching sync."""

    def make_directory(self, path: Path) -> None:
        """Make a directory that only its owner may enter, and its parents, durably; no error if it exists."""

    def list_directory(self, path: Path) -> tuple[str, ...]:
        """Return the names in a directory, sorted."""

    def size(self, path: Path) -> int:
        """Return how many bytes a file has; raises FileNotFoundError if there is none."""

    def create(self, path: Path) -> Handle:
        """Make an empty file, readable for its owner only; an older one of that name is emptied."""

    def open(self, path: Path) -> Handle:
        """Open an existing file for reading and writing."""

    def lock(self, path: Path) -> Handle | None:
        """Take the lock that `path` stands for, until the handle is closed; None if another process has it."""

    def close(self, handle: Handle) -> None:
        """Give a handle back."""

    def read(self, handle: Handle, position: int, length: int) -> bytes:
        """Return up to `length` bytes from `position`; fewer only at the file's end."""

    def write(self, handle: Handle, position: int, content: bytes) -> None:
        """Write all of `content` at `position`; after an error any part of it may have been written."""

    def sync(self, handle: Handle) -> None:
        """Make the file's bytes and size durable (fdatasync)."""

    def forget_cached(self, handle: Handle) -> None:
        """Drop what is cached of the file, so that reading shows what the disk holds. A hint: need not succeed."""

    def truncate(self, handle: Handle, size: int) -> None:
        """Cut the file to `size` bytes."""

    def rename(self, source: Path, target: Path) -> None:
        """Give a file another name in the same directory, in one step."""

    def remove(self, path: Path) -> None:
        """Remove a file."""

    def sync_directory(self, path: Path) -> None:
        """Make a directory's names durable."""
