"""What the hub needs from the world, on one page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from hub.domain.compartment import Place
from hub.domain.device import Device, EnrolmentCode, TerminalKey
from hub.domain.door_command import DoorCommand
from hub.domain.held_document import DocumentMark, HeldDocument
from hub.domain.parcel import Parcel
from hub.domain.stream import (
    KeptEntry,
    Quarantined,
    Rejected,
    StreamRecord,
    UnreadableEntry,
    UnreadableGroup,
)
from shared.documents import DocumentKind
from shared.entry import Json, StreamKey
from shared.ids import Epoch, ParcelId, SourceId, TenantId
from shared.sync.batch import Message

T = TypeVar("T")


class Clock(Protocol):
    """Time, for people and for waiting."""

    def now(self) -> datetime:
        """Return the wall-clock time with its offset."""
        ...

    def monotonic_ms(self) -> int:
        """Return milliseconds that only ever grow."""
        ...


class Randomness(Protocol):
    """Randomness that nobody can guess."""

    def draw(self, count: int) -> bytes:
        """Return `count` random bytes."""
        ...

    def factor(self) -> float:
        """Return a number from 0.5 to 1.5, to spread retries."""
        ...


class DiskGauge(Protocol):
    """How much room the hub's disk has."""

    def free_bytes(self) -> int:
        """Return the free bytes."""
        ...


class PasswordHasher(Protocol):
    """Slow hashes for what people remember."""

    def hash(self, password: str, /) -> str:
        """Return the hash to keep."""
        ...

    def matches(self, kept: str, password: str, /) -> bool:
        """Return whether the password is the one that was hashed."""
        ...


class Streams(Protocol):
    """Chains of entries: tills' and the hub's own."""

    def find(self, key: StreamKey) -> StreamRecord | None:
        """Return one chain's record."""
        ...

    def newest_of(self, tenant: TenantId, source: SourceId) -> StreamRecord | None:
        """Return the source's chain that was begun last."""
        ...

    def count_of(self, tenant: TenantId, source: SourceId) -> int:
        """Return how many chains a source has begun."""
        ...

    def all(self) -> list[StreamRecord]:
        """Return every chain, oldest first."""
        ...

    def save(self, record: StreamRecord) -> None:
        """Keep a record, new or changed."""
        ...

    def add_entries(self, key: StreamKey, entries: Sequence[KeptEntry]) -> None:
        """Append entries to a chain."""
        ...

    def hash_at(self, key: StreamKey, seq: int) -> str | None:
        """Return the hash of one entry, if it is held."""
        ...

    def lines(self, key: StreamKey, first_seq: int, last_seq: int) -> list[bytes]:
        """Return exact bytes of entries, both ends included."""
        ...

    def unreadable(
        self, *, after: tuple[int, int], limit: int
    ) -> list[tuple[tuple[int, int], UnreadableEntry]]:
        """Return entries that are not understood, the oldest chain first, each with its place; `after` is a place."""
        ...

    def unreadable_groups(self) -> list[UnreadableGroup]:
        """Return what is not understood and was not dismissed, by chain and kind."""
        ...

    def read_again(self, key: StreamKey, entry: KeptEntry) -> None:
        """Replace what an entry that is held was read as; its bytes stay."""
        ...

    def dismiss_unreadable(self, source: str, epoch: str, kind: str) -> int:
        """Show entries of a chain and kind no longer, though they stay and are tried again; returns how many."""
        ...


class Parcels(Protocol):
    """Parcels promised at this hub."""

    def find(self, parcel_id: ParcelId) -> Parcel | None:
        """Return one parcel."""
        ...

    def save(self, parcel: Parcel) -> None:
        """Keep a parcel, new or changed."""
        ...

    def live(self) -> list[Parcel]:
        """Return those still to be collected, longest promised first."""
        ...

    def live_with_number(self, number: int) -> list[Parcel]:
        """Return the live ones of a pick-up number, longest promised first; more than one only after a mishap."""
        ...

    def last_gone_with_number(self, number: int) -> Parcel | None:
        """Return the one of this number that was collected or expired last."""
        ...

    def newest_gone(self, limit: int) -> list[Parcel]:
        """Return those that were collected or expired last, newest first."""
        ...


