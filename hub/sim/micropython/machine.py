# ruff: noqa: ARG002  # the signatures are the chip's
"""`machine` for the MicroPython VM: pins, timers and the watchdog of a simulated board.

Pins are lines over a loopback connection to the door simulator, which also plays the watchdog: `pin 3 1` says that
output 3 is high, `pin 12 0` comes back when input 12 goes low, `wdt 8000` starts the watchdog and `feed` feeds it.
The address stands in STALLHOLDER_PINS. The same file runs under CPython.
"""

import asyncio
import os
import select
import socket
import sys
import time

_TIMER_STEP_MS = 5


class _Wires:
    """The connection to the simulator, and the inputs as it last told them."""

    def __init__(self):
        host, port = os.getenv("STALLHOLDER_PINS", "127.0.0.1:8105").split(":")
        self._socket = socket.socket()
        self._socket.connect(socket.getaddrinfo(host, int(port))[0][-1])
        self._socket.setsockopt(6, 1, 1)
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        self._rest = b""
        self._inputs = {}
        while b"end" not in self._inputs:  # the simulator tells every input once, then `end`
            self._listen(2000)

    def tell(self, line):
        self._socket.send(line.encode() + b"\n")

    def level(self, pin):
        self._listen(0)
        return self._inputs.get(b"%d" % pin, 1)  # an input that nothing is wired to is pulled up

    def _listen(self, timeout_ms):
        while self._poll.poll(timeout_ms):
            received = self._socket.recv(512)
            if not received:
                sys.exit("the simulated board lost its wires")
            lines = (self._rest + received).split(b"\n")
            self._rest = lines.pop()
            for line in lines:
                words = line.split()
                self._inputs[words[1] if words[0] == b"pin" else words[0]] = int(words[-1] == b"1")
            timeout_ms = 0


_wires = None


def _connected():
    global _wires  # noqa: PLW0603  # a chip has one set of pins
    if _wires is None:
        _wires = _Wires()
    return _wires


class Pin:
    IN = 0
    OUT = 1
    PULL_UP = 1

    def __init__(self, number, mode=IN, pull=None, value=None):
        self._number = number
        self._mode = mode
        self._value = 0
        if mode == self.OUT:
            self.value(value or 0)

    def value(self, level=None):
        if self._mode == self.IN:
            return _connected().level(self._number)
        if level is None:
            return self._value
        self._value = level
        _connected().tell("pin %d %d" % (self._number, level))
        return None


class Timer:
    """Fires from the event loop, not from an interrupt: a hung loop is the watchdog's business here."""

    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, _number=-1):
        self._generation = 0

    def init(self, *, mode=PERIODIC, period=-1, callback=None):
        self._generation += 1
        asyncio.create_task(self._run(self._generation, mode, period, callback))

    def deinit(self):
        self._generation += 1

    async def _run(self, generation, mode, period, callback):
        while True:
            due = time.ticks_add(time.ticks_ms(), period)
            while time.ticks_diff(due, time.ticks_ms()) > 0:
                await asyncio.sleep_ms(_TIMER_STEP_MS)
                if generation != self._generation:
                    return
            callback(self)
            if mode == self.ONE_SHOT:
                return


class WDT:
    def __init__(self, id=0, timeout=5000):  # noqa: A002  # the chip's own name for it
        _connected().tell("wdt %d" % timeout)

    def feed(self):
        _connected().tell("feed")


def reset():
    """End the program; whoever runs the VM starts it anew, as a chip would start."""
    sys.exit(3)
