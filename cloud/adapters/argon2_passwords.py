"""Passwords under argon2id (RFC 9106)."""

import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE_MAX: Final = 2
"""Each check takes 64 MiB on purpose; more at once than this would let strangers fill the memory."""


class Argon2Passwords:
    """Bears the port Passwords."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._at_once = threading.BoundedSemaphore(AT_ONCE_MAX)
        self._nobodys = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Return a hash to keep."""
        return self._hasher.hash(password)

    def matches(self, password_hash: str | None, password: str) -> bool:
        """Tell whether a password is right; takes as long when there is no hash to compare with."""
        with self._at_once:
            try:
                right = self._hasher.verify(password_hash or self._nobodys, password)
            except (VerificationError, InvalidHashError):
                return False
        return right and password_hash is not None
