"""Time, chance and the disk."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time. Wall-clock time is for people; waits are measured in monotonic milliseconds."""

    def now(self) -> datetime:
        """Return the wall-clock time with its offset from UTC."""

    def monotonic_ms(self) -> int:
        """Return milliseconds that never go back; only differences mean something."""


class Randomness(Protocol):
    """Chance: bytes nobody can guess, and ids made of them."""

    def bytes(self, count: int) -> bytes:
        """Return `count` random bytes."""

    def new_id(self) -> str:
        """Return a new UUID version 7."""

    def jitter(self) -> float:
        """Return a factor between 0.5 and 1.5."""


class DiskGauge(Protocol):
    """How much room the till's disk has."""

    def free_bytes(self) -> int:
        """Return the free bytes."""
