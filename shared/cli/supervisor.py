"""Runs parts as child processes: waits until each is ready, restarts one that crashes, stops them all together.

A child says that it is ready with a line `ready URL` on its standard output. A crashed child comes back after a wait
that doubles from half a second to fifteen, with jitter, and starts small again after half a minute of good health.
Children are tethered: they die with the supervisor even when it is killed with SIGKILL. Each writes its log to a file
of its own, bounded to two files of LOG_BYTES_MAX, and its process id beside it.
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

LOG_BYTES_MAX = 4 * 1024 * 1024
READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 5.0
_BACK_OFF_FIRST_S = 0.5
_BACK_OFF_MAX_S = 15.0
_HEALTHY_AFTER_S = 30.0


class ChildNotReadyError(Exception):
    """A child did not become ready; `log_tail` holds its last words."""

    def __init__(self, name: str, log: Path, log_tail: str) -> None:
        super().__init__(f"{name} did not start. Its last words, from {log}:\n{log_tail}")
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """What to run: a name for people, the command line, and environment variables beside our own."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)


class _Log:
    """A child's log file that keeps the newest LOG_BYTES_MAX to twice that many bytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")

    def write(self, line: bytes) -> None:
        if self._file.tell() + len(line) > LOG_BYTES_MAX:
            self._file.close()
            self.path.replace(self.path.with_suffix(".old.log"))
            self._file = self.path.open("ab")
        self._file.write(line)
        self._file.flush()

    def tail(self, lines: int = 12) -> str:
        return "\n".join(self.path.read_text(errors="replace").splitlines()[-lines:])

    def note_pid(self, pid: int) -> None:
        """Write the process id beside the log, for people who want to look or to kill."""
        self.path.with_suffix(".pid").write_text(f"{pid}\n")

    def close(self) -> None:
        self._file.close()
        self.path.with_suffix(".pid").unlink(missing_ok=True)


class _Child:
    """One child process through all its lives."""

    def __init__(self, spec: ChildSpec, log: _Log, told: Callable[[str], None]) -> None:
        self.spec = spec
        self.log = log
        self.url = ""
        self.ready = asyncio.Event()
        self.process: asyncio.subprocess.Process | None = None
        self._told = told

    async def live_on(self) -> None:
        """Run the child for ever; a crash is told and followed by a wait that grows."""
        crashes = 0
        while True:
            started = time.monotonic()
            status = await self._live_once()
            crashes = 1 if time.monotonic() - started > _HEALTHY_AFTER_S else crashes + 1
            wait_s = min(_BACK_OFF_FIRST_S * 2 ** min(crashes - 1, 10), _BACK_OFF_MAX_S)
            wait_s *= random.uniform(0.75, 1.25)  # noqa: S311 -- jitter, not a secret
            self._told(f"{self.spec.name} stopped (status {status}); starting it again in {wait_s:.1f} s")
            await asyncio.sleep(wait_s)

    async def _live_once(self) -> int:
        tether = (sys.executable, "-m", "shared.cli.tether", str(os.getpid()))
        self.process = await asyncio.create_subprocess_exec(
            *tether, *self.spec.command, env={**os.environ, **self.spec.environment},
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops the children in order
        )  # fmt: skip
        self.log.note_pid(self.process.pid)
        await self._read_output(self.process)
        self.ready.clear()
        return await self.process.wait()

    async def _read_output(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            raise RuntimeError("the child was started with a pipe")
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:  # a line longer than the stream's limit: the log goes on with the next
                continue
            if not line:
                return
            self.log.write(line)
            if line.startswith(b"ready "):
                self.url = line.decode(errors="replace").split()[1]
                self.ready.set()

    async def stop(self, timeout_s: float) -> None:
        """End the child: politely, then surely."""
        process = self.process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(timeout_s):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Supervisor:
    """Starts children one by one and keeps them alive; use it as an async context manager, which stops them all.

    Args:
        log_directory: where each child's `NAME.log` goes.
        told: called with one plain sentence when a child had to be started again.
        ready_timeout_s: how long a child may take to become ready.
        stop_timeout_s: how long a child may take to stop before it is killed.
    """

    def __init__(
        self,
        log_directory: Path,
        told: Callable[[str], None],
        *,
        ready_timeout_s: float = READY_TIMEOUT_S,
        stop_timeout_s: float = STOP_TIMEOUT_S,
    ) -> None:
        self._log_directory = log_directory
        self._told = told
        self._ready_timeout_s = ready_timeout_s
        self._stop_timeout_s = stop_timeout_s
        self._children: dict[str, _Child] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def __aenter__(self) -> "Supervisor":
        return self

    async def __aexit__(self, *_: object) -> None:
        for name in reversed(list(self._children)):
            await self.stop(name)

    async def start(self, spec: ChildSpec) -> str:
        """Start a child, wait until it is ready and return its URL; raises ChildNotReadyError."""
        child = _Child(spec, _Log(self._log_directory / f"{spec.name}.log"), self._told)
        self._children[spec.name] = child
        self._tasks[spec.name] = asyncio.create_task(child.live_on(), name=f"child {spec.name}")
        try:
            async with asyncio.timeout(self._ready_timeout_s):
                await child.ready.wait()
        except TimeoutError:
            raise ChildNotReadyError(spec.name, child.log.path, child.log.tail()) from None
        return child.url

    async def stop(self, name: str) -> None:
        """Stop one child for good."""
        task, child = self._tasks.pop(name), self._children.pop(name)
        task.cancel()
        await child.stop(self._stop_timeout_s)
        with suppress(asyncio.CancelledError):
            await task
        child.log.close()

    def pid_of(self, name: str) -> int | None:
        """Return the process id of a child, or None while it is down."""
        process = self._children[name].process
        return process.pid if process is not None and process.returncode is None else None
