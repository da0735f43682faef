"""The Witness port as a small file beside the database, replaced as a whole and fsynced at each note."""

import json
import logging
import threading
from pathlib import Path

from shared.host.private_file import replace_private_file
from shared.ids import Epoch

_log = logging.getLogger(__name__)


class WitnessFile:
    """`{"epoch": ..., "seq": ...}` of the last own entry; of two notes at once the higher one stays."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._noted: tuple[Epoch, int] | None = None

    def read(self) -> tuple[Epoch, int] | None:
        """Return what was noted last; None if nothing was, or if the file is damaged."""
        try:
            said = json.loads(self._path.read_bytes())
            return Epoch(str(said["epoch"])), int(said["seq"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning(
                "%s cannot be read, so an older copy of the database is not noticed: %s", self._path, error
            )
            return None

    def note(self, epoch: Epoch, seq: int) -> None:
        """Note an own entry that is durable; it is on the disk when this returns."""
        with self._lock:
            if self._noted is not None and self._noted[0] == epoch and self._noted[1] >= seq:
                return
            try:
                replace_private_file(self._path, json.dumps({"epoch": epoch, "seq": seq}).encode())
                self._noted = epoch, seq
            except OSError as error:
                _log.warning("%s cannot be written: %s", self._path, error)
