"""What the house needs of a broker, whichever make it is. The makes stand beside each other: `nats/`, `mosquitto/`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hub.broker.users import BrokerCredentials, BrokerUser


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """The certificate and key that the listener shows, and the authority that signed it; PEM."""

    authority: Path
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The nodes that are one broker together: this one's name and port, and where all of them listen for one another.

    They meet over TLS whatever devices do.
    """

    name: str
    node: str
    bind: str
    port: int
    routes: tuple[str, ...]
    password: str
    tls: TlsFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a start of the broker decides; sizes in bytes.

    `plain_port` asks for a second listener without TLS, on loopback only; 0 for none. Without `tls` the first is plain.
    """

    directory: Path
    bind: str
    port: int
    plain_port: int = 0
    store_bytes: int = 256 * 1024 * 1024
    payload_bytes: int = 1024 * 1024
    connections: int = 1024
    tls: TlsFiles | None = None
    cluster: Cluster | None = None


class BrokerProgram(Protocol):
    """One make of broker. Nothing here keeps anything: the directory and `users.json` in it do."""

    @property
    def name(self) -> str:
        """The program's name, as a setting names it and as the process list shows it."""
        ...

    @property
    def pid_file(self) -> str:
        """The file in the directory with the process id of a broker that may be sent SIGHUP."""
        ...

    def find(self) -> Path:
        """Return the program; raises BrokerMissingError."""
        ...

    def config(self, start: Start) -> Mapping[str, str]:
        """Return the files that a start writes, name to text; raises BrokerSetUpError for what this make cannot do."""
        ...

    def user_files(self, users: Iterable[BrokerUser]) -> Mapping[str, str]:
        """Return the files that say who may do what, name to text; read anew at SIGHUP."""
        ...

    def arguments(self, start: Start) -> Sequence[str | Path]:
        """Return what follows the program on its command line."""
        ...

    def settle(self, start: Start, pid: int, steward: BrokerCredentials) -> None:
        """Do what remains once MQTT answers; tried again while it raises OSError, ValueError or BrokerError."""
        ...
