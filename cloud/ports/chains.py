"""Where the cloud keeps the exact bytes of all chains, and what contradicted them."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cloud.domain.contribution import Contribution
from cloud.domain.figures import Figures
from shared.entry import Head, StreamKey
from shared.sync.receiver import ReceivedLine


class RejectionKind(StrEnum):
    """Why something was kept aside."""

    MALFORMED = "malformed"
    FORK = "fork"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A payload that was not taken, kept with its bytes so that people can look; `seq` where it is known."""

    tenant: str
    source: str
    epoch: str
    seq: int | None
    kind: RejectionKind
    reason: str
    payload: bytes
    at_ms: int
    hub: str


class HeldStream(Protocol):
    """One stream while it is being received, locked against others until its context ends."""

    @property
    def head(self) -> Head:
        """What is durable here."""

    def hash_at(self, seq: int) -> str | None:
        """Return the hash held of entry `seq`, or None."""

    def append(
        self, lines: Sequence[ReceivedLine], head: Head, contribution: Contribution, *, at_ms: int
    ) -> None:
        """Add entries and what they mean; both become durable together when the context ends."""

    def quarantine(self, rejection: Rejection) -> None:
        """Note that the stream was contradicted, and keep what contradicted it."""


class Streams(Protocol):
    """The entries of all sources, with their exact bytes."""

    def hold(self, stream: StreamKey, *, hub: str) -> AbstractContextManager[HeldStream]:
        """Open a stream that a hub forwards; committed when the context ends, undone when it raises."""

    def reject(self, rejection: Rejection) -> None:
        """Keep a payload that could not be read; the newest 1,000 of a tenant stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An entry that took effect; `late` says that an older version had not understood it when it came."""

    at: Head
    line: bytes
    late: bool


class Archive(Protocol):
    """Everything that is held of a tenant, to be looked through from its first byte."""

    def tenants(self) -> list[str]:
        """Return all tenants."""

    def chains(self, tenant: str) -> list[tuple[StreamKey, Head]]:
        """Return every chain and the head that it should have."""

    def chain(self, stream: StreamKey) -> Iterator[tuple[Head, bytes]]:
        """Yield number, stored hash and exact bytes of a chain's entries in their order."""

    def arrivals(self, tenant: str) -> Iterator["Arrival"]:
        """Yield all entries that the figures count, in the order in which they took effect."""

    def figures(self, tenant: str) -> Figures:
        """Return the whole read model."""
