"""PINs, and customers' own words."""

from typing import Protocol

from device.domain.customer import Customer


class PinHasher(Protocol):
    """Slow hashing of PINs; meant to be called in a thread."""

    def hash(self, pin: str, /) -> str:
        """Return the encoded hash of a PIN."""

    def matches(self, pin_hash: str, pin: str, /) -> bool:
        """Tell whether a PIN has this hash."""


class Concealer(Protocol):
    """Boxes for customers' own words, each customer with a key that can be destroyed. Every call may wait for the disk."""

    def conceal(self, customer: Customer) -> str:
        """Return the words as a box; the key is durable before this returns."""

    def reveal(self, customer_id: str, box: str) -> Customer | None:
        """Return what a box holds, or None if the customer was forgotten."""

    def forget(self, customer_id: str) -> bool:
        """Destroy a customer's key for good; returns whether there was one."""
