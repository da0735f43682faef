"""Everything the cloud needs from the world, on one page. Each is a noun; adapters bear it behind a technology's name."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from cloud.domain.catalogue import Folded, Origin
from cloud.domain.catalogue_state import CatalogueState
from cloud.domain.contribution import Contribution
from cloud.domain.dashboard import DayFigures
from cloud.domain.dead_letter import DeadLetter
from cloud.domain.enrolment import Device, EnrolmentCode
from cloud.domain.figures import Figures
from cloud.domain.fleet import Presence, StreamMark
from cloud.domain.issued import Issued, Settled
from cloud.domain.parcels import Parcel
from shared.documents import Content, DocumentKind
from shared.entry import Head, StreamKey
from shared.products import ProductChange, ProductDetails
from shared.sync.receiver import ReceivedLine
from shared.trust import Certificate, SignedDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signs in; the password is kept as an argon2id hash."""

    tenant: str
    user: str
    password_hash: str


class Changed(StrEnum):
    """What a live page may want to read again."""

    SALES = "sales"
    PARCELS = "parcels"
    FLEET = "fleet"
    CATALOGUE = "catalogue"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A stream that somebody contradicted: what is held stays as it is, the other branch is kept aside."""

    source: str
    epoch: str
    seq: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamTotals:
    """One chain and what its sales come to, to compare with the till and the hub to the cent."""

    source: str
    epoch: str
    seq: int
    hash: str
    sales: int
    total_minor: int


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


class Presences(Protocol):
    """What hubs last said about their sources."""

    def report(self, tenant: str, presences: Sequence[Presence]) -> None:
        """Replace what was said about these sources."""

    def all(self, tenant: str) -> list[Presence]:
        """Return what was last said about every source of a tenant."""


class ReadModel(Protocol):
    """Figures kept ready for the dashboards."""

    def newest_business_date(self, tenant: str, *, not_after: date) -> date | None:
        """Return the newest business date up to a day."""

    def day(self, tenant: str, business_date: date) -> DayFigures:
        """Return the figures of one business day."""

    def parcels(self, tenant: str, *, limit: int) -> list[Parcel]:
        """Return parcels, those that are not collected first, then the newest."""

    def parcel_counts(self, tenant: str) -> Mapping[str, int]:
        """Return how many parcels are in each state."""

    def oldest_deposited_since(self, tenant: str) -> str | None:
        """Return since when the longest-lying parcel waits in its compartment."""

    def marks(self, tenant: str) -> list[StreamMark]:
        """Return the newest chain of each source."""

    def totals(self, tenant: str) -> list[StreamTotals]:
        """Return every chain with what its sales come to."""

    def rejected(self, tenant: str) -> int:
        """Return how many entries and payloads were kept without being counted."""

    def quarantined(self, tenant: str) -> list[Quarantined]:
        """Return the streams under quarantine."""


class Documents(Protocol):
    """What was issued to a tenant's hubs and tills, within one transaction."""

    def newest(self, kind: DocumentKind, scope: str) -> Issued | None:
        """Return the newest version of an address."""

    def versions(self, kind: DocumentKind, scope: str, *, limit: int) -> list[Issued]:
        """Return the versions of an address, newest first."""

    def addresses(self) -> list[Issued]:
        """Return the newest version of every address."""

    def signed(self, kind: DocumentKind, scope: str, version: int) -> bytes | None:
        """Return a version as it travels; None if it was never issued, or its content is kept no more."""

    def add(self, issued: Issued, signed: SignedDocument) -> None:
        """Keep a new version, and let go of the content of the oldest."""

    def last_number(self, kind: DocumentKind, scope: str) -> int:
        """Return the highest version that was issued, or that a hub holds from before this cloud was restored."""

    def hear(self, kind: DocumentKind, scope: str, version: int) -> None:
        """Note that a hub holds a version that is not known here: the next one comes after it."""

    def revision_of(self, kind: DocumentKind, scope: str, version: int) -> int:
        """Return the last change that the newest version up to this one includes; 0 if there is none."""


class Catalogue(Protocol):
    """The catalogue that versions are issued from, within one transaction."""

    def state(self) -> CatalogueState:
        """Return where the catalogue stands, locked against other writers."""

    def save_state(self, state: CatalogueState) -> None:
        """Keep where the catalogue stands."""

    def products(self) -> list[ProductDetails]:
        """Return all products in the order in which they came."""

    def fold(self, changes: Sequence[ProductChange], origin: Origin, *, at_ms: int) -> Folded:
        """Bring one writer's changes in, with everything that follows from them."""

    def settlements(self, *, limit: int, open_only: bool = False, since_ms: int = 0) -> list[Settled]:
        """Return what was settled, newest first: open ones, or also those since a time."""

    def count_open(self) -> int:
        """Return how many settlements nobody has seen yet."""

    def find_settlement(self, position: int) -> Settled | None:
        """Return one settlement."""

    def acknowledge(self, position: int, *, by: str, at_ms: int) -> bool:
        """Note that somebody has seen a settlement; False if there is none that is open."""


class Shelf(Protocol):
    """A tenant's documents, catalogue and quotas in one transaction."""

    @property
    def documents(self) -> Documents:
        """What was issued."""

    @property
    def catalogue(self) -> Catalogue:
        """What the next version is issued from."""

    def heads(self, source: str) -> dict[str, int]:
        """Return how far each chain of a source is held, by `source/epoch`."""

    def sold(self) -> dict[tuple[str, str], int]:
        """Return how much each source has ever sold of each sku, in thousandths, as far as entries have come."""

    def quota_bases(self) -> dict[tuple[str, str], int]:
        """Return what had been sold when the quotas that count now were issued."""

    def set_quota_bases(self, source: str, sold_milli: dict[str, int]) -> None:
        """Keep what a source had sold when its quotas were issued."""


class Shelves(Protocol):
    """The shelves of all tenants."""

    def writing(self, tenant: str) -> AbstractContextManager[Shelf]:
        """Open a tenant's shelf; durable when the context ends, undone when it raises."""

    def reading(self, tenant: str) -> AbstractContextManager[Shelf]:
        """Open a tenant's shelf to look at one state of it."""

    def waiting(self) -> list[str]:
        """Return the tenants whose catalogue has changes that no version includes yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An entry that took effect; `late` says that an older version had not understood it when it came."""

    at: Head
    line: bytes
    late: bool


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


class Secrets(Protocol):
    """Randomness that nobody can guess."""

    def token(self) -> str:
        """Return a fresh token of 256 bits as text."""

    def choose(self, letters: str) -> str:
        """Return one letter of a text."""


class Clock(Protocol):
    """Time."""

    def now_ms(self) -> int:
        """Return Unix time in milliseconds, for people and expiry dates."""

    def monotonic_s(self) -> float:
        """Return seconds that never go back."""


class DiskGauge(Protocol):
    """How much room the cloud's disk has."""

    def free_bytes(self) -> int:
        """Return the free bytes."""


class Subscription(Protocol):
    """One live page's ear. What changes several times before it is asked for is told once."""

    async def next(self) -> Changed:
        """Wait until something has changed."""


class ChangeFeed(Protocol):
    """Tells live pages what has changed."""

    def subscribe(self, tenant: str) -> AbstractContextManager[Subscription] | None:
        """Begin to listen; None if too many listen already."""

    def announce(self, tenant: str, what: Changed) -> None:
        """Say that something has changed; never waits."""
