"""How much room a part's disk has."""

import shutil
from pathlib import Path


class StatvfsDiskGauge:
    """The `DiskGauge` port: the file system that holds a directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def free_bytes(self) -> int:
        """Return the bytes that a user may still write."""
        return shutil.disk_usage(self._directory).free
