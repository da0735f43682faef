"""What the hub needs from its machine: time, chance, slow hashes, room on the disk, and a witness beside the database."""

from datetime import datetime
from typing import Protocol

from shared.ids import Epoch


class Clock(Protocol):
    """Time, for people and for waiting."""

    def now(self) -> datetime:
        """Return the wall-clock time with its offset."""
        ...

    def monotonic_ms(self) -> int:
        """Return milliseconds that only ever grow."""
        ...


class Randomness(Protocol):
    """Randomness that nobody can guess."""

    def draw(self, count: int) -> bytes:
        """Return `count` random bytes."""
        ...

    def factor(self) -> float:
        """Return a number from 0.5 to 1.5, to spread retries."""
        ...


class DiskGauge(Protocol):
    """How much room the hub's disk has."""

    def free_bytes(self) -> int:
        """Return the free bytes."""
        ...


class PasswordHasher(Protocol):
    """Slow hashes for what people remember."""

    def hash(self, password: str, /) -> str:
        """Return the hash to keep."""
        ...

    def matches(self, kept: str, password: str, /) -> bool:
        """Return whether the password is the one that was hashed."""
        ...


class Witness(Protocol):
    """Remembers, beside the database, how far the hub's own chain has got: an older database is seen by it at once."""

    def read(self) -> tuple[Epoch, int] | None:
        """Return the epoch and number of the last own entry that was noted; None if nothing was."""
        ...

    def note(self, epoch: Epoch, seq: int) -> None:
        """Note an own entry that is durable; it is on the disk when this returns. Never raises: a hub goes on without."""
        ...
