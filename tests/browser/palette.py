"""Writes a screenshot again as a PNG of 256 colours (Portable Network Graphics, third edition), a fifth of its size.

A page has few colours: paper, ink, an awning, and the shades that the edges of letters need. Those that occur most stay;
every other pixel takes the nearest of them.
"""

import struct
import zlib

import numpy as np

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS_MAX = 256
_TRUECOLOUR, _PALETTE = 2, 3
Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def with_a_palette(png: bytes) -> bytes:
    """Return a truecolour PNG of 8 bits, without alpha and interlacing, as one with a palette.

    Raises:
        ValueError: the PNG is of another kind.
    """
    pixels = _decode(png)
    height, width, _ = pixels.shape
    palette, indices = _reduce(pixels.reshape(-1, 3))
    rows = np.zeros(
        (height, width + 1), np.uint8
    )  # each row begins with its filter: none, best for a palette
    rows[:, 1:] = indices.reshape(height, width)
    return _SIGNATURE + b"".join((
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _PALETTE, 0, 0, 0)),
        _chunk(b"PLTE", palette.tobytes()),
        _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
        _chunk(b"IEND", b""),
    ))  # fmt: skip


def _reduce(pixels: Pixels) -> tuple[Pixels, Pixels]:
    packed = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    colours, where, counts = np.unique(packed, return_inverse=True, return_counts=True)
    channels = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(np.int32)
    kept = channels[np.argsort(-counts)[:_COLOURS_MAX]]
    nearest = np.array([np.argmin(((kept - colour) ** 2).sum(axis=1)) for colour in channels], np.uint8)
    return kept.astype(np.uint8), nearest[where.reshape(-1)]


def _decode(png: bytes) -> Pixels:
    width, height, data = 0, 0, b""
    at = len(_SIGNATURE)
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, *_, interlaced = struct.unpack(">IIBBBBB", body)
            if (depth, colour, interlaced) != (8, _TRUECOLOUR, 0):
                raise ValueError("only truecolour PNGs of 8 bits, without alpha and interlacing, are read")
        if kind == b"IDAT":
            data += body
        at += 12 + length
    return _unfilter(np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + 3 * width))


def _unfilter(rows: Pixels) -> Pixels:
    """Undo each row's filter (section 9.2): none, left, up, average, Paeth."""
    height, width = rows.shape[0], (rows.shape[1] - 1) // 3
    lines = np.zeros(
        (height + 1, width + 1, 3), np.int32
    )  # a line above and a pixel to the left that are all zero
    for row in range(height):
        kind, line = int(rows[row, 0]), rows[row, 1:].reshape(width, 3).astype(np.int32)
        above, here = lines[row], lines[row + 1]
        match kind:
            case 0:
                here[1:] = line
            case 1:
                here[1:] = np.cumsum(line, axis=0) & 255
            case 2:
                here[1:] = (line + above[1:]) & 255
            case _:
                guess = _average if kind == 3 else _paeth
                for x in range(width):
                    here[x + 1] = (line[x] + guess(here[x], above[x + 1], above[x])) & 255
    return lines[1:, 1:].astype(np.uint8)


def _average(left: np.ndarray, up: np.ndarray, _corner: np.ndarray) -> np.ndarray:
    return (left + up) >> 1


def _paeth(left: np.ndarray, up: np.ndarray, corner: np.ndarray) -> np.ndarray:
    guess = left + up - corner
    by_left, by_up, by_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
    return np.where(
        (by_left <= by_up) & (by_left <= by_corner), left, np.where(by_up <= by_corner, up, corner)
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
