"""The locker board: the real firmware on its VM, over the real broker, against simulated doors, one board."""

import asyncio
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from hub.sim.vm import Interpreter, choose_interpreter
from shared.wire.messages import make
from tests.firmware.broker_process import BrokerProcess
from tests.firmware.stand import PlainHub, Stand, stand

Row = dict[str, object]

_ROUNDS = 40  # for each of 8 doors
_WARM_UP = 5
_ANSWERS = 1000
_KILLS = 5
_FOLDERS = ("hub/firmware", "shared/wire")


def run() -> list[dict[str, object]]:
    """Return the board's figures."""
    return [*asyncio.run(_over_the_wire()), *_size()]


async def _over_the_wire() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        broker = BrokerProcess(Path(folder, "broker"))
        broker.start()
        runs_on = choose_interpreter(Interpreter.AUTO)
        try:
            async with stand(Path(folder, "board"), broker, runs_on) as board:
                relay, answer = await _command_latencies(board)
                longest_ms = max(pulse.length_ms for pulse in board.simulator.pulses)
                back = await _times_back_online(board)
        finally:
            broker.stop()
    pulses = (
        f"command published to coil edge, {runs_on}; longest pulse {longest_ms:.0f} ms (asked 150, cap 400)"
    )
    return [
        _row("board.relay_p99_ms", _p(relay, 99), "ms", 5, len(relay), f"p50 {_p(relay, 50):.2f}; {pulses}"),
        _row(
            "board.ack_p99_ms",
            _p(answer, 99),
            "ms",
            10,
            len(answer),
            f"p50 {_p(answer, 50):.2f}; command published to outcome at the hub, for a door that stands open",
        ),
        _row(
            "board.back_online_s",
            max(back),
            "s",
            5,
            len(back),
            "broker killed -9 and ready again to the board's birth at the hub; the longest",
        ),
    ]


async def _command_latencies(board: Stand) -> tuple[list[float], list[float]]:
    """Return the milliseconds from command to coil edge, and from command to answer."""
    sent: dict[int, float] = {}
    relay: list[float] = []
    board.simulator.on_edge = lambda compartment, on: (
        relay.append((time.perf_counter() - sent[compartment]) * 1000) if on else None
    )
    async with board.hub() as hub:
        await hub.greet("s-bench")
        await asyncio.gather(*(_open_and_push(board, hub, door, sent) for door in range(1, 9)))
        answer = await _answers(hub)
    return relay[8 * _WARM_UP :], answer


async def _open_and_push(board: Stand, hub: PlainHub, door: int, sent: dict[int, float]) -> None:
    for number in range(_WARM_UP + _ROUNDS):
        sent[door] = time.perf_counter()
        outcome = await hub.open(f"d{door}-{number}", door)
        if outcome["outcome"] != "opened":
            raise RuntimeError(f"door {door} was to open: {outcome}")
        await hub.wait("door", compartment=door, door="open")
        board.simulator.push(door)
        await hub.wait("door", compartment=door, door="shut")


async def _answers(hub: PlainHub) -> list[float]:
    await hub.open("stays-open", 1)
    answers = []
    for number in range(_ANSWERS):
        started = time.perf_counter()
        outcome = await hub.open(f"a{number}", 1)
        answers.append((time.perf_counter() - started) * 1000)
        if outcome["outcome"] != "already-open":
            raise RuntimeError(f"the door was to stand open: {outcome}")
    return answers


async def _times_back_online(board: Stand) -> list[float]:
    """Return the seconds from a broker that answers again to the board's new birth."""
    seconds = []
    board.simulator.on_edge = lambda _compartment, _on: None
    async with board.hub() as hub:
        last = (await hub.wait("birth"))["session"]
    for _ in range(_KILLS):
        board.broker.kill()
        await asyncio.to_thread(board.broker.start)
        started = time.perf_counter()
        async with board.hub() as hub:
            birth = await hub.wait("birth")
            while birth["session"] == last:
                birth = await hub.wait("birth")
            seconds.append(time.perf_counter() - started)
            last = birth["session"]
            await hub.send(make("greet", session=f"s-{last}"))
    return seconds


def _size() -> list[Row]:
    """Return the firmware's size as bytecode, where the cross compiler is installed."""
    compiler = shutil.which("mpy-cross")
    if compiler is None:
        return []
    total = 0
    files = [path for folder in _FOLDERS for path in sorted(Path(folder).glob("*.py"))]
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(files):
            output = Path(folder, f"{number}.mpy")
            subprocess.run([compiler, "-o", str(output), str(path)], check=True)
            total += output.stat().st_size
    return [_row("board.mpy_kb", total / 1024, "KiB", 48, len(files), "hub/firmware and shared/wire")]


def _p(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _row(name: str, value: float, unit: str, goal: float, n: int, note: str) -> Row:
    return {
        "id": name,
        "value": round(value, 3),
        "unit": unit,
        "goal": goal,
        "at_most": True,
        "n": n,
        "note": note,
    }
