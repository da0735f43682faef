"""A simulated receipt printer beside the browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from device.sim.escpos_printer import SimulatedPrinter, printer_on_network
from tests.browser.beside import running_beside
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
    stand = PrinterStand()
    with running_beside(lambda: printer_on_network(stand.printer, stand.port)):
        yield stand
