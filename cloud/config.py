"""The cloud's settings, as `STALLHOLDER_CLOUD_…` or a TOML file give them."""

from dataclasses import dataclass
from pathlib import Path

from shared.settings import require_port

PREFIX = "STALLHOLDER_CLOUD_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Where the cloud keeps its things and where it listens; `extra_hosts` are further names it answers to."""

    data_dir: Path = Path.home() / ".local" / "share" / "stallholder" / "cloud"
    bind: str = "127.0.0.1"
    port: int = 8103
    extra_hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_port("port", self.port)

    @property
    def database_file(self) -> Path:
        """The database."""
        return self.data_dir / "cloud.sqlite"

    @property
    def root_key_file(self) -> Path:
        """The root key."""
        return self.data_dir / "root.json"
