"""Photos of products: the files, and what makes a picture fit to be one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol


class PhotoStore(Protocol):
    """Photos by their names, each durable by itself. Every call but `has` touches the disk: call it in a thread."""

    def has(self, name: str) -> bool:
        """Tell whether a photo is here."""

    def keep(self, name: str, photo: bytes, at: datetime) -> None:
        """Keep a photo, durable before this returns; `at` counts as when it was last shown. Raises DiskFullError."""

    def read(self, name: str) -> bytes | None:
        """Return a photo, or None if it is not here or its bytes are no longer what its name says."""

    def last_shown(self) -> Mapping[str, datetime]:
        """Return all photos with when each was last known to be shown by a product."""

    def mark_shown(self, names: Iterable[str], at: datetime) -> None:
        """Note that products show these photos now."""

    def let_go(self, names: Iterable[str]) -> None:
        """Remove photos."""


class PhotoMaker(Protocol):
    """Makes pictures fit to be photos of products. It works for some hundredths of a second: call it in a thread."""

    def make(self, file: bytes) -> bytes | None:
        """Return a picture as a small square WebP without anything but its dots, or None if it is no picture."""
