"""The simulated bank: doors on one side, the board's pins on the other, and a record of every pulse.

The board's program connects over loopback and speaks lines (see `micropython/machine.py`). It is also the board's
watchdog and its reset: a program that does not feed is killed, and one that is gone holds no coil.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from hub.sim import doors
from hub.sim.doors import Door, Size

_LOG = logging.getLogger(__name__)
_PULSES_KEPT = 1000
_LINE_BYTES_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """A coil's time on, in the simulator's milliseconds."""

    compartment: int
    on_ms: float
    off_ms: float

    @property
    def length_ms(self) -> float:
        """How long the coil was on."""
        return self.off_ms - self.on_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Which pins the coils and sensors of compartments 1, 2, 3 … are on."""

    coil_pins: tuple[int, ...]
    sensor_pins: tuple[int, ...]


class Simulator:
    """Doors that a board's program opens and people push shut."""

    def __init__(self, sizes: Sequence[Size], wiring: Wiring) -> None:
        self._doors = {n: Door(compartment=n, size=size) for n, size in enumerate(sizes, 1)}
        self._wiring = wiring
        self._program: asyncio.StreamWriter | None = None
        self._serving: set[asyncio.Future[None]] = set()
        self._watchdog: asyncio.TimerHandle | None = None
        self._watchdog_s = 0.0
        self._listeners: list[Callable[[], None]] = []
        self.pulses: deque[Pulse] = deque(maxlen=_PULSES_KEPT)
        self.on_hang: Callable[[], None] = lambda: None
        self.on_edge: Callable[[int, bool], None] = lambda _compartment, _on: None

    @asynccontextmanager
    async def wires(self) -> AsyncIterator[int]:
        """Hold the pins' port open on loopback; gives its number."""
        server = await asyncio.start_server(self._serve_program, "127.0.0.1", 0, limit=_LINE_BYTES_MAX)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()
            if self._program is not None:
                self._lose_program(self._program)
            await asyncio.gather(*self._serving)

    def doors(self) -> list[Door]:
        """Return all doors as they are now."""
        return [self._advanced(number) for number in self._doors]

    def push(self, compartment: int) -> None:
        """Push a door shut; raises KeyError if there is none."""
        self._put(doors.push(self._advanced(compartment)))

    def jam(self, compartment: int, *, is_jammed: bool) -> None:
        """Let a door jam or free it; raises KeyError if there is none."""
        self._put(doors.jam(self._advanced(compartment), is_jammed=is_jammed))

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` at every change; returns the way to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def coils_on(self) -> list[int]:
        """Return the compartments whose coil is on."""
        return [number for number, door in self._doors.items() if door.energised_ms is not None]

    async def _serve_program(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.ensure_future(self._hear_lines(reader, writer))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)
        await serving

    async def _hear_lines(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._program = writer
        for door in self.doors():
            self._tell_sensor(door)
        writer.write(b"end\n")
        try:
            while line := await reader.readline():
                self._hear(line.decode().split())
        except (ValueError, ConnectionError) as error:
            _LOG.warning("the board's program sent something that is no pin: %s", error)
        finally:
            self._lose_program(writer)

    def _hear(self, words: list[str]) -> None:
        match words:
            case ["pin", pin, level]:
                self._set_pin(int(pin), on=level == "1")
            case ["wdt", timeout_ms]:
                self._watchdog_s = int(timeout_ms) / 1000
                self._feed()
            case ["feed"]:
                self._feed()
            case _:
                raise ValueError(" ".join(words))

    def _set_pin(self, pin: int, *, on: bool) -> None:
        if pin in self._wiring.coil_pins:
            self._set_coil(self._wiring.coil_pins.index(pin) + 1, on=on)

    def _set_coil(self, compartment: int, *, on: bool) -> None:
        door, now_ms = self._advanced(compartment), self._now_ms()
        if on:
            self.on_edge(compartment, on)
            self._put(doors.energise(door, now_ms))
        elif door.energised_ms is not None:
            self.on_edge(compartment, on)
            self.pulses.append(Pulse(compartment=compartment, on_ms=door.energised_ms, off_ms=now_ms))
            self._put(doors.rest(door, now_ms))

    def _feed(self) -> None:
        self._stop_watchdog()
        if self._watchdog_s:
            self._watchdog = asyncio.get_running_loop().call_later(self._watchdog_s, self._bite)

    def _bite(self) -> None:
        _LOG.warning("the board's program did not feed its watchdog: reset")
        if self._program is not None:
            self._lose_program(self._program)
        self.on_hang()

    def _lose_program(self, writer: asyncio.StreamWriter) -> None:
        """Do what a reset does: every output goes low, the watchdog stops."""
        with suppress(OSError):
            writer.close()
        if writer is not self._program:
            return
        self._program = None
        self._watchdog_s = 0.0
        self._stop_watchdog()
        for compartment in self.coils_on():
            self._set_coil(compartment, on=False)

    def _stop_watchdog(self) -> None:
        if self._watchdog is not None:
            self._watchdog.cancel()
            self._watchdog = None

    def _advanced(self, compartment: int) -> Door:
        return doors.advance(self._doors[compartment], self._now_ms())

    def _put(self, door: Door) -> None:
        before = self._doors[door.compartment]
        self._doors[door.compartment] = door
        due_ms = door.next_change_ms
        if due_ms is not None:
            delay_s = max(0.0, due_ms - self._now_ms()) / 1000
            asyncio.get_running_loop().call_later(delay_s, self._move, door.compartment)
        if before.is_open != door.is_open:
            self._tell_sensor(door)
        if (before.state, before.bolt) != (door.state, door.bolt):
            for listener in list(self._listeners):
                listener()

    def _move(self, compartment: int) -> None:
        moved = self._advanced(compartment)
        if moved != self._doors[compartment] or moved.next_change_ms is not None:
            self._put(moved)

    def _tell_sensor(self, door: Door) -> None:
        if self._program is not None:
            pin = self._wiring.sensor_pins[door.compartment - 1]
            self._program.write(b"pin %d %d\n" % (pin, door.is_open))

    def _now_ms(self) -> float:
        return asyncio.get_running_loop().time() * 1000
