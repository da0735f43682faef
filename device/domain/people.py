"""Who sells here, and how often a wrong PIN may be typed.

A PIN alone signs in, as at a busy stall it must; so guesses are counted for the till as a whole. After FREE_MISSES each
further miss doubles the wait, up to WAIT_MAX_S. The count is stored before a PIN is tried, so pulling the plug forgets
nothing: a till that starts waits from its start. Waits are measured without the wall clock, which may say 1970.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

CASHIERS_MAX = 20
NOBODYS_NAME = "Command line"
"""Who the till's own commands act as: a person of that name would have their rights."""
FREE_MISSES = 3
WAIT_FIRST_S = 2
WAIT_MAX_S = 900
_PIN = re.compile(r"[0-9]{4,8}")


class Role(StrEnum):
    """What somebody may do: a cashier sells; a manager also allows what goes beyond a cashier's limits, and names people."""

    CASHIER = "cashier"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cashier:
    """Somebody who may sell; `pin_hash` is an encoded argon2id hash (RFC 9106).

    Who left is no longer active, and never deleted: entries name them. People of before there were roles may do all.
    `pin_length` is how many digits the PIN has, 0 where it was set before that was kept.
    """

    name: str
    pin_hash: str = field(repr=False)
    role: Role = Role.MANAGER
    active: bool = True
    pin_length: int = 0

    @property
    def is_manager(self) -> bool:
        """Whether they may allow what a cashier may not."""
        return self.active and self.role is Role.MANAGER


def common_pin_length(people: Sequence[Cashier]) -> int:
    """Return the length that all PINs in use have, so that the last digit may sign in by itself; 0 where they differ.

    A page that tried a shorter length first would count a miss against everybody with a longer PIN.
    """
    lengths = {person.pin_length for person in people if person.active}
    return lengths.pop() if len(lengths) == 1 else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PinAttempts:
    """Misses in a row; `last_at` says when the last one was, for people only."""

    misses: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PinLocked:
    """Too many wrong PINs: wait."""

    retry_after_s: int


@dataclass(frozen=True, slots=True)
class WrongPin:
    """No cashier has this PIN."""


@dataclass(frozen=True, slots=True)
class BadPin:
    """A PIN must have 4 to 8 digits."""


@dataclass(frozen=True, slots=True)
class PinTaken:
    """Another cashier has this PIN: a PIN alone signs in, so each needs its own."""


@dataclass(frozen=True, slots=True)
class BadName:
    """A cashier needs a name of up to 40 characters that nobody else here has."""

    name: str


@dataclass(frozen=True, slots=True)
class TooManyCashiers:
    """The till has as many cashiers as it can try in good time."""


@dataclass(frozen=True, slots=True)
class UnknownPerson:
    """Nobody here has this name."""

    name: str


@dataclass(frozen=True, slots=True)
class LastManager:
    """Somebody has to remain who may name people and allow things."""

    name: str


@dataclass(frozen=True, slots=True)
class NoManager:
    """The PIN is a cashier's, who may not allow this."""

    name: str


PeopleRefusal: TypeAlias = (
    WrongPin
    | PinLocked
    | BadPin
    | PinTaken
    | BadName
    | TooManyCashiers
    | UnknownPerson
    | LastManager
    | NoManager
)


def is_pin(text: str) -> bool:
    """Tell whether a text can be a PIN at all."""
    return _PIN.fullmatch(text) is not None


def wait_after(misses: int) -> int:
    """Return the seconds to wait after so many misses in a row."""
    if misses < FREE_MISSES:
        return 0
    return int(min(WAIT_FIRST_S * 2 ** min(misses - FREE_MISSES, 16), WAIT_MAX_S))


def may_try(attempts: PinAttempts, waited_ms: int) -> PinLocked | None:
    """Tell whether a PIN may be tried, so many milliseconds after the last miss or the till's start."""
    left_ms = 1_000 * wait_after(attempts.misses) - waited_ms
    return PinLocked(-(-left_ms // 1_000)) if left_ms > 0 else None


def after_miss(attempts: PinAttempts, now: datetime) -> PinAttempts:
    """Count one more miss."""
    return PinAttempts(misses=attempts.misses + 1, last_at=now)


def after_success(before: PinAttempts, cashier: Cashier) -> PinAttempts:
    """Return the count after a PIN was right; `before` is that of before it was tried.

    A cashier's own PIN forgets no misses but those that cost a wait: else they could guess a manager's between their own.
    """
    if cashier.is_manager:
        return PinAttempts()
    return replace(before, misses=min(before.misses, FREE_MISSES - 1))


def named(cashiers: Sequence[Cashier], name: str) -> Cashier | None:
    """Return whoever has a name, active or not."""
    return next((cashier for cashier in cashiers if cashier.name == name), None)


def with_person(cashiers: Sequence[Cashier], changed: Cashier) -> tuple[Cashier, ...] | LastManager:
    """Return the people with one of them changed; an active manager always remains."""
    people = tuple(changed if cashier.name == changed.name else cashier for cashier in cashiers)
    return people if any(cashier.is_manager for cashier in people) else LastManager(changed.name)
