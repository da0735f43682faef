"""The way to the hub, and its door for new tills."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from device.domain.identity import HubMembership
from shared.ids import SourceId, TenantId


class Sealer(Protocol):
    """Boxes that only the hub can open."""

    def seal(self, public_key: str, plaintext: bytes, *, info: bytes) -> str:
        """Seal bytes to a key."""


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The way to the hub is open, under a new session."""

    session: str


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The way to the hub is closed, or did not open; `reason` says why, in words, and is told again when it has changed."""

    reason: str


@dataclass(frozen=True, slots=True)
class LinkPayload:
    """The hub said something."""

    payload: bytes


LinkEvent: TypeAlias = LinkUp | LinkLost | LinkPayload


class HubLink(Protocol):
    """The way to the hub. It opens itself again for ever, and may lose what it is given."""

    async def next_event(self) -> LinkEvent:
        """Wait for what happens next on the link."""

    def send(self, payload: bytes) -> bool:
        """Hand over a payload; False if there is no room or no way for it now (the protocol sends it again)."""


class Enrolment(Protocol):
    """The hub's door for new tills."""

    async def enrol(self, hub_url: str, *, code: str, device: str, key: str) -> "EnrolmentAnswer":
        """Spend a one-time code and show that this till holds the signing key `key`; raises EnrolmentError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentAnswer:
    """What the hub says this till is called, and what it gives it."""

    tenant: TenantId
    device: SourceId
    membership: HubMembership
