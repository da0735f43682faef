"""Photos of products as files beside the settings, each named by the SHA-256 of its bytes.

A file's time of change says when its photo was last known to be shown by a product.
"""

import errno
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from device.domain.errors import DiskFullError
from device.domain.photos import is_photo_name, name_of
from shared.host.private_file import replace_private_file

ENDING = ".webp"


class PhotoFiles:
    """The `PhotoStore` port."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._names = set(self._listed())

    def has(self, name: str) -> bool:
        """Tell whether a photo is here, without asking the disk."""
        return name in self._names

    def keep(self, name: str, photo: bytes, at: datetime) -> None:
        """Keep a photo, durable before this returns; raises DiskFullError."""
        try:
            replace_private_file(self._path(name), photo)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFullError("this photo") from error
            raise
        self._names.add(name)
        self.mark_shown((name,), at)

    def read(self, name: str) -> bytes | None:
        """Return a photo; one that the disk has spoiled is as good as gone, and may be taken again."""
        try:
            photo = self._path(name).read_bytes()
        except FileNotFoundError:
            photo = b""
        if name_of(photo) == name:
            return photo
        self._names.discard(name)
        return None

    def last_shown(self) -> Mapping[str, datetime]:
        """Return all photos with when each was last known to be shown."""
        return {
            name: datetime.fromtimestamp(self._path(name).stat().st_mtime, UTC) for name in self._listed()
        }

    def mark_shown(self, names: Iterable[str], at: datetime) -> None:
        """Note that products show these photos; those that are not here are passed over."""
        for name in names:
            if name in self._names and self._path(name).exists():
                os.utime(self._path(name), (at.timestamp(), at.timestamp()))

    def let_go(self, names: Iterable[str]) -> None:
        """Remove photos."""
        for name in names:
            self._names.discard(name)
            self._path(name).unlink(missing_ok=True)

    def _listed(self) -> list[str]:
        """Whatever else lies in the directory, such as half a file of a power cut, is none of ours."""
        found = self._directory.glob(f"*{ENDING}") if self._directory.is_dir() else ()
        return [path.stem for path in found if is_photo_name(path.stem)]

    def _path(self, name: str) -> Path:
        return self._directory / f"{name}{ENDING}"
