"""The disk port on the operating system's own calls (POSIX)."""

import fcntl
import os
from pathlib import Path

from device.adapters.ledger.disk import Handle

_OWNER_ONLY_FILE = 0o600
_OWNER_ONLY_DIRECTORY = 0o700


class OsDisk:
    """The real disk: one system call for each operation, no caching and no retry of its own."""

    def __init__(self) -> None:
        self._locked_folders: dict[Handle, int] = {}

    def make_directory(self, path: Path) -> None:
        """Make a directory and its parents, and make each new name durable in the directory that holds it."""
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=_OWNER_ONLY_DIRECTORY, exist_ok=True)
            self.sync_directory(folder.parent)

    def list_directory(self, path: Path) -> tuple[str, ...]:
        """Return the names in a directory, sorted."""
        return tuple(sorted(child.name for child in path.iterdir()))

    def size(self, path: Path) -> int:
        """Return a file's size."""
        return path.stat().st_size

    def create(self, path: Path) -> Handle:
        """Make or empty a file."""
        return Handle(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _OWNER_ONLY_FILE))

    def open(self, path: Path) -> Handle:
        """Open an existing file."""
        return Handle(os.open(path, os.O_RDWR | os.O_CLOEXEC))

    def lock(self, path: Path) -> Handle | None:
        """Take an exclusive flock; the kernel gives it back when this process ends, however it ends.

        On the file's folder as well: whoever deletes the file would otherwise let a second process in.
        """
        folder = _flocked(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        if folder is None:
            return None
        try:
            handle = _flocked(path, os.O_RDWR | os.O_CREAT)
        except OSError:
            os.close(folder)
            raise
        if handle is None:
            os.close(folder)
            return None
        self._locked_folders[Handle(handle)] = folder
        return Handle(handle)

    def close(self, handle: Handle) -> None:
        """Close a file; a lock on it is released."""
        folder = self._locked_folders.pop(handle, None)
        try:
            os.close(handle)
        finally:
            if folder is not None:
                os.close(folder)

    def read(self, handle: Handle, position: int, length: int) -> bytes:
        """Read with pread, which needs no shared position and so is safe from any thread."""
        blocks: list[bytes] = []
        while length > 0:
            block = os.pread(handle, length, position)
            if not block:
                break
            blocks.append(block)
            position, length = position + len(block), length - len(block)
        return blocks[0] if len(blocks) == 1 else b"".join(blocks)

    def write(self, handle: Handle, position: int, content: bytes) -> None:
        """Write with pwrite; a short write goes on where it stopped, until done or refused."""
        written = os.pwrite(handle, content, position)
        while written < len(content):
            written += os.pwrite(handle, content[written:], position + written)

    def sync(self, handle: Handle) -> None:
        """Flush data and size (fdatasync)."""
        os.fdatasync(handle)

    def forget_cached(self, handle: Handle) -> None:
        """Ask the kernel to drop clean pages of this file (posix_fadvise)."""
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)

    def truncate(self, handle: Handle, size: int) -> None:
        """Cut a file."""
        os.ftruncate(handle, size)

    def rename(self, source: Path, target: Path) -> None:
        """Rename within a directory."""
        source.rename(target)

    def remove(self, path: Path) -> None:
        """Remove a file."""
        path.unlink()

    def sync_directory(self, path: Path) -> None:
        """Flush a directory's names (fsync on the directory)."""
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _flocked(path: Path, flags: int) -> int | None:
    """Open with an exclusive flock; None if another process has it."""
    handle = os.open(path, flags | os.O_CLOEXEC, _OWNER_ONLY_FILE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        if isinstance(error, BlockingIOError):
            return None
        raise
    return handle