class PickupNumbers(Protocol):
    """The thousand numbers, each free, leased to a till, or on a live parcel."""

    def free(self, limit: int) -> list[int]:
        """Return free numbers, the longest unused first."""
        ...

    def outstanding(self, till: SourceId) -> list[int]:
        """Return the numbers that a till holds and that no parcel has yet."""
        ...

    def lease(self, till: SourceId, epoch: Epoch, numbers: Sequence[int], at: datetime) -> None:
        """Give numbers to a till."""
        ...

    def give_up_older(self, till: SourceId, epoch: Epoch) -> None:
        """Free what a till's earlier ledgers held and promised to nobody."""
        ...

    def promise(self, number: int, parcel_id: ParcelId) -> None:
        """Put a number on a parcel."""
        ...

    def release(self, number: int, parcel_id: ParcelId, at: datetime) -> None:
        """Free the number of a parcel that is gone; nothing if another parcel has it."""
        ...


class DoorCommands(Protocol):
    """Decisions to open doors."""

    def find(self, command_id: str) -> DoorCommand | None:
        """Return one command."""
        ...

    def save(self, command: DoorCommand) -> None:
        """Keep a command, new or changed."""
        ...

    def unanswered(self) -> list[DoorCommand]:
        """Return those without any outcome."""
        ...

    def last_at(self, place: Place) -> DoorCommand | None:
        """Return the last command to one door."""
        ...


class Devices(Protocol):
    """Enrolled devices and one-time codes."""

    def find(self, device: SourceId) -> Device | None:
        """Return one device."""
        ...

    def save(self, device: Device) -> None:
        """Keep a device, new or enrolled again."""
        ...

    def all(self) -> list[Device]:
        """Return every device by name."""
        ...

    def find_code(self, code_hash: str) -> EnrolmentCode | None:
        """Return a one-time code."""
        ...

    def save_code(self, code: EnrolmentCode) -> None:
        """Keep a one-time code, new or used."""
        ...

    def void_codes(self, device: SourceId) -> None:
        """Forget every one-time code of a device, used or not."""
        ...


class Refusals(Protocol):
    """What could not be taken, kept where people see it; only the newest stay."""

    def reject(self, rejected: Rejected) -> None:
        """Keep a message that could not be taken."""
        ...

    def set_aside(self, quarantined: Quarantined) -> None:
        """Keep the evidence of a chain that contradicts what is held."""
        ...

    def newest_rejected(self, limit: int) -> list[Rejected]:
        """Return what was rejected last and not dismissed, newest first."""
        ...

    def newest_set_aside(self, limit: int, *, with_dismissed: bool = False) -> list[Quarantined]:
        """Return what was set aside last, newest first."""
        ...

    def dropped(self) -> int:
        """Return how many rejected messages were dropped to keep within the bounds."""
        ...

    def rejected_after(self, number: int, limit: int) -> list[Rejected]:
        """Return rejected messages with a higher number, oldest first."""
        ...

    def set_aside_after(self, number: int, limit: int) -> list[Quarantined]:
        """Return evidence with a higher number, oldest first."""
        ...

    def forget_rejected(self, number: int) -> bool:
        """Keep a rejected message no longer: it was heard after all; False if there is none."""
        ...

    def dismiss_rejected(self, number: int) -> bool:
        """Show a rejected message no longer, though it stays and is tried again; False if none is shown."""
        ...

    def dismiss_set_aside(self, number: int) -> bool:
        """Show evidence no longer, though it stays; False if none is shown."""
        ...

    def say_why(self, number: int, reason: str) -> None:
        """Replace the reason of a rejected message: a newer version refuses it for another one."""
        ...


class Credentials(Protocol):
    """The staff's password and the terminals' keys, all hashed."""

    def staff_password(self) -> str | None:
        """Return the hash of the staff's password."""
        ...

    def set_staff_password(self, kept: str) -> None:
        """Keep a new hash."""
        ...

    def add_terminal_key(self, key_hash: str, at: datetime) -> None:
        """Admit a terminal key."""
        ...

    def knows_terminal_key(self, key_hash: str) -> bool:
        """Return whether a terminal key was admitted."""
        ...

    def terminal_keys(self) -> list[TerminalKey]:
        """Return the admitted keys, oldest first."""
        ...

    def remove_terminal_key(self, key_hash: str) -> None:
        """Admit a terminal key no longer."""
        ...


class Notes(Protocol):
    """Short texts that must survive, by name."""

    def find(self, name: str) -> str:
        """Return a text; empty if there is none."""
        ...

    def keep(self, name: str, text: str) -> None:
        """Keep a text."""
        ...


