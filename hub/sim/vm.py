"""Runs the board's program: on the genuine MicroPython VM, or under CPython where that VM is not built."""

import asyncio
import importlib.util
import logging
import os
import random
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from shared.cli.tether import die_with_parent

_LOG = logging.getLogger(__name__)
_HEAP = "heapsize=128K"
_START = "import sys, micropython_unix; sys.exit(micropython_unix.run_main(sys.argv))"  # -m would lose the exit status
_ROOT = Path(__file__).parents[2]
_MODULES = Path(__file__).parent / "micropython"
_PAUSE_S = 0.2
_PAUSE_MAX_S = 5.0
_LIVED_WELL_S = 10.0
_STOP_TIMEOUT_S = 2.0


class Interpreter(StrEnum):
    """What the board's program runs on."""

    AUTO = "auto"
    MICROPYTHON = "micropython"
    CPYTHON = "cpython"


def choose_interpreter(wanted: Interpreter) -> Interpreter:
    """Return the genuine VM where it is installed, CPython elsewhere; a wish is followed."""
    if wanted is not Interpreter.AUTO:
        return wanted
    return Interpreter.MICROPYTHON if importlib.util.find_spec("micropython_unix") else Interpreter.CPYTHON


def vm_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module on the genuine VM, with a board's heap."""
    return [sys.executable, "-c", _START, "-X", _HEAP, "-m", module, *arguments]


def command(interpreter: Interpreter, settings: Path) -> list[str]:
    """Return the command that runs the board's program with these settings."""
    if interpreter is Interpreter.MICROPYTHON:
        return vm_command("hub.firmware.main", str(settings))
    return [sys.executable, "-m", "hub.sim.cpython.boot", str(settings)]


def environment(pins_port: int) -> dict[str, str]:
    """Return the environment in which either interpreter finds the board's files and the simulated pins."""
    return {
        **os.environ,
        "MICROPYPATH": f"{_ROOT}:{_MODULES}:.frozen",  # without .frozen the VM has no asyncio
        "PYTHONPATH": str(_ROOT),
        "STALLHOLDER_PINS": f"127.0.0.1:{pins_port}",
    }


@dataclass(slots=True)
class Machine:
    """The board's processor: it runs the program, and starts it anew whenever it ends."""

    interpreter: Interpreter
    settings: Path
    pins_port: int
    starts: int = 0
    _process: asyncio.subprocess.Process | None = None

    async def run(self) -> None:
        """Run the program for ever, with a growing pause when it ends soon; cancelling ends it."""
        loop = asyncio.get_running_loop()
        pause_s = _PAUSE_S
        try:
            while True:
                began = loop.time()
                status = await self._run_once()
                if loop.time() - began > _LIVED_WELL_S:
                    pause_s = _PAUSE_S
                _LOG.warning("the board's program ended with %s and is started again", status)
                await asyncio.sleep(pause_s * (0.5 + random.random()))  # noqa: S311  # jitter, no secret
                pause_s = min(pause_s * 2, _PAUSE_MAX_S)
        finally:
            await self._end()

    def reset(self) -> None:
        """Kill the program, as the watchdog's reset or a pulled plug does; it starts again by itself."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def _run_once(self) -> int:
        self.starts += 1
        self._process = await asyncio.create_subprocess_exec(
            *command(self.interpreter, self.settings),
            env=environment(self.pins_port),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            preexec_fn=partial(die_with_parent, os.getpid()),
        )
        console = self._process.stdout
        if console is not None:
            async for line in console:
                _LOG.info("board: %s", line.decode(errors="replace").rstrip())
        return await self._process.wait()

    async def _end(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_TIMEOUT_S)
        except TimeoutError:
            self.reset()
            await process.wait()
