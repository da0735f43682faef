"""The hub's settings, as `STALLHOLDER_HUB_…` or a TOML file give them."""

from dataclasses import dataclass
from pathlib import Path

from shared.settings import SettingsError
from shared.wire.hosts import parse_host

PREFIX = "STALLHOLDER_HUB_"
_WILDCARDS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared, not bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Where the hub keeps its files, where it listens, where its broker is, and which compartments it has.

    `boards` names each locker board and its compartments' sizes in order: `board-dock-1:SSLSMMSL`. `extra_hosts` are further
    names under which browsers may open the hub.
    `broker_hosts` is where the broker is, each as host:port, tried in turn; without it `broker_host` and `broker_port`.
    `broker_public_hosts` is where tills and boards find it, if that is elsewhere; without it `broker_public_host`.
    """

    data_dir: Path = Path.home() / ".local" / "share" / "stallholder" / "hub"
    bind: str = "127.0.0.1"
    port: int = 8102
    extra_hosts: tuple[str, ...] = ()
    hub: str = "hub-dock"
    boards: tuple[str, ...] = ("board-dock-1:SSLSMMSL",)
    currency: str = "EUR"
    broker_dir: Path = Path.home() / ".local" / "share" / "stallholder" / "broker"
    broker_host: str = "127.0.0.1"
    broker_port: int = 1883
    broker_public_host: str = ""
    broker_hosts: tuple[str, ...] = ()
    broker_public_hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for key in ("broker_hosts", "broker_public_hosts"):
            try:
                self._parsed(key)
            except ValueError as error:
                raise SettingsError(key, f"cannot be read ({error})", "List hosts as host:port.") from error

    @property
    def brokers(self) -> tuple[tuple[str, int], ...]:
        """Where this hub looks for its broker."""
        return self._parsed("broker_hosts") or ((_reachable(self.broker_host), self.broker_port),)

    @property
    def public_brokers(self) -> tuple[tuple[str, int], ...]:
        """Where devices look for it."""
        alone = ((self.broker_public_host, self.broker_port),) if self.broker_public_host else ()
        return self._parsed("broker_public_hosts") or alone or self.brokers

    def _parsed(self, key: str) -> tuple[tuple[str, int], ...]:
        return tuple(parse_host(text, self.broker_port) for text in getattr(self, key))


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in _WILDCARDS else host