class Documents(Protocol):
    """The newest documents from the cloud, and which versions of them the tills run."""

    def newest_for(self, source: SourceId) -> list[DocumentMark]:
        """Return what concerns a source: everyone's documents and its own, without their text."""
        ...

    def all(self) -> list[DocumentMark]:
        """Return the newest of every address, without their text."""
        ...

    def find(self, kind: DocumentKind, scope: str) -> HeldDocument | None:
        """Return the newest of one address."""
        ...

    def save(self, document: HeldDocument) -> bool:
        """Keep a document in place of an older one; returns False, and keeps nothing, if it is not newer."""
        ...

    def running(self, source: SourceId) -> Mapping[str, int]:
        """Return which versions a source said it runs."""
        ...

    def set_running(self, source: SourceId, versions: Mapping[str, int], at: datetime) -> None:
        """Keep which versions a source says it runs, by `kind/scope`, in place of what it said before."""
        ...


class UnitOfWork(Protocol):
    """One transaction: everything in it is kept, or nothing."""

    @property
    def streams(self) -> Streams: ...  # noqa: D102 - named by its type, as are the others
    @property
    def parcels(self) -> Parcels: ...  # noqa: D102
    @property
    def numbers(self) -> PickupNumbers: ...  # noqa: D102
    @property
    def door_commands(self) -> DoorCommands: ...  # noqa: D102
    @property
    def devices(self) -> Devices: ...  # noqa: D102
    @property
    def refusals(self) -> Refusals: ...  # noqa: D102
    @property
    def credentials(self) -> Credentials: ...  # noqa: D102
    @property
    def notes(self) -> Notes: ...  # noqa: D102
    @property
    def documents(self) -> Documents: ...  # noqa: D102


class Store(Protocol):
    """The hub's database: one writer, any number of readers."""

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run `work` in a transaction and return its result once that is durable; an exception undoes all of it."""
        ...

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run `work`, which changes nothing, on a consistent view."""
        ...


class Witness(Protocol):
    """Remembers, beside the database, how far the hub's own chain has got: an older database is seen by it at once."""

    def read(self) -> tuple[Epoch, int] | None:
        """Return the epoch and number of the last own entry that was noted; None if nothing was."""
        ...

    def note(self, epoch: Epoch, seq: int) -> None:
        """Note an own entry that is durable; it is on the disk when this returns. Never raises: a hub goes on without."""
        ...


class BoardLink(Protocol):
    """The way to locker boards."""

    async def command(self, board: SourceId, message: Message) -> None:
        """Send now or never; raises LinkDownError if it was certainly not sent."""
        ...


class TillLink(Protocol):
    """The way back to tills."""

    async def answer(self, till: SourceId, message: Message) -> None:
        """Send an answer; losing one is harmless, for tills ask again."""
        ...

    async def hand(self, till: SourceId, message: Message, part: bytes) -> None:
        """Send a part of a document and wait until the broker has it; raises LinkDownError. Never retained."""
        ...


class CloudLink(Protocol):
    """The way to the cloud; every request may be repeated. All raise CloudUnreachableError."""

    async def hello(self, source: SourceId, message: Message) -> Message:
        """Offer a chain and return the cloud's answer."""
        ...

    async def entries(self, source: SourceId, message: Message, lines: Sequence[bytes]) -> Message:
        """Send a batch and return the cloud's answer."""
        ...

    async def presence(self, sources: Sequence[Mapping[str, Json]]) -> None:
        """Tell who is there."""
        ...

    async def documents(self, held: Sequence[DocumentMark]) -> list[DocumentMark]:
        """Tell which documents are held here and return the newest of every address that the cloud has."""
        ...

    async def document(self, mark: DocumentMark) -> Mapping[str, object]:
        """Fetch one version as it is signed; nothing about it is checked yet."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAccount:
    """What a device needs to sign in at the broker; with `tls` it believes certificates of `authority` (PEM) alone."""

    hosts: tuple[tuple[str, int], ...]
    username: str
    password: str
    client_id: str
    tls: bool = False
    authority: str = ""


class BrokerUsers(Protocol):
    """Who may sign in at the broker."""

    async def admit(self, device: SourceId, role: str) -> BrokerAccount:
        """Give a device an account of its own, or an existing one a new password."""
        ...

    async def dismiss(self, device: SourceId) -> None:
        """Take a device's account away and end its connection; one that has none is fine."""
        ...
