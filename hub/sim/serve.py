"""Runs the simulated board: doors, the board's program beside them, and the page. Joins the parts of this package."""

import asyncio
import logging
from contextlib import suppress

import uvicorn

from hub.sim.config import Config
from hub.sim.doors import Size
from hub.sim.http import make_app
from hub.sim.settings_file import FILE, board_of, pins
from hub.sim.simulator import Simulator, Wiring
from hub.sim.vm import Interpreter, Machine, choose_interpreter

_LOG = logging.getLogger(__name__)
_GRACE_S = 1
_WORDS = {
    Interpreter.MICROPYTHON: "the genuine MicroPython VM",
    Interpreter.CPYTHON: "CPython with small shims (no MicroPython VM is installed here)",
}


class NotEnrolledError(Exception):
    """The board has no settings yet."""


class PortTakenError(Exception):
    """The page's address cannot be listened on."""


def sizes_of(text: str) -> list[Size]:
    """Return the sizes in a list such as `S,S,L`; raises ValueError naming the wrong one."""
    return [Size(word.strip().upper()) for word in text.split(",")]


async def serve(config: Config) -> None:
    """Run until SIGTERM or SIGINT; raises NotEnrolledError or PortTakenError."""
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
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=config.bind,
            port=config.port,
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=_GRACE_S,
        )
    )
    async with simulator.wires() as pins_port, asyncio.TaskGroup() as group:
        machine = Machine(interpreter, settings, pins_port)
        simulator.on_hang = machine.reset
        beside = (group.create_task(machine.run()), group.create_task(_announce(server, config, interpreter)))
        try:
            with suppress(SystemExit):  # how uvicorn says that it cannot listen; it has logged why
                await server.serve()
        finally:
            for task in beside:
                task.cancel()
    if not server.started:
        raise PortTakenError(f"cannot listen on {config.bind}:{config.port}: choose another --port")


async def _announce(server: uvicorn.Server, config: Config, interpreter: Interpreter) -> None:
    while not server.started:
        await asyncio.sleep(0.02)
    print(f"the board's program runs on {_WORDS[interpreter]}", flush=True)  # noqa: T201  # for who started us
    print(f"ready http://{config.bind}:{config.port}", flush=True)  # noqa: T201
