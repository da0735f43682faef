"""Rows as dots: what a receipt printer makes of them, as a picture. The simulated printer and the PNG receipt share it."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from device.adapters.paper_pages.fonts import drawable, letters
from device.adapters.paper_pages.qr_dots import draw_qr
from device.domain.paper.bitmap import Bitmap
from device.domain.paper.document import Align
from device.domain.paper.layout import CELL_DOTS, CutRow, KickRow, PictureRow, QrRow, Row, TextRow

LETTER_PIXELS = 19  # at this size a letter of the font is 12 dots wide
ROW_DOTS = 30
MARGIN_DOTS = 24
HEIGHT_MAX = 20_000
BLACK, WHITE = 0, 1


def draw_rows(rows: Sequence[Row], columns: int) -> Image.Image:
    """Return the picture, black and white, with a margin; what is longer than paper should be is cut off."""
    width = columns * CELL_DOTS + 2 * MARGIN_DOTS
    height = min(2 * MARGIN_DOTS + sum(map(_height, rows)), HEIGHT_MAX)
    image = Image.new("1", (width, height), WHITE)
    brush = ImageDraw.Draw(image)
    top = MARGIN_DOTS
    for row in rows:
        _draw(image, brush, row, top, columns)
        top += _height(row)
    return image


def png_of(rows: Sequence[Row], columns: int) -> bytes:
    """Return the picture as a PNG."""
    out = io.BytesIO()
    draw_rows(rows, columns).save(out, format="PNG", optimize=True)
    return out.getvalue()


def _height(row: Row) -> int:
    match row:
        case TextRow(size=size):
            return ROW_DOTS * size.value
        case PictureRow(picture=picture):
            return picture.height
        case QrRow(text=text):
            return draw_qr(text).height
        case CutRow():
            return ROW_DOTS
        case KickRow():
            return 0


def _draw(image: Image.Image, brush: ImageDraw.ImageDraw, row: Row, top: int, columns: int) -> None:
    match row:
        case TextRow():
            _draw_text(brush, row, top, columns)
        case PictureRow(picture=picture):
            _paste(image, picture, top)
        case QrRow(text=text):
            _paste(image, draw_qr(text), top)
        case CutRow():
            for left in range(0, image.width, 16):
                brush.line((left, top + ROW_DOTS // 2, left + 7, top + ROW_DOTS // 2), fill=BLACK)
        case KickRow():
            pass


def _draw_text(brush: ImageDraw.ImageDraw, row: TextRow, top: int, columns: int) -> None:
    """Each letter in its own cell, as a printer has them."""
    cell = CELL_DOTS * row.size.value
    font = letters(bold=row.bold, pixels=LETTER_PIXELS * row.size.value)
    free = columns * CELL_DOTS - cell * len(row.text)
    left = MARGIN_DOTS + {Align.LEFT: 0, Align.CENTRE: free // 2, Align.RIGHT: free}[row.align]
    for place, letter in enumerate(drawable(row.text)):
        if letter != " ":
            brush.text((left + place * cell, top), letter, font=font, fill=BLACK)


def _paste(image: Image.Image, picture: Bitmap, top: int) -> None:
    dots = Image.frombytes("1", (picture.width, picture.height), bytes(byte ^ 0xFF for byte in picture.dots))
    image.paste(dots, ((image.width - picture.width) // 2, top))
