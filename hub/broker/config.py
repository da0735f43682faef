"""The broker's settings, as `STALLHOLDER_BROKER_…` or a TOML file give them."""

from dataclasses import dataclass
from pathlib import Path

PREFIX = "STALLHOLDER_BROKER_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Where the broker keeps its files, where it listens, and whose hub it serves."""

    data_dir: Path = Path.home() / ".local" / "share" / "stallholder" / "broker"
    bind: str = "127.0.0.1"
    port: int = 1883
    tenant: str = "demo"
    hub: str = "hub-dock"
    store_bytes: int = 256 * 1024 * 1024
