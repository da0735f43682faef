"""Write what a command exports into the file that a person named."""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path


class NotWrittenError(OSError):
    """A file cannot be written; says which, why and what to do."""


def write_lines(file: Path, lines: Iterable[bytes]) -> None:
    """Write lines as they are; where the first cannot be had, no file is made.

    Raises:
        NotWrittenError: The folder is missing, is not ours to write to, or the disk is full.
    """
    source = iter(lines)
    first = next(source, b"")
    try:
        with file.open("wb") as opened:
            opened.writelines(chain((first,), source))
    except OSError as error:
        raise NotWrittenError(
            f"The file {file} cannot be written ({error.strerror}). Name one in a folder that is there, that you may "
            "write to, and that has room."
        ) from error
