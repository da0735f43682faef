"""Sign in with a PIN, and name new cashiers. One attempt at a time; each is counted before it is tried."""

import asyncio
from dataclasses import replace

from device.domain.people import (
    CASHIERS_MAX,
    BadName,
    BadPin,
    Cashier,
    PeopleRefusal,
    PinAttempts,
    PinLocked,
    PinTaken,
    TooManyCashiers,
    WrongPin,
    after_miss,
    is_pin,
    may_try,
)
from device.ports.people import PinHasher
from device.ports.stores import SettingsStore
from device.ports.world import Clock


class SignIn:
    """The service behind `POST /api/sign-in`."""

    def __init__(self, *, settings: SettingsStore, clock: Clock, hasher: PinHasher) -> None:
        self._settings = settings
        self._clock = clock
        self._hasher = hasher
        self._one_at_a_time = asyncio.Lock()
        self._waits_since_ms = clock.monotonic_ms()

    async def sign_in(self, pin: str) -> Cashier | WrongPin | PinLocked:
        """Return whose PIN this is."""
        async with self._one_at_a_time:
            waited_ms = self._clock.monotonic_ms() - self._waits_since_ms
            locked = may_try(self._settings.current.pin_attempts, waited_ms)
            if locked is not None:
                return locked
            now, self._waits_since_ms = self._clock.now(), self._clock.monotonic_ms()
            self._settings.change(lambda old: replace(old, pin_attempts=after_miss(old.pin_attempts, now)))
            cashier = await asyncio.to_thread(self._whose, pin)
            if cashier is None:
                return WrongPin()
            self._settings.change(lambda old: replace(old, pin_attempts=PinAttempts()))
            return cashier

    def add_cashier(self, name: str, pin: str) -> Cashier | PeopleRefusal:
        """Name a new cashier; blocks while it hashes."""
        cashiers = self._settings.current.cashiers
        name = name.strip()
        if not is_pin(pin):
            return BadPin()
        if not 1 <= len(name) <= 40 or not name.isprintable() or any(c.name == name for c in cashiers):
            return BadName(name)
        if len(cashiers) >= CASHIERS_MAX:
            return TooManyCashiers()
        if self._whose(pin) is not None:
            return PinTaken()
        cashier = Cashier(name=name, pin_hash=self._hasher.hash(pin))
        self._settings.change(lambda old: replace(old, cashiers=(*old.cashiers, cashier)))
        return cashier

    def _whose(self, pin: str) -> Cashier | None:
        """Try every cashier, so that the time tells nothing about who it was."""
        if not is_pin(pin):
            return None
        found = [
            cashier
            for cashier in self._settings.current.cashiers
            if self._hasher.matches(cashier.pin_hash, pin)
        ]
        return found[0] if found else None
