"""What the cloud needs from its machine: time, chance, and room on the disk."""

from typing import Protocol


class Secrets(Protocol):
    """Randomness that nobody can guess."""

    def token(self) -> str:
        """Return a fresh token of 256 bits as text."""

    def choose(self, letters: str) -> str:
        """Return one letter of a text."""


class Clock(Protocol):
    """Time."""

    def now_ms(self) -> int:
        """Return Unix time in milliseconds, for people and expiry dates."""

    def monotonic_s(self) -> float:
        """Return seconds that never go back."""


class DiskGauge(Protocol):
    """How much room the cloud's disk has."""

    def free_bytes(self) -> int:
        """Return the free bytes."""
