"""A stall's picture as a printer's dots."""

import io
from functools import lru_cache

from PIL import Image, UnidentifiedImageError

from device.domain.paper.bitmap import Bitmap

WIDTH_MAX = 320
HEIGHT_MAX = 240
FILE_BYTES_MAX = 512 * 1024
SIDE_MAX = 4_000


@lru_cache(maxsize=2)
def logo_dots(file: bytes) -> Bitmap | None:
    """Return a PNG or JPEG as black dots on white, no larger than fits on narrow paper; None if it is no picture."""
    try:
        with Image.open(io.BytesIO(file), formats=("PNG", "JPEG")) as picture:
            if max(picture.size) > SIDE_MAX:
                return None
            paper = Image.new("RGBA", picture.size, "white")
            paper.alpha_composite(picture.convert("RGBA"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    paper.thumbnail((WIDTH_MAX, HEIGHT_MAX))
    dots = paper.convert("L").convert("1")
    return Bitmap(
        width=dots.width, height=dots.height, dots=bytes(byte ^ 0xFF for byte in _white_padded(dots))
    )


def _white_padded(dots: Image.Image) -> bytes:
    """Return the bytes with the unused bits at the end of each row white."""
    wide = Image.new("1", (-(-dots.width // 8) * 8, dots.height), 1)
    wide.paste(dots, (0, 0))
    return wide.tobytes()
