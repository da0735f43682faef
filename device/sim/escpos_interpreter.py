"""Reads ESC/POS as a printer does: bytes in, rows of paper out. Written from the command reference, not from our encoder.

What it does not know it sets down in `unknown` and passes over, so that a test can ask that there was nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from device.domain.paper.bitmap import Bitmap
from device.domain.paper.code_pages import KNOWN
from device.domain.paper.document import Align, Size
from device.domain.paper.layout import CutRow, KickRow, PictureRow, QrRow, Row, TextRow

DLE, EOT, ESC, GS, LF = 0x10, 0x04, 0x1B, 0x1D, 0x0A


class _NeedMoreError(Exception):
    """The command goes on in bytes that are still to come."""


@dataclass(frozen=True, slots=True)
class _Mode:
    align: Align = Align.LEFT
    bold: bool = False
    size: Size = Size.NORMAL
    codec: str = "cp437"


@dataclass(slots=True)
class Interpreter:
    """One printer's head: feed it, then take the rows. `asked_in_turn` counts `GS r` that are still to be answered."""

    rows: list[Row] = field(default_factory=list)
    unknown: list[bytes] = field(default_factory=list)
    asked_in_turn: int = 0
    _waiting: bytes = b""
    _mode: _Mode = field(default_factory=_Mode)
    _line: str = ""
    _qr: str = ""

    def feed(self, data: bytes) -> None:
        """Take bytes as they come, in pieces of any size."""
        self._waiting += data
        while self._waiting:
            try:
                taken = self._one(self._waiting)
            except _NeedMoreError:
                return
            self._waiting = self._waiting[taken:]

    def _one(self, data: bytes) -> int:
        first = data[0]
        if first == LF:
            self._end_line()
            return 1
        if first == DLE:
            return _taken(data, 3)  # answered when it arrived, whatever stands before it
        if first == ESC:
            return self._esc(data)
        if first == GS:
            return self._gs(data)
        if first < 0x20:
            self.unknown.append(data[:1])
            return 1
        self._line += bytes((first,)).decode(self._mode.codec, errors="replace")
        return 1

    def _esc(self, data: bytes) -> int:
        command = data[1] if _taken(data, 2) else 0
        if command == ord("@"):
            self._mode, self._line = _Mode(), ""
            return 2
        if command == ord("p"):
            taken = _taken(data, 5)
            self.rows.append(KickRow())
            return taken
        taken = _taken(data, 3)
        argument = data[2]
        if command == ord("a"):
            self._mode = replace(self._mode, align=Align(argument % 48))
        elif command == ord("E"):
            self._mode = replace(self._mode, bold=bool(argument & 1))
        elif command == ord("t") and argument in KNOWN:
            self._mode = replace(self._mode, codec=KNOWN[argument].codec)
        elif command == ord("d"):
            self._feed_lines(argument)
        elif command != ord("R") or argument != 0:
            self.unknown.append(data[:3])
        return taken

    def _gs(self, data: bytes) -> int:
        command = data[1] if _taken(data, 2) else 0
        if command == ord("V"):
            taken = _taken(data, 3 + (_at(data, 2) in {65, 66}))
            self.rows.append(CutRow())
            return taken
        if command == ord("v"):
            return self._picture(data)
        if command == ord("("):
            return self._qr_function(data)
        taken = _taken(data, 3)
        if command == ord("!"):
            self._mode = replace(self._mode, size=Size.DOUBLE if data[2] == 0x11 else Size.NORMAL)
        elif command == ord("r"):
            self.asked_in_turn += 1
        elif command != ord("a") or data[2] != 0:
            self.unknown.append(data[:3])
        return taken

    def _picture(self, data: bytes) -> int:
        row_bytes = int.from_bytes(data[4 : _taken(data, 6)], "little")
        height = int.from_bytes(data[6 : _taken(data, 8)], "little")
        end = _taken(data, 8 + row_bytes * height)
        band = Bitmap(width=row_bytes * 8, height=height, dots=data[8:end])
        last = self.rows[-1] if self.rows else None
        if isinstance(last, PictureRow) and last.picture.width == band.width:
            dots = last.picture.dots + band.dots
            self.rows[-1] = PictureRow(replace(last.picture, height=last.picture.height + height, dots=dots))
        else:
            self.rows.append(PictureRow(band))
        return end

    def _qr_function(self, data: bytes) -> int:
        length = int.from_bytes(data[3 : _taken(data, 5)], "little")
        end = _taken(data, 5 + length)
        function, parameters = data[6], data[7:end]
        if function == 80:
            self._qr = parameters[1:].decode()
        elif function == 81:
            self.rows.append(QrRow(self._qr))
        elif function not in {65, 67, 69}:
            self.unknown.append(data[:end])
        return end

    def _end_line(self) -> None:
        self.rows.append(TextRow(self._line, self._mode.align, self._mode.bold, self._mode.size))
        self._line = ""

    def _feed_lines(self, lines: int) -> None:
        for _ in range(lines):
            self._end_line()


def _at(data: bytes, place: int) -> int:
    _taken(data, place + 1)
    return data[place]


def _taken(data: bytes, count: int) -> int:
    if len(data) < count:
        raise _NeedMoreError
    return count


def questions_in(data: bytes, answer: Callable[[int], int]) -> bytes:
    """Return the answers to all `DLE EOT n` in some bytes, also in the middle of a picture: printers look at nothing else."""
    places = (place for place in range(len(data) - 2) if data[place] == DLE and data[place + 1] == EOT)
    return bytes(answer(data[place + 2]) for place in places if data[place + 2] in {1, 2, 3, 4})
