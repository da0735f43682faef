"""The board's pins on its VM, without a network: what holds when the program above them fails."""

import asyncio
import platform

import pytest

from hub.firmware.bolt import CAP_MS
from hub.sim.doors import Size
from hub.sim.simulator import Simulator, Wiring
from hub.sim.vm import environment, vm_command

pytestmark = [
    pytest.mark.firmware,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="no MicroPython VM is built for this machine"),
]

_TIMEOUT_S = 60
# The slack is the VM's event loop on a busy machine; a chip's timer has none.
_SLACK_MS = 500

_NEVER_SWITCHES_OFF = """
import asyncio
from hub.firmware.board import Board

async def forget():
    board = Board([0], [8])
    board.switch(1, on=True)
    await asyncio.sleep_ms(5000)

asyncio.run(forget())
"""


async def test_a_pins_own_timer_lets_go_of_a_coil_that_nobody_switches_off() -> None:
    simulator = Simulator([Size.SMALL], Wiring(coil_pins=(0,), sensor_pins=(8,)))
    simulator.jam(1, is_jammed=True)
    let_go = asyncio.Event()
    simulator.on_edge = lambda _compartment, on: None if on else let_go.set()
    command = [*vm_command("-")[:-2], "-c", _NEVER_SWITCHES_OFF]
    async with simulator.wires() as port, asyncio.timeout(_TIMEOUT_S):
        vm = await asyncio.create_subprocess_exec(*command, env=environment(port))
        await let_go.wait()
        vm.kill()
        await vm.wait()
    (pulse,) = simulator.pulses
    assert CAP_MS - 1 <= pulse.length_ms <= CAP_MS + _SLACK_MS
