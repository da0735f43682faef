"""The board's pins, timers and clock. The one file that touches `machine`."""

import time

import machine

from hub.firmware.bolt import CAP_MS

WATCHDOG_MS = 8000  # the RP2040's longest is 8388


class Uptime:
    """Milliseconds since start as a number that only grows; the chip's own counter wraps after 12 days."""

    def __init__(self) -> None:
        self._last = time.ticks_ms()
        self._total_ms = 0

    def now_ms(self) -> int:
        """Return the milliseconds since this was made; to be called more often than the counter wraps."""
        ticks = time.ticks_ms()
        self._total_ms += time.ticks_diff(ticks, self._last)
        self._last = ticks
        return self._total_ms


class Coil:
    """One output pin with a hardware timer of its own that lets go of it at the cap, whatever Python does."""

    def __init__(self, pin: int) -> None:
        self._pin = machine.Pin(pin, machine.Pin.OUT, value=0)
        self._timer = machine.Timer(-1)

    def switch(self, *, on: bool) -> None:
        """Put the coil on or off."""
        if on:
            self._timer.init(mode=machine.Timer.ONE_SHOT, period=CAP_MS, callback=self._let_go)
            self._pin.value(1)
        else:
            self._pin.value(0)
            self._timer.deinit()

    def _let_go(self, _timer: machine.Timer) -> None:
        self._pin.value(0)


class Board:
    """The pins of all doors. Compartments count from 1."""

    def __init__(self, coil_pins: list[int], sensor_pins: list[int]) -> None:
        self._coils = [Coil(pin) for pin in coil_pins]  # first of all: every coil is off from here on
        self._sensors = [machine.Pin(pin, machine.Pin.IN, machine.Pin.PULL_UP) for pin in sensor_pins]

    def switch(self, compartment: int, *, on: bool) -> None:
        """Put one coil on or off."""
        self._coils[compartment - 1].switch(on=on)

    def release_all(self) -> None:
        """Let go of every coil."""
        for coil in self._coils:
            coil.switch(on=False)

    def read_doors(self) -> list[bool]:
        """Return for each door whether it is open: the reed contact is closed, and pulls low, while it is shut."""
        return [sensor.value() == 1 for sensor in self._sensors]


def start_watchdog() -> machine.WDT:
    """Start the hardware watchdog; from here on it must be fed or the board resets."""
    return machine.WDT(timeout=WATCHDOG_MS)
