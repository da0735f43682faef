"""What is spoken with the hub beside the stream of entries: one small object for each subject, all on one link."""

from collections.abc import Sequence
from typing import Protocol

from shared.sync.batch import Message, Payload


class Conversation(Protocol):
    """One subject. `Sync` hands it what it hears, and asks it what to say while the hub answers; any word may be lost."""

    @property
    def hears(self) -> frozenset[str]:
        """The types of messages that are meant for it."""

    def begin(self, now_ms: int) -> None:
        """A new session with the hub has begun: what was asked in an earlier one may never be answered."""

    async def hear(self, said: Payload, *, now_ms: int, hub_seq: int) -> None:
        """Take a message of one of its types; `hub_seq` is the hub's mark in this till's stream."""

    def due_in_ms(self, now_ms: int) -> int:
        """Return how long to wait before it may have something to say."""

    def say(self, now_ms: int) -> Sequence[Message]:
        """Return what there is to say now; asked only when it is due."""
