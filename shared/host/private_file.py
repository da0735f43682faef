"""Small files for their owner alone, replaced as a whole: after a power cut either the old or the new one is there."""

import os
import tempfile
from pathlib import Path

OWNER_ONLY_DIRECTORY = 0o700


def replace_private_file(path: Path, content: bytes) -> None:
    """Write beside, fsync, rename over the old file, and fsync the directory that holds the name (mode 0600).

    Raises:
        OSError: the old file is untouched.
    """
    path.parent.mkdir(mode=OWNER_ONLY_DIRECTORY, parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(fresh).replace(path)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable; raises OSError."""
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
