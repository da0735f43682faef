"""Where the cloud keeps what it could not read, for people and for later versions."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from cloud.domain.contribution import Contribution
from cloud.domain.dead_letter import DeadLetter
from cloud.ports.chains import RejectionKind
from shared.entry import Head, StreamKey


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEntry:
    """An entry that stands in its chain and was not understood; `prev` is the hash of the entry before it."""

    position: int
    stream: StreamKey
    at: Head
    prev: str
    line: bytes
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMessage:
    """A payload that was not taken. It is whole if `size` is its length; `hub` delivered it, where that is known."""

    position: int
    source: str
    hub: str | None
    kind: RejectionKind
    reason: str
    payload: bytes
    size: int
    times: int
    at_ms: int
    last_at_ms: int


class EntriesAgain(Protocol):
    """Entries that were not understood, while some of them are read again: one transaction."""

    def some(self, after: int, limit: int) -> list[KeptEntry]:
        """Return some of them in their order of arrival, beyond a position."""

    def took_effect(self, entries: Sequence[KeptEntry], contribution: Contribution, *, at_ms: int) -> None:
        """Add what entries of one chain mean, which are understood now; durable together when the context ends."""

    def say_why(self, entry: KeptEntry, reason: str) -> None:
        """Replace the reason why one is not understood."""


class DeadLetters(Protocol):
    """What could not be read, kept for people and for later versions."""

    def read_with(self, tenant: str) -> str | None:
        """Return which version has offered everything of a tenant to itself."""

    def note_read_with(self, tenant: str, software: str) -> None:
        """Note that this version has."""

    def again(self, tenant: str) -> AbstractContextManager[EntriesAgain]:
        """Open a tenant's entries that were not understood; committed when the context ends, undone when it raises."""

    def letters(self, tenant: str, *, limit: int) -> list[DeadLetter]:
        """Return groups of entries and the newest messages, as people see them."""

    def entries(self, tenant: str, *, after: int, limit: int) -> list[KeptEntry]:
        """Return entries that are not understood, in their order of arrival."""

    def messages(self, tenant: str, *, after: int, limit: int) -> list[KeptMessage]:
        """Return payloads that were not taken, in the order in which they first came."""

    def forget_message(self, tenant: str, position: int) -> bool:
        """Keep a payload no longer, which was taken after all; False if there is none."""

    def dismiss_message(self, tenant: str, position: int) -> bool:
        """Show a payload no longer, though it stays and is tried again; False if none is shown."""

    def say_why(self, tenant: str, position: int, reason: str) -> None:
        """Replace the reason of a payload."""

    def dismiss_entries(self, tenant: str, source: str, epoch: str, kind: str) -> bool:
        """Show entries no longer; they stay, and are tried again. False if there are none."""

    def dropped(self, tenant: str) -> int:
        """Return how many payloads were dropped to keep within the bound."""
