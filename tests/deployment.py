"""A real deployment for tests: every process as `make run` starts it, on free ports, in a directory of its own."""

import asyncio
import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from shared.cli.demo.deployment import Deployment
from shared.cli.demo.places import Places
from shared.cli.demo.ports import USUAL_PORTS, choose_ports
from shared.cli.demo.sign_ins import make_sign_ins, read_sign_ins
from shared.cli.supervisor import Supervisor
from tests.free_ports import free_ports

START_TIMEOUT_S = 600.0
READY_TIMEOUT_S = 180.0
SOME_DAY = date(2026, 11, 21)


class RunningDeployment:
    """A deployment whose supervisor runs in a thread of its own."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.places = deployment.places
        self.told: list[str] = []
        self._supervisor = Supervisor(self.places.logs, self.told.append, ready_timeout_s=READY_TIMEOUT_S)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def sign_ins(self):
        """The generated sign-ins."""
        return self.deployment.sign_ins

    def start(self) -> None:
        """Start all parts and wait until they are ready."""
        self._thread.start()
        self._run(self.deployment.start(self._supervisor, self.told.append))

    def kill(self, part: str) -> None:
        """Kill a part with SIGKILL; the supervisor brings it back."""
        pid = self._supervisor.pid_of(part)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    def plug_in(self, part: str) -> None:
        """Start a part again that was unplugged, and wait until it is ready."""
        self._run(self._supervisor.start(self.deployment.child(part)))

    def unplug(self, part: str) -> None:
        """Stop a part for good."""
        self._run(self._supervisor.stop(part))

    @contextmanager
    def unplugged(self, part: str) -> Iterator[None]:
        """Keep a part unplugged for as long as the context lasts."""
        self.unplug(part)
        try:
            yield
        finally:
            self.plug_in(part)

    def stop(self) -> None:
        """Stop all parts."""
        self._run(self._supervisor.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def _run(self, coroutine) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(START_TIMEOUT_S)


@contextmanager
def running_deployment(
    root: Path, today: date = SOME_DAY, settings: dict[str, str] | None = None
) -> Iterator[RunningDeployment]:
    """Run a deployment, a new one or one that lies in `root`, for as long as the context lasts.

    `settings` are further ones, as the environment names them: `{"STALLHOLDER_BROKER_PROGRAM": "mosquitto"}`.
    """
    with running(_deployment_in(root, today, settings)) as started:
        yield started


@contextmanager
def running(deployment: Deployment) -> Iterator[RunningDeployment]:
    """Run this deployment for as long as the context lasts."""
    started = RunningDeployment(deployment)
    try:
        started.start()
        yield started
    finally:
        started.stop()


def _deployment_in(root: Path, today: date, settings: dict[str, str] | None) -> Deployment:
    root.mkdir(parents=True, exist_ok=True)
    if not (root / "ports.json").exists():
        (root / "ports.json").write_text(json.dumps(free_ports(USUAL_PORTS)))
    places = Places(root=root, bind="127.0.0.1", ports=choose_ports(root / "ports.json", "127.0.0.1"))
    sign_ins = read_sign_ins(root / "sign-ins.json") or make_sign_ins()
    return Deployment(places, root / "sign-ins.json", sign_ins, today, settings)
