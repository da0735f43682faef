"""Runs TinyDB's own tests over the journalled document store: `python -m tests.tinydb_suite FOLDER_OF_ITS_SOURCES`.

TinyDB's tests name TinyDB's storage classes. While they run, those names stand for our storage, so their code stays as it
is. `EXCLUDED` says which of them are left out, and why.
"""

import sys
import tempfile
from pathlib import Path

import pytest
import tinydb
import tinydb.storages

from device.adapters.ledger.documents import DocumentStorage, Tables

_JSON_FILE = "is about the JSON text and the open() options of TinyDB's own file"
_NAMES = "compares the literal names of TinyDB's storage classes"
EXCLUDED = {
    "test_storages.py::test_json_kwargs": _JSON_FILE,
    "test_storages.py::test_json_read": _JSON_FILE,
    "test_storages.py::test_create_dirs": _JSON_FILE,
    "test_storages.py::test_encoding": _JSON_FILE,
    "test_storages.py::test_json_invalid_mode_warning": _JSON_FILE,
    "test_middlewares.py::test_caching_json_write": "looks into the attribute `_handle` of TinyDB's JSONStorage",
    "test_tables.py::test_table_repr[memory]": _NAMES,
    "test_tables.py::test_table_repr[json]": _NAMES,
}


class InPlaceOfFile(DocumentStorage):
    """For tests that name a file; how JSON writes its text is nothing to a journal."""

    def __init__(self, path: str | Path, *, ensure_ascii: bool = True) -> None:
        super().__init__(path)


class InPlaceOfMemory(DocumentStorage):
    """For tests that ask for no file: one in a folder of its own."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        super().__init__(Path(self._folder.name) / "documents.journal")

    @property
    def memory(self) -> Tables | None:
        """What TinyDB's tests look at to see what has been written."""
        return self.read()


def stand_in() -> None:
    """Let TinyDB's names stand for our storage, before any of its test modules is imported."""
    for module in (tinydb, tinydb.storages):
        module.JSONStorage = InPlaceOfFile  # type: ignore[attr-defined, misc]
    tinydb.storages.MemoryStorage = InPlaceOfMemory  # type: ignore[misc, assignment]
    tinydb.TinyDB.default_storage_class = InPlaceOfFile


class LeaveOut:
    """A pytest plugin that leaves out what is excluded."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item], config: pytest.Config) -> None:
        """Take them from what was collected."""
        out = [item for item in items if _name(item) in EXCLUDED]
        items[:] = [item for item in items if _name(item) not in EXCLUDED]
        config.hook.pytest_deselected(items=out)


def _name(item: pytest.Item) -> str:
    return f"{item.path.name}::{item.name}"


def main(folder: Path) -> int:
    """Run them; return pytest's exit status."""
    stand_in()
    options = [
        "-q",
        "-c",
        "/dev/null",
        "--rootdir",
        str(folder),
        "--import-mode=importlib",
        "-p",
        "no:cacheprovider",
    ]
    return int(pytest.main([*options, *sys.argv[2:], str(folder / "tests")], plugins=[LeaveOut()]))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
