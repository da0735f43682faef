"""A real broker as a child process, for tests and measurements."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from hub.broker.programs import PROGRAMS
from hub.broker.user_file import BrokerUsersFile
from hub.broker.users import BrokerCredentials
from tests.free_ports import free_port


@dataclass
class BrokerProcess:
    """`stallholder broker serve` on a port of its own; `settings` are further ones, such as TLS="on"."""

    directory: Path
    store_bytes: int = 64 * 1024 * 1024
    port: int = field(default_factory=free_port)
    program: str = "nats-server"
    settings: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[str] | None" = None

    def start(self) -> None:
        self.spawn()
        self.await_ready()

    def spawn(self) -> None:
        """Start it, and do not wait."""
        command = [sys.executable, "-c", "from hub.broker.cli import app; app()", "serve"]
        options = {"--data-dir": self.directory, "--port": self.port, "--hub": "hub-dock", "--tenant": "demo"}
        settings = {"STORE_BYTES": str(self.store_bytes), "PROGRAM": self.program, **self.settings}
        self.process = subprocess.Popen(
            [*command, *(str(word) for option in options.items() for word in option)],
            env={"PATH": os.environ["PATH"]}
            | {f"STALLHOLDER_BROKER_{key}": value for key, value in settings.items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def await_ready(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        bind = self.settings.get("BIND", "127.0.0.1")
        scheme = "mqtts" if self.settings.get("TLS") == "on" or bind != "127.0.0.1" else "mqtt"
        assert self.process.stdout.readline().strip() == f"ready {scheme}://{bind}:{self.port}"

    def kill(self) -> None:
        """Kill -9, as a power cut would; the broker's program dies with it."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        status = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    def hub(self) -> BrokerCredentials:
        kept = json.loads((self.directory / "hub-credentials.json").read_text())
        return BrokerCredentials(
            username=kept["username"], password=kept["password"], client_id=kept["client_id"]
        )

    def add(self, device: str, role: str) -> BrokerCredentials:
        return BrokerUsersFile(self.directory).add(device, role, "demo", "hub-dock", device)

    def authority(self) -> str:
        """Return the authority that devices pin, "" without TLS."""
        kept = json.loads((self.directory / "hub-credentials.json").read_text())
        return str(kept["authority"])

    def program_pid(self) -> int:
        """Return the process id of nats-server or mosquitto itself."""
        return int((self.directory / PROGRAMS[self.program].pid_file).read_text())
