"""Runs the board's files under CPython, where no MicroPython VM is built (such as arm64).

Adds the few names that MicroPython has and CPython lacks; `machine` and `network` come from `hub/sim/micropython`.
"""

import asyncio
import gc
import runpy
import socket
import sys
import time
from pathlib import Path

_TICKS_PERIOD = 1 << 30  # as on the board, so that the same wrap is met


def _ticks_ms() -> int:
    return int(time.monotonic() * 1000) % _TICKS_PERIOD


def _ticks_add(ticks: int, delta: int) -> int:
    return (ticks + delta) % _TICKS_PERIOD


def _ticks_diff(end: int, start: int) -> int:
    half = _TICKS_PERIOD // 2
    return (end - start + half) % _TICKS_PERIOD - half


async def _sleep_ms(milliseconds: int) -> None:
    await asyncio.sleep(milliseconds / 1000)


def _socket_of(writer: asyncio.StreamWriter) -> socket.socket:
    found: socket.socket = writer.get_extra_info("socket")
    return found


def add_micropython_names() -> None:
    """Give `time`, `asyncio` and streams the names that the board's files use."""
    for module, name, value in (
        (gc, "threshold", lambda _bytes: None),
        (time, "ticks_ms", _ticks_ms),
        (time, "ticks_add", _ticks_add),
        (time, "ticks_diff", _ticks_diff),
        (asyncio, "sleep_ms", _sleep_ms),
        (asyncio.StreamWriter, "s", property(_socket_of)),
    ):
        setattr(module, name, value)
    sys.path.insert(0, str(Path(__file__).parents[1] / "micropython"))


if __name__ == "__main__":
    add_micropython_names()
    runpy.run_module("hub.firmware.main", run_name="__main__")
