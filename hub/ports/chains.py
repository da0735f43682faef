"""Where the hub keeps chains of entries, what could not be taken of them, and what it must remember."""

from collections.abc import Sequence
from typing import Protocol

from hub.domain.stream import KeptEntry, Quarantined, Rejected, StreamRecord, UnreadableEntry, UnreadableGroup
from shared.entry import StreamKey
from shared.ids import SourceId, TenantId


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


class Notes(Protocol):
    """Short texts that must survive, by name."""

    def find(self, name: str) -> str:
        """Return a text; empty if there is none."""
        ...

    def keep(self, name: str, text: str) -> None:
        """Keep a text."""
        ...
