"""PINs hashed with argon2id (RFC 9106)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB = 19_456
PASSES = 2


class Argon2PinHasher:
    """The `PinHasher` port; 19 MiB and two passes, so that a Pi answers in a moment and a thief pays for each guess."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)

    def hash(self, pin: str) -> str:
        """Return the encoded hash of a PIN, with a salt of its own."""
        return self._hasher.hash(pin)

    def matches(self, pin_hash: str, pin: str) -> bool:
        """Tell whether a PIN has this hash; a damaged hash matches nothing."""
        try:
            return self._hasher.verify(pin_hash, pin)
        except (VerificationError, InvalidHashError):
            return False
