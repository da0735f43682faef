"""Receipts and label sheets as PDF files, with their letters in them, so that they look and read the same everywhere."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from fpdf import FPDF
from PIL import Image

from device.adapters.paper_pages.fonts import BOLD, REGULAR, drawable
from device.adapters.paper_pages.qr_dots import qr_modules
from device.domain.barcode import NotABarcode, barcode_bars
from device.domain.labels import PlacedLabel, Sheet
from device.domain.paper.bitmap import Bitmap
from device.domain.paper.document import Align, Document
from device.domain.paper.layout import CELL_DOTS, CutRow, KickRow, PictureRow, QrRow, Row, TextRow, lay_out
from device.domain.paper.receipt import Letterhead

PAPER_MM = 80.0
PRINT_MM = 72.0
COLUMNS = 42
MARGIN_MM = (PAPER_MM - PRINT_MM) / 2
CELL_MM = PRINT_MM / COLUMNS
DOT_MM = CELL_MM / CELL_DOTS
ROW_MM = 30 * DOT_MM
QR_MM = 34.0
CUT_MM = 6.0
FONT = "receipt"
ADVANCE_EM = 0.632  # how wide each letter of the font is
POINT_MM = 25.4 / 72
PAD_MM = 1.8
MODULE_MM_MAX, MODULE_MM_MIN = 0.33, 0.19


def receipt_pdf(document: Document, title: str, at: datetime, head: Letterhead) -> bytes:
    """Return a receipt as a PDF as long as it has to be, on paper 80 mm wide."""
    rows = lay_out(document, COLUMNS)
    height = 2 * MARGIN_MM + sum(map(_height, rows))
    pdf = _file(title, at, head, (PAPER_MM, max(height, PAPER_MM)))
    pdf.add_page()
    top = MARGIN_MM
    for row in rows:
        _draw(pdf, row, top)
        top += _height(row)
    return bytes(pdf.output())


def labels_pdf(
    sheet: Sheet, placed: Sequence[PlacedLabel], title: str, at: datetime, head: Letterhead
) -> bytes:
    """Return sheets of labels on A4."""
    pdf = _file(title, at, head, (210.0, 297.0))
    for one in placed:
        while pdf.page <= one.page:
            pdf.add_page()
        _label(pdf, one, sheet)
    return bytes(pdf.output())


def _file(title: str, at: datetime, head: Letterhead, size: tuple[float, float]) -> FPDF:
    pdf = FPDF(unit="mm", format=size)
    pdf.set_margin(0)
    pdf.set_auto_page_break(auto=False)
    pdf.add_font(FONT, "", REGULAR)
    pdf.add_font(FONT, "B", BOLD)
    pdf.set_title(title)
    pdf.set_author(head.stall)
    pdf.set_lang(head.language)
    pdf.set_creation_date(at)
    return pdf


def _height(row: Row) -> float:
    match row:
        case TextRow(size=size):
            return ROW_MM * size.value
        case PictureRow(picture=picture):
            return picture.height * DOT_MM
        case QrRow():
            return QR_MM
        case CutRow():
            return CUT_MM
        case KickRow():
            return 0.0


def _draw(pdf: FPDF, row: Row, top: float) -> None:
    match row:
        case TextRow():
            _text(pdf, row, top)
        case PictureRow(picture=picture):
            width = picture.width * DOT_MM
            pdf.image(_png(picture), x=(PAPER_MM - width) / 2, y=top, w=width)
        case QrRow(text=text):
            _qr(pdf, text, (PAPER_MM - QR_MM) / 2, top, QR_MM)
        case CutRow() | KickRow():
            pass


def _text(pdf: FPDF, row: TextRow, top: float) -> None:
    cell = CELL_MM * row.size.value
    pdf.set_font(FONT, "B" if row.bold else "", cell / ADVANCE_EM / POINT_MM)
    free = PRINT_MM - cell * len(row.text)
    left = MARGIN_MM + {Align.LEFT: 0.0, Align.CENTRE: free / 2, Align.RIGHT: free}[row.align]
    pdf.text(left, top + ROW_MM * row.size.value * 0.72, drawable(row.text))


def _qr(pdf: FPDF, text: str, left: float, top: float, side: float) -> None:
    modules = qr_modules(text)
    module = side / len(modules)
    for y, row in enumerate(modules):
        for x, run in _runs(row):
            pdf.rect(left + x * module, top + y * module, run * module, module, style="F")


def _runs(modules: Sequence[bool]) -> list[tuple[int, int]]:
    """Return where each run of dark modules begins, and its length: one rectangle each, so that nothing shines through."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(modules):
        if dark and runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((place, 1))
    return runs


def _png(picture: Bitmap) -> BytesIO:
    dots = Image.frombytes("1", (picture.width, picture.height), bytes(byte ^ 0xFF for byte in picture.dots))
    out = BytesIO()
    dots.save(out, format="PNG")
    out.seek(0)
    return out


def _label(pdf: FPDF, placed: PlacedLabel, sheet: Sheet) -> None:
    x, y, width, height = (tenths / 10 for tenths in (placed.x, placed.y, sheet.width, sheet.height))
    points = 9.0 if height > 30 else 6.5
    room = width - 2 * PAD_MM
    _fitting(pdf, placed.label.name, x + PAD_MM, y + PAD_MM + points * POINT_MM, room, points, bold=False)
    price_y = y + PAD_MM + 2.3 * points * POINT_MM
    _fitting(pdf, placed.label.price, x + PAD_MM, price_y, room, points * 1.25, bold=True)
    top = price_y + 1.2
    _bars(pdf, placed.label.code, x + PAD_MM, top, room, y + height - PAD_MM - top)


def _fitting(pdf: FPDF, text: str, x: float, y: float, room: float, points: float, *, bold: bool) -> None:
    """Write a text that ends before it runs over the label's edge."""
    letter = points * POINT_MM * ADVANCE_EM
    most = int(room / letter)
    shown = text if len(text) <= most else text[: most - 1] + "…"
    pdf.set_font(FONT, "B" if bold else "", points)
    pdf.text(x, y, drawable(shown))


def _bars(pdf: FPDF, code: str, x: float, y: float, room: float, height: float) -> None:
    """Draw the barcode with its text under it; where bars would become too thin to be read, a QR code."""
    bars = barcode_bars(code)
    if isinstance(bars, NotABarcode):
        return _qr_beside(pdf, code, x, y, room, height)
    module = min(room / (len(bars.modules) + bars.quiet_left + bars.quiet_right), MODULE_MM_MAX)
    if module < MODULE_MM_MIN:
        return _qr_beside(pdf, code, x, y, room, height)
    text_mm = 2.4
    left = x + bars.quiet_left * module
    for place, run in _runs(bars.modules):
        pdf.rect(left + place * module, y, run * module, height - text_mm, style="F")
    pdf.set_font(FONT, "", 6)
    pdf.text(left, y + height - 0.3, drawable(bars.text))
    return None


def _qr_beside(pdf: FPDF, code: str, x: float, y: float, room: float, height: float) -> None:
    if not code:
        return
    _qr(pdf, code, x, y, height)
    _fitting(pdf, code, x + height + 1, y + height / 2, room - height - 1, 6, bold=False)
