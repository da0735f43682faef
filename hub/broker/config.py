"""The broker's settings, as `STALLHOLDER_BROKER_…` or a TOML file give them."""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from shared.settings import SettingsError, require_one_of, require_port

PREFIX = "STALLHOLDER_BROKER_"
_NODES = (3, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Which broker, where it keeps its files, where it listens, and whose hub it serves.

    Attributes:
        program: nats-server or mosquitto.
        data_dir: where users, keys and messages are kept.
        bind: address to listen on; 127.0.0.1 serves this machine alone.
        port: the MQTT port.
        tenant: whose hub this is.
        hub: the hub's name.
        store_bytes: how much it may keep.
        tls: on, off (say so only for a network that you trust), or auto: on unless `bind` is loopback.
        public_hosts: names and addresses under which devices reach it; its certificate is made for them.
        plain_port: mosquitto only: a second listener on loopback without TLS; 0 for none.
        node: this node's name in a cluster.
        cluster: where all nodes listen for one another, this one's too: host:port, three or five.
        cluster_port: where this node listens for the others.
    """

    program: str = "nats-server"
    data_dir: Path = Path.home() / ".local" / "share" / "stallholder" / "broker"
    bind: str = "127.0.0.1"
    port: int = 1883
    tenant: str = "demo"
    hub: str = "hub-dock"
    store_bytes: int = 256 * 1024 * 1024
    tls: str = "auto"
    public_hosts: tuple[str, ...] = ()
    plain_port: int = 0
    node: str = ""
    cluster: tuple[str, ...] = ()
    cluster_port: int = 6222

    def __post_init__(self) -> None:
        require_one_of("program", self.program, ("nats-server", "mosquitto"))
        require_one_of("tls", self.tls, ("auto", "on", "off"))
        for key in ("port", "plain_port", "cluster_port"):
            require_port(key, getattr(self, key))
        if self.cluster and (len(set(self.cluster)) not in _NODES or not self.node):
            raise SettingsError(
                "cluster", f"is {','.join(self.cluster)} with node {self.node!r}",
                "Name three nodes (or five) as host:port, the same list on each, and give each its own `node`.",
            )  # fmt: skip

        if self.cluster and not any(node.endswith(f":{self.cluster_port}") for node in self.cluster):
            raise SettingsError(
                "cluster_port", f"is {self.cluster_port}, and no node of the cluster has that port",
                "Set it to the port that the list in `cluster` gives for this node.",
            )  # fmt: skip

    @property
    def uses_tls(self) -> bool:
        """Whether the listener speaks TLS."""
        return self.tls == "on" or (self.tls == "auto" and not is_loopback(self.bind))


def is_loopback(host: str) -> bool:
    """Say whether an address is this machine's own and nobody else's."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
