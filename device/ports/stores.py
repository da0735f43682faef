"""What is kept beside the ledger: settings, documents, the till's identity."""

from collections.abc import Callable
from typing import Protocol

from device.domain.documents import Accepted, Documents
from device.domain.identity import Identity
from device.domain.paper.kept import KeptPrints
from device.domain.settings import Settings


class SettingsStore(Protocol):
    """The second store. One value, replaced as a whole and durable before `change` returns."""

    @property
    def current(self) -> Settings:
        """The settings as they are on the disk."""

    def change(self, decide: Callable[[Settings], Settings]) -> Settings:
        """Replace the settings by what `decide` makes of them; may be called from any thread."""


class DocumentStore(Protocol):
    """Documents from the cloud that count here, each durable by itself, beside the settings: they may be large."""

    @property
    def current(self) -> Documents:
        """The documents that are on the disk, as one value."""

    def keep(self, signed: bytes, accepted: Accepted) -> Documents:
        """Replace the document of an address by one that was checked, durable before this returns; raises DiskFullError.

        `signed` is its exact text, which is checked again whenever the till starts.
        """


class PrintStore(Protocol):
    """Where print jobs outlive a restart. One value, replaced as a whole."""

    def load(self) -> KeptPrints:
        """Return what is kept; nothing where there is nothing, or where it is damaged."""

    def save(self, kept: KeptPrints) -> None:
        """Replace it, durable before this returns; may be called from any thread; raises OSError."""


class IdentityStore(Protocol):
    """Where the till's name and key are kept."""

    def load(self) -> Identity | None:
        """Return the identity, or None before there is one; raises IdentityError if it is damaged."""

    def save(self, identity: Identity) -> None:
        """Keep an identity, durable before it returns."""

    def key_to_enrol(self, make_key: Callable[[], str]) -> str:
        """Return the key of an enrolment that got no answer, or keep a new one, durable before it returns."""
