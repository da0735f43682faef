"""The Randomness port over the operating system."""

import secrets


class SystemRandomness:
    """Randomness from the operating system."""

    def draw(self, count: int) -> bytes:
        """Return `count` random bytes."""
        return secrets.token_bytes(count)

    def factor(self) -> float:
        """Return a number from 0.5 to 1.5, to spread retries."""
        return 0.5 + secrets.randbelow(1_000) / 1_000
