"""PINs and passwords hashed with Argon2id (RFC 9106)."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB = 19_456
PASSES = 2
AT_ONCE_MAX = 2


class Argon2Hasher:
    """Bears the ports that hash secrets.

    19 MiB and two passes: a Pi answers in a moment and a thief pays for each guess. Only AT_ONCE_MAX run at a time, so that
    strangers at the door cannot fill the memory.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
        self._at_once = threading.BoundedSemaphore(AT_ONCE_MAX)
        self._nobodys = self._hasher.hash("nobody has this password")

    def hash(self, secret: str) -> str:
        """Return the encoded hash of a secret, with a salt of its own."""
        with self._at_once:
            return self._hasher.hash(secret)

    def matches(self, kept: str | None, secret: str) -> bool:
        """Tell whether a secret has this hash; a damaged one matches nothing, and none takes as long as one."""
        with self._at_once:
            try:
                right = self._hasher.verify(kept or self._nobodys, secret)
            except (VerificationError, InvalidHashError):
                return False
        return right and kept is not None
