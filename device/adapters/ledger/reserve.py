"""Room kept back on the disk, so that the day can still be closed when it is full."""

import logging
from pathlib import Path

from device.adapters.ledger.disk import NO_ROOM, Disk
from device.adapters.ledger.layout import RESERVE_NAME
from device.adapters.ledger.sealing import replace_file

_log = logging.getLogger(__name__)


class Reserve:
    """A file of zeros beside the ledger; giving it up makes room for what must be recorded.

    Attributes:
        is_missing: whether it could not be made, or was given up and not made again.
    """

    def __init__(self, disk: Disk, directory: Path, size_bytes: int = 0) -> None:
        self.is_missing = bool(size_bytes)
        self._disk = disk
        self._directory = directory
        self._path = directory / RESERVE_NAME
        self._size_bytes = size_bytes

    def fill(self) -> bool:
        """Keep room back, if it is not kept already; False if there is no room to keep.

        A disk that fails otherwise is no reason to refuse a sale: it is told in the log.
        """
        if not self.is_missing:
            return True
        try:
            if RESERVE_NAME not in self._disk.list_directory(self._directory):
                replace_file(self._disk, self._path, bytes(self._size_bytes))
        except OSError as error:
            _log.warning("no room could be kept back for closing the day (%s)", error)
            return error.errno not in NO_ROOM
        self.is_missing = False
        return True

    def release(self) -> bool:
        """Give the room up; returns whether there was any. Raises OSError if the disk fails."""
        if RESERVE_NAME not in self._disk.list_directory(self._directory):
            return False
        self._disk.remove(self._path)
        self.is_missing = bool(self._size_bytes)
        self._disk.sync_directory(self._directory)
        return True
