"""Chance from the operating system."""

import os
import random
import time

from shared.ids import make_uuid7

_ID_BYTES = 10


class SystemRandomness:
    """The `Randomness` port over the kernel's random numbers."""

    def __init__(self) -> None:
        self._chance = random.SystemRandom()

    def bytes(self, count: int) -> bytes:
        """Return `count` random bytes."""
        return os.urandom(count)

    def new_id(self) -> str:
        """Return a new UUID version 7."""
        return make_uuid7(time.time_ns() // 1_000_000, os.urandom(_ID_BYTES))

    def jitter(self) -> float:
        """Return a factor between 0.5 and 1.5."""
        return self._chance.uniform(0.5, 1.5)
