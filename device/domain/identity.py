"""Who this till is: its name, its key, and, once enrolled, the hub that it belongs to."""

from dataclasses import dataclass, field

from shared.ids import SourceId, TenantId
from shared.wire.hosts import parse_host


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAccess:
    """How the till reaches the hub's broker.

    `hosts` are tried in turn, each as host:port; where they are missing (a till enrolled earlier), `host` and `port`
    are the one. With `tls` the broker must show a certificate of `authority` (PEM), and nothing is ever sent plainly.
    """

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    client_id: str = field(repr=False)
    hosts: tuple[str, ...] = ()
    tls: bool = False
    authority: str = field(default="", repr=False)

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """The (host, port) pairs to try, in order."""
        return [parse_host(text) for text in self.hosts] or [(self.host, self.port)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HubMembership:
    """What the hub gave at enrolment. Certificates are signed documents as they travel (JSON text)."""

    hub: SourceId
    certificate: str
    hub_certificate: str
    root_public_key: str
    sealing_public_key: str
    broker: BrokerAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The till's name and signing key; `membership` is None until it is enrolled, and it sells without."""

    tenant: TenantId
    device: SourceId
    signing_key: str = field(repr=False)
    membership: HubMembership | None = None

    @property
    def hub(self) -> str:
        """The hub that the till belongs to, empty until it is enrolled."""
        return self.membership.hub if self.membership else ""
