import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from hub.sim.doors import Size
from hub.sim.simulator import Simulator, Wiring

_TIMEOUT_S = 20


@dataclass
class Program:
    """A board's program that is only a hand on the pins."""

    simulator: Simulator
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def tell(self, *lines: str) -> None:
        self.writer.write("".join(line + "\n" for line in lines).encode())
        await self.writer.drain()

    async def hear(self, wanted: str) -> None:
        async with asyncio.timeout(_TIMEOUT_S):
            while (await self.reader.readline()).decode().strip() != wanted:
                pass

    async def until_gone(self) -> None:
        async with asyncio.timeout(_TIMEOUT_S):
            while await self.reader.readline():
                pass


@pytest.fixture
async def program() -> AsyncIterator[Program]:
    simulator = Simulator([Size.SMALL, Size.LARGE], Wiring(coil_pins=(0, 1), sensor_pins=(8, 9)))
    async with simulator.wires() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        hand = Program(simulator, reader, writer)
        await hand.hear("end")
        yield hand
        writer.close()


async def test_a_pulse_opens_the_door_and_its_sensor_tells(program: Program) -> None:
    changes: list[str] = []
    let_go = asyncio.Event()
    program.simulator.on_edge = lambda _compartment, on: None if on else let_go.set()
    stop = program.simulator.listen(lambda: changes.append(program.simulator.doors()[1].state))
    await program.tell("pin 1 1")
    await program.hear("pin 9 1")
    await program.tell("pin 1 0")
    async with asyncio.timeout(_TIMEOUT_S):
        await let_go.wait()
    stop()
    program.simulator.push(2)
    await program.hear("pin 9 0")
    assert changes[-1] == "open"
    assert [door.state for door in program.simulator.doors()] == ["shut", "shut"]


async def test_a_program_that_is_gone_holds_no_coil(program: Program) -> None:
    program.simulator.jam(1, is_jammed=True)
    let_go = asyncio.Event()
    program.simulator.on_edge = lambda _compartment, on: None if on else let_go.set()
    await program.tell("pin 0 1")
    program.writer.close()
    async with asyncio.timeout(_TIMEOUT_S):
        await let_go.wait()
    assert [pulse.compartment for pulse in program.simulator.pulses] == [1]
    assert program.simulator.coils_on() == []


async def test_a_program_that_does_not_feed_its_watchdog_is_reset_with_its_coils(program: Program) -> None:
    hung = asyncio.Event()
    program.simulator.on_hang = hung.set
    await program.tell("wdt 100", "pin 0 1")
    async with asyncio.timeout(_TIMEOUT_S):
        await hung.wait()
    assert program.simulator.coils_on() == []
    await program.until_gone()


async def test_a_line_that_is_no_pin_ends_the_program_and_nothing_else(program: Program) -> None:
    await program.tell("open sesame")
    await program.until_gone()
    assert [door.state for door in program.simulator.doors()] == ["shut", "shut"]
