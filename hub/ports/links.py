"""The hub's ways to boards, tills, the cloud, and the broker's list of users."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hub.domain.held_document import DocumentMark
from shared.entry import Json
from shared.ids import SourceId
from shared.sync.batch import Message


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
