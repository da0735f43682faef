"""Runs nats-server as the embedded broker: starts it, waits until it answers, bounds its store, ends with it."""

import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from types import FrameType

from hub.broker.config import Config
from hub.broker.config_text import ServerOptions, server_text
from hub.broker.errors import BrokerError, BrokerMissingError, BrokerNotReadyError
from hub.broker.steward import Steward, StewardError
from hub.broker.user_file import BrokerUsersFile
from hub.broker.users import Role
from shared.cli.tether import die_with_parent
from shared.host.private_file import replace_private_file

_LOG = logging.getLogger(__name__)
_READY_TIMEOUT_S = 20.0
_LOOK_AGAIN_S = 0.02
_STOP_TIMEOUT_S = 2.5


def serve(config: Config) -> int:
    """Run the broker until it ends or SIGTERM/SIGINT comes; return its exit status (0 when it was asked to end)."""
    directory = config.data_dir.resolve()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = ServerOptions(
        data_dir=str(directory), bind=config.bind, port=config.port, store_bytes=config.store_bytes
    )
    _refuse_a_taken_port(config)
    users = BrokerUsersFile(directory)
    steward = Steward(**asdict(users.add("steward", Role.STEWARD, config.tenant, config.hub, "steward")))
    _keep_hub_credentials(users, directory, config)
    replace_private_file(directory / "nats.conf", server_text(options).encode())
    child = _start(directory)
    stop = _forward_signals(child)
    try:
        native_port = _await_ready(child, steward, config, directory)
        steward.bound_stream(native_port, options.stream_bytes)
    except (OSError, BrokerError):
        _end(child)
        if stop:
            return 0
        raise
    print(f"ready mqtt://{config.bind}:{config.port}", flush=True)  # noqa: T201  # the supervisor reads it
    status = child.wait()
    return 0 if stop else status or 1


def find_program() -> Path:
    """Return the nats-server beside this Python, or the one on PATH; raises BrokerMissingError."""
    beside = Path(sys.executable).parent / "nats-server"
    if beside.exists():
        return beside
    found = shutil.which("nats-server")
    if found is None:
        raise BrokerMissingError
    return Path(found)


def _start(directory: Path) -> "subprocess.Popen[bytes]":
    for left_over in directory.glob("nats-server_*.ports"):
        left_over.unlink()
    return subprocess.Popen(
        [find_program(), "-c", directory / "nats.conf"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509  # one thread only, and it must outlive us by nothing
    )


def _keep_hub_credentials(users: BrokerUsersFile, directory: Path, config: Config) -> None:
    """Make the hub's own sign-in at the first start, and keep its address true at every later one."""
    path = directory / "hub-credentials.json"
    kept: dict[str, object] = json.loads(path.read_bytes()) if path.exists() else {}
    known = {(user.username, user.tenant, user.hub) for user in users.all()}
    if (kept.get("username"), config.tenant, config.hub) not in known:
        made = users.add(config.hub, Role.HUB, config.tenant, config.hub, config.hub)
        kept = {**asdict(made), "tenant": config.tenant, "hub": config.hub}
    replace_private_file(
        path, json.dumps({**kept, "host": _reachable(config.bind), "port": config.port}, indent=1).encode()
    )


def _reachable(bind: str) -> str:
    return "127.0.0.1" if bind in ("0.0.0.0", "::", "") else bind  # noqa: S104  # compared, not bound


def _refuse_a_taken_port(config: Config) -> None:
    """Raise BrokerNotReadyError if somebody answers there: its readiness must not be taken for ours."""
    with suppress(OSError), socket.create_connection((_reachable(config.bind), config.port), 1.0):
        raise BrokerNotReadyError(config.bind, config.port, "another program listens there")


def _await_ready(child: "subprocess.Popen[bytes]", steward: Steward, config: Config, directory: Path) -> int:
    """Return the native port once MQTT answers; the server opens that one last."""
    deadline = time.monotonic() + _READY_TIMEOUT_S
    reason = "no answer"
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise BrokerNotReadyError(
                config.bind, config.port, f"it ended with {child.returncode}, see nats.log"
            )
        try:
            steward.sign_in(_reachable(config.bind), config.port)
            return _native_port(directory, child)
        except (OSError, ValueError, StewardError) as error:
            reason = str(error)
            time.sleep(_LOOK_AGAIN_S)
    raise BrokerNotReadyError(config.bind, config.port, reason)


def _native_port(directory: Path, child: "subprocess.Popen[bytes]") -> int:
    """Return the port that the server wrote down; raises OSError or ValueError while it has not."""
    ports = json.loads((directory / f"nats-server_{child.pid}.ports").read_bytes())
    return int(ports["nats"][0].rsplit(":", 1)[1])


def _forward_signals(child: "subprocess.Popen[bytes]") -> list[int]:
    """Pass SIGTERM and SIGINT on to the server; the list returned is no longer empty once one came."""
    asked: list[int] = []

    def forward(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        child.send_signal(signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, forward)
    return asked


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        _LOG.warning("the broker did not end when asked and is killed")
        child.kill()
        child.wait()
