"""People: who may look at a tenant's figures."""

from dataclasses import dataclass
from math import ceil
from typing import Final, TypeAlias

from cloud.domain.back_off import BackOff
from cloud.domain.errors import NameTakenError, UnknownTenantError, WeakPasswordError
from cloud.ports.people import Passwords, Person, Registry
from cloud.ports.world import Clock
from shared.ids import check_topic_level

PASSWORD_LENGTH_MIN: Final = 8
PASSWORD_LENGTH_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class WrongPassword:
    """Name and password do not belong together; which of the two is wrong is not said."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many misses: ask again after so many seconds."""

    retry_after_s: int


SignInAnswer: TypeAlias = Person | WrongPassword | Wait


def check_sign_in(user: str, password: str) -> None:
    """Check that somebody could sign in with these; raises IdError or WeakPasswordError."""
    check_topic_level("user", user)
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        raise WeakPasswordError(len(password), PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The door for people."""

    registry: Registry
    passwords: Passwords
    clock: Clock
    back_off: BackOff

    def add(self, tenant: str, user: str, password: str) -> None:
        """Add somebody; raises UnknownTenantError, NameTakenError, WeakPasswordError, or IdError."""
        check_sign_in(user, password)
        if not self.registry.has_tenant(tenant):
            raise UnknownTenantError(tenant)
        if self.registry.find_person(user) is not None:
            raise NameTakenError(user)
        self.registry.add_person(
            Person(tenant=tenant, user=user, password_hash=self.passwords.hash(password))
        )

    def sign_in(self, user: str, password: str, *, address: str) -> SignInAnswer:
        """Check a password; misses are counted per name and address."""
        who = f"{user}\n{address}"
        wait_s = self.back_off.wait_s(who, self.clock.monotonic_s())
        if wait_s > 0:
            return Wait(ceil(wait_s))
        # Counted before it is tried: many tries at once would all find patience otherwise.
        self.back_off.missed(who, self.clock.monotonic_s())
        person = self.registry.find_person(user)
        if self.passwords.matches(person.password_hash if person else None, password) and person is not None:
            self.back_off.succeeded(who)
            return person
        return WrongPassword()
