"""Enrolment: a one-time code lets one device of one tenant hand in its key, once, within a day."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.trust import SignedDocument

CODE_VALID_MS: Final = 24 * 3_600 * 1_000
REPEAT_WITHIN_MS: Final = 15 * 60 * 1_000
"""How long a device may ask again because the answer got lost."""
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS: Final = 5
_GROUP_LENGTH: Final = 4


class Role(StrEnum):
    """What a device is."""

    HUB = "hub"
    TILL = "till"
    BOARD = "board"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """An enrolled device and its public key."""

    tenant: str
    device: str
    role: Role
    public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentCode:
    """A code as it is kept: hashed; `used_by` is the public key that it let in, `used_at_ms` when."""

    code_hash: str
    tenant: str
    device: str
    role: Role
    expires_at_ms: int
    used_by: str | None = None
    used_at_ms: int | None = None


class Refusal(StrEnum):
    """Why a code lets nobody in; the same value is the error's code for programs."""

    UNKNOWN_CODE = "unknown-code"
    CODE_USED = "code-used"
    CODE_EXPIRED = "code-expired"
    OTHER_DEVICE = "other-device"
    BAD_KEY = "bad-key"
    NOT_SIGNED = "not-signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What a device takes home."""

    device: Device
    certificate: SignedDocument
    root_public_key: str


def make_code(choose: Callable[[str], str]) -> str:
    """Return a code such as `k7f3-q2mm-…`, about 99 bits; `choose` draws one letter of a text at random."""
    letters = "".join(choose(_ALPHABET) for _ in range(_GROUPS * _GROUP_LENGTH))
    return "-".join(letters[start : start + _GROUP_LENGTH] for start in range(0, len(letters), _GROUP_LENGTH))


def hash_code(code: str) -> str:
    """Return how a code is kept; a typed code may hold spaces, capitals, no hyphens."""
    plain = "".join(letter for letter in code.lower() if letter in _ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()


def judge_code(code: EnrolmentCode | None, *, device: str, public_key: str, now_ms: int) -> Refusal | None:
    """Return why a code is refused, or None; the same key with the same code soon after is the same enrolment."""
    if code is None:
        return Refusal.UNKNOWN_CODE
    if device and device != code.device:
        return Refusal.OTHER_DEVICE
    if code.used_by is not None:
        soon_after = code.used_at_ms is not None and now_ms - code.used_at_ms < REPEAT_WITHIN_MS
        return None if soon_after and code.used_by == public_key else Refusal.CODE_USED
    return Refusal.CODE_EXPIRED if now_ms > code.expires_at_ms else None
