"""A real broker and a real hub as child processes, with tills to load them. No cloud answers: that is another machine's work."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from hub.adapters.identity_file import write_identity
from shared.sync.sender import SenderLimits
from tests.bench.memory import resident_mb
from tests.firmware.broker_process import BrokerProcess
from tests.free_ports import free_port
from tests.unit.hub.bench import identity

STORE_BYTES = 256 * 1024 * 1024
_NOBODY = "http://127.0.0.1:9"
_END_WITHIN_S = 60


def started(*command: str, environment: Mapping[str, str], log: Path) -> "subprocess.Popen[str]":
    """Start a `stallholder` command that says when it is ready, and wait until it does."""
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "shared.cli", *command], env={**os.environ, **environment},
            stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
    if process.stdout is None or not process.stdout.readline().startswith("ready "):
        process.kill()
        raise RuntimeError(f"{' '.join(command)} did not start: {log.read_text()[-500:]}")
    return process


def ended(process: "subprocess.Popen[str]") -> None:
    """End a process in good order."""
    process.terminate()
    process.wait(_END_WITHIN_S)


class HubStand:
    """Use as a context manager: everything runs within it."""

    def __init__(self, folder: Path, program: str = "nats-server") -> None:
        self.folder = folder
        self.broker = BrokerProcess(folder / "broker", store_bytes=STORE_BYTES, program=program)
        self._data = folder / "hub"
        self._port = free_port()
        self._hub: subprocess.Popen[str] | None = None
        self._tills = 0

    def __enter__(self) -> "HubStand":
        """Start the broker, then the hub."""
        self.broker.start()
        self._data.mkdir(parents=True)
        write_identity(self._data, replace(identity(), cloud_url=_NOBODY))
        try:
            self._hub = started("hub", "serve", environment=self._environment(), log=self.folder / "hub.log")
        except RuntimeError:
            self.broker.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End both."""
        if self._hub is not None:
            ended(self._hub)
        self.broker.stop()

    @property
    def hub_pid(self) -> int:
        """The hub's process."""
        if self._hub is None:
            raise RuntimeError("the hub is not running")
        return self._hub.pid

    def command(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """Run a `stallholder` command with this hub's settings and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "shared.cli", *arguments], stdout=subprocess.PIPE, text=True, check=True,
            env={**os.environ, **self._environment(), **(environment or {})},
        )  # fmt: skip
        return done.stdout.strip()

    @property
    def url(self) -> str:
        """Where the hub's pages are."""
        return f"http://127.0.0.1:{self._port}"

    def accesses(self, count: int) -> list[dict[str, Any]]:
        """Return sign-ins for that many new tills."""
        first, self._tills = self._tills, self._tills + count
        names = [f"till-{number}" for number in range(first, first + count)]
        return [{"name": name, **asdict(self.broker.add(name, "till"))} for name in names]

    def held(self) -> int:
        """Return how many entries of tills are durable at the hub."""
        with sqlite3.connect(f"file:{self._data / 'hub.sqlite'}?mode=ro", uri=True) as database:
            row = database.execute("select sum(seq) from stream where source like 'till-%'").fetchone()
        return int(row[0] or 0)

    def memory_mb(self) -> tuple[float, float]:
        """Return the resident memory of the broker and of the hub, in MiB."""
        return resident_mb(self.broker.program_pid()), resident_mb(self.hub_pid)

    @contextmanager
    def running(self, *command: str, environment: Mapping[str, str]) -> Iterator[None]:
        """Have a `stallholder` command run beside the hub; it is ready when the block begins."""
        process = started(*command, environment=environment, log=self.folder / f"{command[0]}.log")
        try:
            yield
        finally:
            ended(process)

    def _environment(self) -> dict[str, str]:
        prefix = "STALLHOLDER_HUB_"
        settings = {
            "DATA_DIR": self._data, "BIND": "127.0.0.1", "PORT": self._port, "HUB": "hub-dock",
            "BROKER_DIR": self.broker.directory, "BROKER_HOST": "127.0.0.1", "BROKER_PORT": self.broker.port,
        }  # fmt: skip
        return {prefix + key: str(value) for key, value in settings.items()}


class TillFleet:
    """Tills in a process of their own; see `light_tills`."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def tell(self, do: str, **how: object) -> None:
        """Give an order."""
        if self._process.stdin is None:
            raise RuntimeError("it was started with a pipe")
        self._process.stdin.write(json.dumps({"do": do, **how}) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait until the last order is done and return the answer."""
        if self._process.stdout is None or not (line := self._process.stdout.readline()):
            raise RuntimeError("the tills ended: see what they said")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def do(self, do: str, **how: object) -> dict[str, Any]:
        """Give an order and return the answer to it."""
        self.tell(do, **how)
        return self.answer()


@contextmanager
def till_fleet(
    accesses: Sequence[dict[str, Any]], port: int, limits: SenderLimits | None = None
) -> Iterator[TillFleet]:
    """Run tills in a process of their own."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as spec:
        json.dump({"port": port, "tills": accesses, "limits": asdict(limits) if limits else None}, spec)
        spec.flush()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.light_tills", spec.name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            yield TillFleet(process)
        finally:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
