"""A simulated receipt printer in a thread of its own: Playwright's tests have no event loop to give it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from device.sim.escpos_printer import SimulatedPrinter, printer_on_network
from tests.free_ports import free_port


@dataclass(slots=True)
class PrinterStand:
    """The printer and where it listens."""

    printer: SimulatedPrinter = field(default_factory=SimulatedPrinter)
    port: int = field(default_factory=free_port)

    @property
    def address(self) -> str:
        """What is typed into the settings."""
        return f"127.0.0.1:{self.port}"


@contextmanager
def printer_stand() -> Iterator[PrinterStand]:
    """Run a printer for as long as the context lasts."""
    stand, loop = PrinterStand(), asyncio.new_event_loop()
    ready, done = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with printer_on_network(stand.printer, stand.port):
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        assert ready.wait(10)
        yield stand
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()
