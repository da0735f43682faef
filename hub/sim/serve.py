"""Runs the simulated board: doors, the board's program beside them, and the page. Joins the parts of this package."""

import asyncio
import logging
import socket
from collections.abc import Sequence
from contextlib import closing

from hub.sim.config import Config
from hub.sim.doors import Size
from hub.sim.http import make_app
from hub.sim.settings_file import FILE, board_of, pins
from hub.sim.simulator import Simulator, Wiring
from hub.sim.vm import Interpreter, Machine, choose_interpreter
from shared.http.serving import Server, announce, open_socket

_LOG = logging.getLogger(__name__)
_WORDS = {
    Interpreter.MICROPYTHON: "the genuine MicroPython VM",
    Interpreter.CPYTHON: "CPython with small shims (no MicroPython VM is installed here)",
}


class NotEnrolledError(Exception):
    """The board has no settings yet."""


def sizes_of(words: Sequence[str]) -> list[Size]:
    """Return the sizes in a list such as S, S, L; raises ValueError naming the wrong one."""
    return [Size(word.upper()) for word in words]


async def serve(config: Config) -> None:
    """Run until SIGTERM or SIGINT; raises NotEnrolledError, or OSError if the address is taken."""
    with closing(open_socket(config.bind, config.port)) as listener:
        await _serve(config, listener)


async def _serve(config: Config, listener: socket.socket) -> None:
    settings = config.data_dir.resolve() / FILE
    if not settings.exists():
        raise NotEnrolledError(
            f"the board has no settings in {settings}: stallholder board enrol --hub URL --code CODE"
        )
    sizes = sizes_of(config.sizes)
    coil_pins, sensor_pins = pins(len(sizes))
    simulator = Simulator(sizes, Wiring(coil_pins=coil_pins, sensor_pins=sensor_pins))
    interpreter = choose_interpreter(Interpreter(config.interpreter))
    app = make_app(simulator, bind=config.bind, board=board_of(settings), runs_on=interpreter.value)
    server = Server(app, on_ready=lambda: _announce(listener, interpreter))
    async with simulator.wires() as pins_port:
        machine = Machine(interpreter, settings, pins_port)
        simulator.on_hang = machine.reset
        running = asyncio.create_task(machine.run())
        try:
            await server.serve_until_told(listener)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def _announce(listener: socket.socket, interpreter: Interpreter) -> None:
    print(f"the board's program runs on {_WORDS[interpreter]}", flush=True)  # noqa: T201  # for who started us
    announce(listener)
