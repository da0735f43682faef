"""Tills and boards that belong to this hub, and the one-time codes that let them in."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.entry import Json
from shared.ids import SourceId

CODE_VALID = timedelta(hours=24)
REPEAT_WITHIN = timedelta(minutes=15)
"""How long a device may ask again because the answer got lost."""
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L: people type it
CODE_LETTERS = 16


class DeviceRole(StrEnum):
    """What a device of a hub is."""

    TILL = "till"
    BOARD = "board"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """An enrolled device with the certificate that this hub gave it; `removed_at` once it may come no more."""

    device: SourceId
    role: DeviceRole
    public_key: str
    certificate: Mapping[str, Json]
    enrolled_at: datetime
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentCode:
    """A one-time code, known only by its hash; `used_by` is the key that used it (empty: none yet)."""

    code_hash: str
    device: SourceId
    role: DeviceRole
    expires_at: datetime
    used_by: str = ""
    used_at: datetime | None = None

    def admits(self, public_key: str, at: datetime) -> bool:
        """Return whether the code lets this key in: once, in time; the same key may ask again soon after."""
        if self.used_at is None:
            return at < self.expires_at and not self.used_by
        return self.used_by == public_key and at - self.used_at < REPEAT_WITHIN

    def used(self, public_key: str, at: datetime) -> "EnrolmentCode":
        """Return the code as it is once it let a key in; a repeat does not make it last longer."""
        return replace(self, used_by=public_key, used_at=self.used_at or at)


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalKey:
    """A locker terminal's key, known only by its hash; people call it by its `name` and by when it was made."""

    key_hash: str
    made_at: datetime

    @property
    def name(self) -> str:
        """A short name that says nothing about the key."""
        return name_of_key(self.key_hash)


def name_of_key(key_hash: str) -> str:
    """Return the short name under which people, logs and sessions know a kept key."""
    return key_hash[:12]


def make_code(randomness: bytes) -> str:
    """Return a code such as `7KQF-2M9X-…` of 16 letters from 16 random bytes (79 bits)."""
    letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in randomness[:CODE_LETTERS])
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LETTERS, 4))


def hash_code(code: str) -> str:
    """Return the hash under which a code or key is kept; it is random enough for a fast hash."""
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()
