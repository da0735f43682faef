"""Runs a broker of either make: starts it, waits until it answers, ends with it."""

import logging
import os
import signal
import socket
import ssl
import subprocess
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType

from hub.broker.config import Config
from hub.broker.errors import BrokerError, BrokerNotReadyError
from hub.broker.program import BrokerProgram, Start
from hub.broker.programs import PROGRAMS
from hub.broker.set_up import reachable, set_up
from hub.broker.sign_in import sign_in
from hub.broker.user_file import BrokerUsersFile
from hub.broker.users import BrokerCredentials, Role
from shared.cli.tether import die_with_parent
from shared.host.pinned_tls import pinned_context

_LOG = logging.getLogger(__name__)
_READY_TIMEOUT_S = 20.0
_CLUSTER_READY_TIMEOUT_S = 900.0  # a node alone waits, so that it is there when another one comes
_LOOK_AGAIN_S = 0.02
_LOOK_AGAIN_MAX_S = 1.0
_STOP_TIMEOUT_S = 2.5


def serve(config: Config) -> int:
    """Run the broker until it ends or SIGTERM/SIGINT comes; return its exit status (0 when it was asked to end)."""
    program = PROGRAMS[config.program]
    executable = program.find()
    _refuse_a_taken_port(config)
    start = set_up(config)
    users = BrokerUsersFile(start.directory)
    steward = users.add("steward", Role.STEWARD, config.tenant, config.hub, "steward")
    child = _start(executable, program, start)
    stop = _forward_signals(child)
    try:
        _await_ready(child, program, start, steward)
    except (OSError, BrokerError):
        _end(child)
        if stop:
            return 0
        raise
    scheme = "mqtt" if start.tls is None else "mqtts"
    print(f"ready {scheme}://{config.bind}:{config.port}", flush=True)  # noqa: T201  # the supervisor reads it
    status = child.wait()
    return 0 if stop else status or 1


def _start(executable: Path, program: BrokerProgram, start: Start) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [executable, *program.arguments(start)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509  # one thread only, and it must outlive us by nothing
    )


def _refuse_a_taken_port(config: Config) -> None:
    """Raise BrokerNotReadyError if somebody answers there: its readiness must not be taken for ours."""
    with suppress(OSError), socket.create_connection((reachable(config.bind), config.port), 1.0):
        raise BrokerNotReadyError(config.bind, config.port, "another program listens there")


def _await_ready(
    child: "subprocess.Popen[bytes]", program: BrokerProgram, start: Start, steward: BrokerCredentials
) -> None:
    """Return once MQTT answers the steward, and what is left to do is done."""
    tls = _tls_of(start)
    deadline = time.monotonic() + (_CLUSTER_READY_TIMEOUT_S if start.cluster else _READY_TIMEOUT_S)
    reason, pause_s = "no answer", _LOOK_AGAIN_S
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise BrokerNotReadyError(
                start.bind, start.port, f"{program.name} ended with {child.returncode}, see its log"
            )
        try:
            sign_in(reachable(start.bind), start.port, steward, tls)
            program.settle(start, child.pid, steward)
        except (OSError, ValueError, BrokerError) as error:
            reason = str(error)
            time.sleep(pause_s)
            pause_s = min(pause_s * 1.2, _LOOK_AGAIN_MAX_S) if start.cluster else pause_s
        else:
            return
    raise BrokerNotReadyError(start.bind, start.port, reason)


def _tls_of(start: Start) -> ssl.SSLContext | None:
    return pinned_context(start.tls.authority.read_text()) if start.tls else None


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
