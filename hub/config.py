"""The hub's settings, as `STALLHOLDER_HUB_…` or a TOML file give them."""

from dataclasses import dataclass
from pathlib import Path

PREFIX = "STALLHOLDER_HUB_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Where the hub keeps its files, where it listens, where its broker is, and which compartments it has.

    `boards` names each locker board and its compartments' sizes in order: `board-dock-1:SSLSMMSL`. `extra_hosts` are further
    names under which browsers may open the hub.
    `broker_public_host` is where tills find the broker, if that is not `broker_host`.
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
