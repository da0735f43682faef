"""Sign in with a PIN, and name new cashiers. One attempt at a time; each is counted before it is tried."""

import asyncio
import threading
from dataclasses import replace

from device.domain.people import (
    CASHIERS_MAX,
    NOBODYS_NAME,
    BadName,
    BadPin,
    Cashier,
    LastManager,
    PeopleRefusal,
    PinAttempts,
    PinLocked,
    PinTaken,
    Role,
    TooManyCashiers,
    UnknownPerson,
    WrongPin,
    after_miss,
    after_success,
    is_pin,
    may_try,
    named,
    with_person,
)
from device.domain.settings import Settings
from device.domain.signed_in import without_cashier
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
        self._one_change_at_a_time = (
            threading.Lock()
        )  # a name or a PIN that is free stays so until it is kept
        self._waits_since_ms = clock.monotonic_ms()

    async def sign_in(self, pin: str) -> Cashier | WrongPin | PinLocked:
        """Return whose PIN this is."""
        async with self._one_at_a_time:
            waited_ms = self._clock.monotonic_ms() - self._waits_since_ms
            before = self._settings.current.pin_attempts
            locked = may_try(before, waited_ms)
            if locked is not None:
                return locked
            now, self._waits_since_ms = self._clock.now(), self._clock.monotonic_ms()
            self._settings.change(lambda old: replace(old, pin_attempts=after_miss(old.pin_attempts, now)))
            cashier = await asyncio.to_thread(self._whose, pin)
            if cashier is None:
                return WrongPin()
            self._settings.change(lambda old: replace(old, pin_attempts=after_success(before, cashier)))
            return cashier

    def add_cashier(self, name: str, pin: str, role: Role = Role.CASHIER) -> Cashier | PeopleRefusal:
        """Name a new cashier, the first of all a manager; blocks while it hashes."""
        with self._one_change_at_a_time:
            return self._add_cashier(name, pin, role)

    def _add_cashier(self, name: str, pin: str, role: Role) -> Cashier | PeopleRefusal:
        cashiers = self._settings.current.cashiers
        name = name.strip()
        if not is_pin(pin):
            return BadPin()
        if (
            not 1 <= len(name) <= 40
            or not name.isprintable()
            or any(c.name == name for c in cashiers)
            or name == NOBODYS_NAME
        ):
            return BadName(name)
        if len(cashiers) >= CASHIERS_MAX:
            return TooManyCashiers()
        if self._holders(pin):
            return PinTaken()
        role = role if any(cashier.is_manager for cashier in cashiers) else Role.MANAGER
        cashier = Cashier(name=name, pin_hash=self._hasher.hash(pin), role=role, pin_length=len(pin))
        self._settings.change(lambda old: replace(old, cashiers=(*old.cashiers, cashier)))
        return cashier

    def change_person(
        self, name: str, *, role: Role | None = None, active: bool | None = None, pin: str | None = None, by: str = ""
    ) -> Cashier | PeopleRefusal:  # fmt: skip
        """Give somebody another role or PIN, or let them go or come back; blocks while it hashes.

        Whoever goes, or has a PIN that somebody else (`by`) gave, is signed in nowhere any more.
        """
        with self._one_change_at_a_time:
            return self._change_person(name, role=role, active=active, pin=pin, by=by)

    def _change_person(
        self, name: str, *, role: Role | None, active: bool | None, pin: str | None, by: str
    ) -> Cashier | PeopleRefusal:
        person = named(self._settings.current.cashiers, name)
        if person is None:
            return UnknownPerson(name)
        changed = replace(
            person, role=role or person.role, active=person.active if active is None else active
        )
        if pin is not None:
            if not is_pin(pin):
                return BadPin()
            if any(holder.name != name for holder in self._holders(pin)):
                return PinTaken()
            changed = replace(changed, pin_hash=self._hasher.hash(pin), pin_length=len(pin))
        return self._keep(changed, ends_sign_ins=active is False or (pin is not None and by != name))

    def unlock(self) -> None:
        """Let everybody try again at once, after too many wrong PINs."""
        self._settings.change(lambda old: replace(old, pin_attempts=PinAttempts()))

    def _keep(self, changed: Cashier, *, ends_sign_ins: bool) -> Cashier | LastManager:
        refused: list[LastManager] = []

        def decide(old: Settings) -> Settings:
            people = with_person(old.cashiers, changed)
            if isinstance(people, LastManager):
                refused.append(people)
                return old
            signed_in = without_cashier(old.signed_in, changed.name) if ends_sign_ins else old.signed_in
            return replace(old, cashiers=people, signed_in=signed_in)

        self._settings.change(decide)
        return refused[0] if refused else changed

    def _whose(self, pin: str) -> Cashier | None:
        return next((cashier for cashier in self._holders(pin) if cashier.active), None)

    def _holders(self, pin: str) -> list[Cashier]:
        """Try every cashier, so that the time tells nothing about who it was. Who left may come back, with their PIN."""
        if not is_pin(pin):
            return []
        return [
            cashier
            for cashier in self._settings.current.cashiers
            if self._hasher.matches(cashier.pin_hash, pin)
        ]
