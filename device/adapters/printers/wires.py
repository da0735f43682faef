"""Ways to a printer: TCP, a serial line, a USB printer's device file. Nothing here blocks the event loop."""

import asyncio
import os
import stat
import termios
from pathlib import Path

from device.adapters.printers.escpos_printer import EscPosPrinter, Patience, Wire
from device.domain.paper.printers import Printer, PrinterKind, network_address, serial_address

READ_BYTES = 256
_SPEEDS = {
    9_600: termios.B9600, 19_200: termios.B19200, 38_400: termios.B38400, 57_600: termios.B57600,
    115_200: termios.B115200,
}  # fmt: skip


def connect_printer(printer: Printer, patience: Patience | None = None) -> EscPosPrinter:
    """Return the printer that the settings describe; nothing is opened before it is used."""

    async def open_wire() -> Wire:
        match printer.kind:
            case PrinterKind.NETWORK:
                return await open_network(printer.address)
            case PrinterKind.SERIAL:
                return open_serial(printer.address)
            case PrinterKind.USB:
                return DeviceWire(_open_device(printer.address))

    return EscPosPrinter(open_wire, printer.can, patience)


async def open_network(address: str) -> "NetworkWire":
    """Connect to a printer's raw port; raises OSError."""
    parsed = network_address(address)
    if parsed is None:
        raise OSError(f"{address} is no network address")
    reader, writer = await asyncio.open_connection(*parsed, limit=READ_BYTES)
    writer.transport.set_write_buffer_limits(high=0)  # draining means that the system has taken everything
    return NetworkWire(reader, writer)


class NetworkWire:
    """A TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def write(self, data: bytes) -> None:
        """Hand over bytes."""
        self._writer.write(data)
        await self._writer.drain()

    async def read(self) -> bytes:
        """Wait for some bytes."""
        return await self._reader.read(READ_BYTES)

    def close(self) -> None:
        """Close; a connection with bytes that nobody takes is broken off, so that they cannot be printed hours later."""
        if self._writer.transport.get_write_buffer_size():
            self._writer.transport.abort()
        self._writer.close()


def open_serial(address: str) -> "DeviceWire":
    """Open a serial line, 8 bits, no parity, RTS/CTS as receipt printers have it; raises OSError."""
    parsed = serial_address(address)
    if parsed is None:
        raise OSError(f"{address} is no serial address")
    path, baud = parsed
    fd = _open_device(path)
    try:
        _make_raw(fd, _SPEEDS[baud])
    except termios.error as error:
        os.close(fd)
        raise OSError(f"{path} is no serial line") from error
    return DeviceWire(fd)


def _make_raw(fd: int, speed: int) -> None:
    """Make every byte pass as it is (what cfmakeraw does)."""
    _, _, control, _, _, _, special = termios.tcgetattr(fd)
    control = (control & ~(termios.CSIZE | termios.PARENB | termios.CSTOPB)) | termios.CS8
    control |= termios.CREAD | termios.CLOCAL | termios.CRTSCTS
    special[termios.VMIN], special[termios.VTIME] = 1, 0
    termios.tcsetattr(fd, termios.TCSANOW, [0, 0, control, 0, speed, speed, special])


def _open_device(path: str) -> int:
    """Open a character device and nothing else: a wrong address must never write into somebody's file."""
    if not stat.S_ISCHR(Path(path).stat().st_mode):
        raise FileNotFoundError(f"{path} is no device")
    return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)


class DeviceWire:
    """A device file: a serial line, or a USB printer as the kernel's usblp driver shows it.

    The driver needs no library and no rights beyond the group `lp`, and gives the printer's answers back by reading.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._loop = asyncio.get_running_loop()

    async def write(self, data: bytes) -> None:
        """Hand over bytes."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._fd, rest) :]
            except BlockingIOError:
                await self._ready(to_write=True)

    async def read(self) -> bytes:
        """Wait for some bytes."""
        while True:
            try:
                return os.read(self._fd, READ_BYTES)
            except BlockingIOError:
                await self._ready(to_write=False)

    async def _ready(self, *, to_write: bool) -> None:
        ready: asyncio.Future[None] = self._loop.create_future()
        add = self._loop.add_writer if to_write else self._loop.add_reader
        remove = self._loop.remove_writer if to_write else self._loop.remove_reader
        add(self._fd, _settle, ready)
        try:
            await ready
        finally:
            remove(self._fd)

    def close(self) -> None:
        """Close at once; a serial line's unsent bytes are thrown away."""
        if os.isatty(self._fd):
            termios.tcflush(self._fd, termios.TCIOFLUSH)
        os.close(self._fd)


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
