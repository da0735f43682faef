"""The supervisor with real child processes."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared.cli.supervisor import ChildNotReadyError, ChildSpec, Supervisor

PATIENT_S = 30.0
READY = "import time; print('ready http://here', flush=True); time.sleep(600)"


def child(code: str, name: str = "child") -> ChildSpec:
    return ChildSpec(name=name, command=[sys.executable, "-c", code])


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def until(condition, what: str) -> None:
    for _ in range(int(PATIENT_S / 0.05)):
        if condition():
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"waited in vain for {what}")


async def test_a_child_is_started_and_its_address_read(tmp_path: Path) -> None:
    async with Supervisor(tmp_path, told=lambda _: None) as supervisor:
        assert await supervisor.start(child(READY)) == "http://here"


async def test_a_killed_child_comes_back_and_people_are_told(tmp_path: Path) -> None:
    told: list[str] = []
    async with Supervisor(tmp_path, told=told.append) as supervisor:
        await supervisor.start(child(READY))
        first = supervisor.pid_of("child")
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await until(lambda: supervisor.pid_of("child") not in (None, first), "a second life")

    assert told[0].startswith("child stopped (status -9)")


async def test_stopping_leaves_no_child_behind_even_one_that_ignores_sigterm(
    tmp_path: Path, monkeypatch
) -> None:
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + READY
    async with Supervisor(tmp_path, told=lambda _: None, stop_timeout_s=0.2) as supervisor:
        await supervisor.start(child(stubborn))
        pid = supervisor.pid_of("child")

    assert pid is not None
    assert not is_alive(pid)


async def test_a_child_that_never_gets_ready_is_told_with_its_last_words(tmp_path: Path) -> None:
    async with Supervisor(tmp_path, told=lambda _: None, ready_timeout_s=3.0) as supervisor:
        with pytest.raises(ChildNotReadyError, match="no such shelf"):
            await supervisor.start(child("import time; print('no such shelf', flush=True); time.sleep(600)"))


async def test_children_die_with_a_supervisor_that_is_killed_with_sigkill(tmp_path: Path) -> None:
    code = f"""
import asyncio, sys
from pathlib import Path
from shared.cli.supervisor import ChildSpec, Supervisor
async def main():
    supervisor = Supervisor(Path({str(tmp_path)!r}), print)
    await supervisor.start(ChildSpec(name="child", command=[sys.executable, "-c", {READY!r}]))
    print(supervisor.pid_of("child"), flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert is_alive(pid)
        process.kill()
    await until(lambda: not is_alive(pid), "the child's death")


def test_a_tethered_command_whose_parent_is_gone_does_not_start() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "shared.cli.tether", "1", sys.executable, "-c", "print('alive')"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode != 0
    assert "alive" not in done.stdout
