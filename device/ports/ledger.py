"""The ledger and what signs what it says."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from device.domain.till_state import TillState
from shared.entry import Entry, Head, StreamKey
from shared.events.event import Event

R = TypeVar("R")


class Ledger(Protocol):
    """The till's ledger: append what a decision says, durable before it answers."""

    @property
    def stream(self) -> StreamKey:
        """The chain's key."""

    @property
    def head(self) -> Head:
        """The last entry that is on the disk."""

    @property
    def state(self) -> TillState:
        """What the entries on the disk add up to."""

    async def append(self, decide: Callable[[TillState], tuple[Event, ...] | R]) -> tuple[Entry, ...] | R:
        """Append the events that `decide` returns and answer their entries, or answer whatever else it returns."""

    def read_lines(self, first_seq: int, last_seq: int) -> tuple[bytes, ...]:
        """Return the exact bytes of entries, both ends included."""

    def find_sale(self, sale_id: str) -> int | None:
        """Return the number of the entry of a sale or refund that is on the disk, or None."""

    def find_receipt(self, number: int) -> int | None:
        """Return the number of the entry of a receipt that is on the disk, a sale's or a refund's, or None."""

    def on_appended(self, listener: Callable[[Head], None]) -> None:
        """Tell `listener` of each new head, in the writer's thread."""


class Signer(Protocol):
    """Signs what a receipt claims, so that others can check it without trusting the till's files."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message; the same each time."""
