"""The phones that may come to this till: who is paired, how one is paired, and how a lost one is sent away."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

PHONES_MAX: Final = 20
CODE_DIGITS: Final = 8
CODE_LASTS_MS: Final = 10 * 60_000
TRIES_MAX: Final = 5
"""Wrong codes until the code counts no more: guessing one in time succeeds five times in a hundred million."""
NAME_MAX: Final = 40
SEEN_NOTED_EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A paired phone: the SHA-256 of the token that it shows, and when it was last here, to the hour."""

    phone_id: str
    name: str
    token_sha256: str = field(repr=False)
    paired_at: datetime
    paired_by: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Phones:
    """Whether phones may come at all, and which are known."""

    welcome: bool = False
    paired: tuple[Phone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingOffer:
    """A code that pairs one phone, kept in memory alone."""

    code: str = field(repr=False)
    offered_by: str
    begun_ms: int
    tries: int = 0

    def left_s(self, now_ms: int) -> int:
        """How many whole seconds the code still counts; 0 if it counts no more."""
        left_ms = CODE_LASTS_MS - (now_ms - self.begun_ms)
        return 0 if self.tries >= TRIES_MAX else max(0, -(-left_ms // 1000))


@dataclass(frozen=True, slots=True)
class NoPairing:
    """No code is open: it was used, it is too old, or too many wrong ones were tried."""


@dataclass(frozen=True, slots=True)
class WrongPairingCode:
    """Not the code that the till shows; `tries_left` more may be tried."""

    tries_left: int


@dataclass(frozen=True, slots=True)
class TooManyPhones:
    """Every place is taken."""


@dataclass(frozen=True, slots=True)
class BadPhoneName:
    """A name that is empty, too long or cannot be shown."""


@dataclass(frozen=True, slots=True)
class UnknownPhone:
    """No such phone is paired."""


PhoneRefusal: TypeAlias = NoPairing | WrongPairingCode | TooManyPhones | BadPhoneName | UnknownPhone


def code_of(random: bytes) -> str:
    """Return a pairing code made of eight or more random bytes."""
    return str(int.from_bytes(random) % 10**CODE_DIGITS).zfill(CODE_DIGITS)


def try_code(
    offer: PairingOffer | None, typed: str, now_ms: int
) -> tuple[PairingOffer | None, NoPairing | WrongPairingCode | None]:
    """Return the offer after a try, and why it did not count; a right code takes the offer away. Spaces do not matter."""
    if offer is None or offer.left_s(now_ms) == 0:
        return None, NoPairing()
    digits = "".join(typed.split())
    if hmac.compare_digest(digits.encode(), offer.code.encode()):
        return None, None
    tried = replace(offer, tries=offer.tries + 1)
    left = TRIES_MAX - tried.tries
    return (tried, WrongPairingCode(left)) if left else (None, NoPairing())


def may_join(phones: Phones, name: str) -> TooManyPhones | BadPhoneName | None:
    """Return why a phone of this name cannot be paired; None if it can."""
    if not 1 <= len(name) <= NAME_MAX or not name.isprintable():
        return BadPhoneName()
    return TooManyPhones() if len(phones.paired) >= PHONES_MAX else None


def with_phone(phones: Phones, phone: Phone) -> Phones:
    """Return the phones with one more; of two with the same name the newer gets a number, so that a list tells them apart."""
    taken = {one.name for one in phones.paired}
    name, number = phone.name, 2
    while name in taken:
        name, number = f"{phone.name} ({number})", number + 1
    return replace(phones, paired=(*phones.paired, replace(phone, name=name)))


def without_phone(phones: Phones, phone_id: str) -> Phones:
    """Return the phones without one."""
    return replace(phones, paired=tuple(one for one in phones.paired if one.phone_id != phone_id))


def with_seen(phones: Phones, phone_id: str, now: datetime) -> Phones:
    """Return the phones with one of them seen now."""
    seen = (replace(one, seen_at=now) if one.phone_id == phone_id else one for one in phones.paired)
    return replace(phones, paired=tuple(seen))


def must_note_seen(phone: Phone, now: datetime) -> bool:
    """Tell whether so much time has passed, in whichever direction the clock went, that it is worth a write."""
    return abs(now - phone.seen_at) >= SEEN_NOTED_EVERY


def phone_with(paired: Sequence[Phone], token_sha256: str) -> Phone | None:
    """Return the phone that a token belongs to."""
    return next((one for one in paired if hmac.compare_digest(one.token_sha256, token_sha256)), None)
