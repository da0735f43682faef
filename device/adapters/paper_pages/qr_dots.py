"""QR codes as dots, for printers that cannot draw them, pictures and PDF files."""

from functools import lru_cache

import segno

from device.domain.paper.bitmap import Bitmap
from device.domain.paper.escpos import module_dots

QUIET_MODULES = 4


@lru_cache(maxsize=32)
def qr_modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the modules of a QR code (ISO/IEC 18004, error correction M) with its quiet zone; dark is True."""
    code = segno.make(text, error="m", micro=False)
    return tuple(tuple(bool(module) for module in row) for row in code.matrix_iter(border=QUIET_MODULES))


def draw_qr(text: str) -> Bitmap:
    """Return a QR code as dots."""
    modules, dots = qr_modules(text), module_dots(len(text.encode()))
    rows = []
    for row in modules:
        bits = "".join("1" * dots if dark else "0" * dots for dark in row)
        bits += "0" * (-len(bits) % 8)
        rows.append(int(bits, 2).to_bytes(len(bits) // 8, "big") * dots)
    side = len(modules) * dots
    return Bitmap(width=side, height=side, dots=b"".join(rows))
