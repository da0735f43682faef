"""Who stays signed in while the till restarts, and for how long. Nothing here signs anybody in: tokens are not kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

SIGNED_IN_MAX = 100
LONGEST_MS = 16 * 3_600_000
NOTED_EVERY_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """One sign-in: the SHA-256 of its token, and the age that it had when that was last noted.

    It counts on the phone on which it began alone; `phone_id` is empty for the till's own screen.
    """

    token_sha256: str
    csrf: str = field(repr=False)
    cashier: str
    age_ms: int = 0
    noted_at: datetime
    phone_id: str = ""


def age_after_restart_ms(kept: SignedIn, now: datetime) -> int:
    """Return how old a sign-in is when a till starts.

    The wall clock says how long the till was away. One that went back says nothing, so what can have gone unnoted counts:
    nobody is asked for the PIN early, and no wrong clock keeps a sign-in for ever.
    """
    if now < kept.noted_at:
        return kept.age_ms + NOTED_EVERY_MS
    return kept.age_ms + (now - kept.noted_at) // timedelta(milliseconds=1)


def with_sign_in(all_kept: Sequence[SignedIn], new: SignedIn) -> tuple[SignedIn, ...]:
    """Return the sign-ins with one more; the oldest make room."""
    return (*all_kept, new)[-SIGNED_IN_MAX:]


def with_age_noted(all_kept: Sequence[SignedIn], aged: SignedIn) -> tuple[SignedIn, ...]:
    """Return the sign-ins with one noted again, in its place; one that has ended meanwhile stays ended."""
    return tuple(aged if kept.token_sha256 == aged.token_sha256 else kept for kept in all_kept)


def without_sign_in(all_kept: Sequence[SignedIn], token_sha256: str) -> tuple[SignedIn, ...]:
    """Return the sign-ins without one."""
    return tuple(kept for kept in all_kept if kept.token_sha256 != token_sha256)


def without_phone(all_kept: Sequence[SignedIn], phone_id: str) -> tuple[SignedIn, ...]:
    """Return the sign-ins without those of a phone."""
    return tuple(kept for kept in all_kept if kept.phone_id != phone_id)


def without_cashier(all_kept: Sequence[SignedIn], cashier: str) -> tuple[SignedIn, ...]:
    """Return the sign-ins without those of somebody, on whatever screen or phone."""
    return tuple(kept for kept in all_kept if kept.cashier != cashier)
