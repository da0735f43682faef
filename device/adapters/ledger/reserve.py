"""Room kept back on the disk, so that the day can still be closed when it is full."""

from pathlib import Path

from device.adapters.ledger.disk import Disk
from device.adapters.ledger.layout import RESERVE_NAME, UNBORN_SUFFIX


class Reserve:
    """A file of zeros beside the ledger; giving it up makes room for what must be recorded."""

    def __init__(self, disk: Disk, directory: Path, size_bytes: int = 0) -> None:
        self._disk = disk
        self._directory = directory
        self._path = directory / RESERVE_NAME
        self._size_bytes = size_bytes

    def fill(self) -> None:
        """Keep room back, if it is not kept already; raises OSError where there is none to keep."""
        if not self._size_bytes or RESERVE_NAME in self._disk.list_directory(self._directory):
            return
        unborn = self._directory / (RESERVE_NAME + UNBORN_SUFFIX)
        handle = self._disk.create(unborn)
        try:
            self._disk.write(handle, 0, bytes(self._size_bytes))
            self._disk.sync(handle)
        except OSError:
            self._disk.remove(unborn)
            raise
        finally:
            self._disk.close(handle)
        self._disk.rename(unborn, self._path)

    def release(self) -> bool:
        """Give the room up for good; returns whether there was any. Raises OSError if the disk fails."""
        if RESERVE_NAME not in self._disk.list_directory(self._directory):
            return False
        self._disk.remove(self._path)
        self._disk.sync_directory(self._directory)
        return True
