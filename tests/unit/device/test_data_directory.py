"""A data directory that belongs to somebody else is told by its path, its owner, and what to do."""

import os
from pathlib import Path

import pytest

from device.adapters.files.data_directory import require_access
from device.domain.errors import NoAccessError


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    (tmp_path / "ledger").mkdir()
    for name in ("identity.json", "settings.json", "ledger/journal"):
        (tmp_path / name).write_bytes(b"{}")
    return tmp_path


@pytest.mark.parametrize("closed", ["", "identity.json", "settings.json", "ledger", "ledger/journal"])
def test_the_path_that_may_not_be_used_is_named_with_what_to_do(data_dir: Path, closed: str) -> None:
    path = data_dir / closed

    def may(asked: Path, mode: int) -> bool:
        return asked != path and os.access(asked, mode)

    with pytest.raises(NoAccessError) as told:
        require_access(data_dir, may=may)
    assert told.value.path == str(path)
    assert f"ls -ld {path}" in told.value.remedy
    assert "sale" not in str(told.value)


def test_a_directory_of_ones_own_and_one_that_is_not_there_yet_are_fine(data_dir: Path) -> None:
    require_access(data_dir)
    require_access(data_dir / "not-there-yet")
