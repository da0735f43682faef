"""The settings in a TinyDB store of their own, whose file is replaced as a whole at each change.

One document per section. The file is small and changes seldom, so rewriting it is the simple and safe thing; the ledger,
which grows, has another store.
"""

import errno
import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from tinydb import TinyDB, where
from tinydb.storages import Storage

from device.adapters.files.settings_document import from_sections, to_sections
from device.domain.errors import DiskFullError, SettingsDamagedError
from device.domain.settings import Settings
from shared.entry import Json
from shared.host.private_file import replace_private_file

_TABLE = "settings"


class AtomicJsonStorage(Storage):
    """TinyDB storage: JSON in a file that is never half written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return the whole store, or None before the first write; raises SettingsDamagedError."""
        try:
            tables = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise SettingsDamagedError(str(self._path), "it is no JSON") from error
        if not isinstance(tables, dict):
            raise SettingsDamagedError(str(self._path), "it is no JSON object")
        return tables

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Replace the whole store; raises DiskFullError."""
        try:
            replace_private_file(self._path, json.dumps(data, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFullError("this change") from error
            raise


class TinyDbSettingsStore:
    """The `SettingsStore` port.

    Raises:
        SettingsDamagedError: the file is there and cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._table = TinyDB(path, storage=AtomicJsonStorage).table(_TABLE)
        self._writing = threading.Lock()
        self._current = self._read(path)

    @property
    def current(self) -> Settings:
        """The settings as they are on the disk."""
        return self._current

    def change(self, decide: Callable[[Settings], Settings]) -> Settings:
        """Replace the settings, durable before this returns; any thread may call it."""
        with self._writing:
            changed = decide(self._current)
            if changed != self._current:
                self._write(to_sections(self._current), to_sections(changed))
                self._current = changed
            return changed

    def _write(self, before: Mapping[str, Json], after: Mapping[str, Json]) -> None:
        """Update all changed sections in one write; sections that the file does not know yet come first, as they were."""
        new = before.keys() - self._known
        if new:
            self._table.insert_multiple({"section": name, "value": before[name]} for name in sorted(new))
            self._known |= new
        self._table.update_multiple(
            [
                ({"value": value}, where("section") == name)
                for name, value in after.items()
                if value != before[name]
            ]
        )

    def _read(self, path: Path) -> Settings:
        documents = self._table.all()
        self._known = {str(document.get("section")) for document in documents}
        try:
            return from_sections(
                {str(document["section"]): cast("Json", document["value"]) for document in documents}
            )
        except (ValueError, KeyError) as error:
            raise SettingsDamagedError(str(path), str(error).splitlines()[0]) from error
