"""Who the broker knows, and what each may say and hear. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from shared.ids import check_topic_level
from shared.wire import topics


class Role(StrEnum):
    """What a broker user is: each role has its own narrow part of the topics."""

    HUB = "hub"
    TILL = "till"
    BOARD = "board"
    STEWARD = "steward"  # the broker's own hand: asks at each start whether it answers, and bounds its store


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class BrokerCredentials:
    """What a device needs to sign in; the password exists only here, the broker keeps hashes. No repr, so no log."""

    username: str
    password: str
    client_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerUser:
    """One user as the broker's files keep it; the password only hashed, as each broker wants it.

    `password_pbkdf2` is empty for a device that was enrolled before there was a broker that needs it.
    """

    username: str
    role: Role
    tenant: str
    hub: str
    device: str
    client_id: str
    password_hash: str
    password_pbkdf2: str = ""

    def __post_init__(self) -> None:
        """Hold every name to one level of a topic, so that none can reach beyond its own, in a topic or in a file."""
        names = (self.tenant, self.hub, self.device, self.username)
        for kind, text in zip(("tenant", "hub", "device", "username"), names, strict=True):
            check_topic_level(kind, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """MQTT topics (filters with `#` and `+` allowed) that a user may publish on and subscribe to."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def permissions_of(user: BrokerUser) -> Permissions:
    """Return the topics of a user's own; everything else is refused."""

    def own(*channels: str) -> tuple[str, ...]:
        return tuple(topics.topic(user.tenant, user.hub, user.device, channel) for channel in channels)

    match user.role:
        case Role.TILL:
            (docs,) = own(topics.DOCS)
            return Permissions(
                publish=own(topics.ENTRIES, topics.STATE), subscribe=(*own(topics.ACK), docs, docs + "/#")
            )
        case Role.BOARD:
            return Permissions(publish=own(topics.OUTCOME, topics.STATE), subscribe=own(topics.CMD))
        case Role.HUB:
            everything = "/".join((topics.ROOT, user.tenant, user.hub, "#"))
            return Permissions(publish=(everything,), subscribe=(everything,))
        case Role.STEWARD:
            return Permissions(publish=(), subscribe=())
        case _:
            assert_never(user.role)
