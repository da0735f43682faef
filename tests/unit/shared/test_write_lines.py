"""Exported lines and the file that a person named for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.cli.write_lines import NotWrittenError, write_lines


def test_lines_are_written_as_they_are(tmp_path: Path) -> None:
    write_lines(tmp_path / "out", iter([b"one\n", b"two\n"]))
    assert (tmp_path / "out").read_bytes() == b"one\ntwo\n"


def test_a_missing_folder_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(
        NotWrittenError, match=r"absent/out cannot be written \(No such file.*folder that is there"
    ):
        write_lines(tmp_path / "absent" / "out", [b"one\n"])


def test_where_nothing_can_be_exported_no_file_is_left(tmp_path: Path) -> None:
    def nothing() -> Iterator[bytes]:
        raise LookupError
        yield b""

    with pytest.raises(LookupError):
        write_lines(tmp_path / "out", nothing())
    assert not (tmp_path / "out").exists()
