"""A simulated card terminal beside the browser."""

from collections.abc import Iterator
from contextlib import contextmanager

from device.sim.zvt_terminal import SimulatedTerminal, terminal_on_network
from tests.browser.beside import running_beside
from tests.free_ports import free_port


class TerminalStand:
    """The terminal beside the till."""

    def __init__(self) -> None:
        self.terminal = SimulatedTerminal()
        self.port = free_port()

    @contextmanager
    def running(self) -> Iterator[None]:
        with running_beside(lambda: terminal_on_network(self.terminal, self.port)) as loop:
            self._loop = loop
            yield

    def hold_card(self) -> None:
        self._loop.call_soon_threadsafe(self.terminal.card.set)

    def take_card_away(self) -> None:
        self._loop.call_soon_threadsafe(self.terminal.card.clear)
