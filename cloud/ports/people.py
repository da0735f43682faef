"""Who is let in: people, devices, and the root key that vouches for them."""

from dataclasses import dataclass
from typing import Protocol

from cloud.domain.enrolment import Device, EnrolmentCode
from shared.documents import Content
from shared.trust import Certificate, SignedDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signs in; the password is kept as an argon2id hash."""

    tenant: str
    user: str
    password_hash: str


class Registry(Protocol):
    """Tenants, people, devices and one-time codes."""

    def add_tenant(self, tenant: str) -> bool:
        """Make a tenant; False if there is one already."""

    def has_tenant(self, tenant: str) -> bool:
        """Tell whether a tenant exists."""

    def add_person(self, person: Person) -> None:
        """Add somebody; raises NameTakenError."""

    def find_person(self, user: str) -> Person | None:
        """Return somebody by the name they sign in with."""

    def add_code(self, code: EnrolmentCode) -> None:
        """Keep a fresh one-time code."""

    def find_code(self, code_hash: str) -> EnrolmentCode | None:
        """Return a code by its hash."""

    def enrol(self, code_hash: str, device: Device, *, at_ms: int) -> bool:
        """Spend the code and let the device in, at once; False if somebody else spent the code first."""

    def find_device(self, tenant: str, device: str) -> Device | None:
        """Return an enrolled device."""

    def devices(self, tenant: str) -> list[Device]:
        """Return all devices of a tenant."""


class Authority(Protocol):
    """The root key of this deployment."""

    @property
    def public_key(self) -> str:
        """The public half, which every device trusts."""

    def certify(self, certificate: Certificate) -> SignedDocument:
        """Vouch for a device."""

    def issue(
        self, *, tenant: str, scope: str, version: int, issued_at: str, content: Content
    ) -> SignedDocument:
        """Sign a version of a document."""


class Passwords(Protocol):
    """Hashes of passwords."""

    def hash(self, password: str, /) -> str:
        """Return a hash to keep."""

    def matches(self, password_hash: str | None, password: str, /) -> bool:
        """Tell whether a password is right; takes as long when there is no hash to compare with."""
