"""The `OrderPapers` port: an order to a supplier on A4."""

from datetime import UTC, datetime, time
from typing import Final

from fpdf import FPDF

from device.adapters.paper_pages.fonts import BOLD, REGULAR, drawable
from device.domain.purchasing.paper import OrderPaper

FONT: Final = "order"
LEFT_MM: Final = 18.0
RIGHT_MM: Final = 192.0
BOTTOM_MM: Final = 272.0
COLUMNS_MM: Final = (32.0, 66.0, 19.0, 19.0, 19.0, 19.0)
LETTER_EM: Final = 0.632  # how wide each letter of the font is
POINT_MM: Final = 25.4 / 72
BODY_POINTS: Final = 9.0
ROW_MM: Final = 5.0


class PdfOrderPapers:
    """Draws orders with fpdf2."""

    def order(self, paper: OrderPaper) -> bytes:
        """Return an order as a PDF."""
        page = _OrderPage(paper)
        page.head()
        page.table()
        page.totals()
        return page.finished()


class _OrderPage:
    def __init__(self, paper: OrderPaper) -> None:
        self._paper = paper
        pdf = FPDF(unit="mm", format="A4")
        pdf.set_margin(0)
        pdf.set_auto_page_break(auto=False)
        pdf.add_font(FONT, "", REGULAR)
        pdf.add_font(FONT, "B", BOLD)
        pdf.set_title(paper.title)
        pdf.set_author(paper.stall)
        pdf.set_lang(paper.language)
        pdf.set_creation_date(datetime.combine(paper.ordered_on, time(), tzinfo=UTC))
        self._pdf = pdf
        self._y = 0.0
        self._turn()

    def head(self) -> None:
        self._write(self._paper.title, LEFT_MM, points=16, bold=True)
        self._y += 11
        for name, text in self._paper.facts:
            for place, line in enumerate(_wrapped(text, 110)):
                self._write("" if place else name, LEFT_MM)
                self._write(line, LEFT_MM + 52)
                self._y += ROW_MM
        self._y += 6

    def table(self) -> None:
        self._headings()
        for cells in self._paper.rows:
            wrapped = [_wrapped(cell, width - 2) for cell, width in zip(cells, COLUMNS_MM, strict=True)]
            height = ROW_MM * max(map(len, wrapped)) + 1.5
            if self._y + height > BOTTOM_MM:
                self._turn()
                self._headings()
            self._row(wrapped)
            self._y += height

    def totals(self) -> None:
        if self._y + 8 + ROW_MM * len(self._paper.totals) > BOTTOM_MM:
            self._turn()
        self._line()
        self._y += 6
        for place, (name, amount) in enumerate(self._paper.totals):
            last = place == len(self._paper.totals) - 1
            self._write(name, LEFT_MM + sum(COLUMNS_MM[:3]), bold=last)
            self._right(amount, RIGHT_MM, bold=last)
            self._y += ROW_MM + 1

    def finished(self) -> bytes:
        pages = self._pdf.page
        for number in range(1, pages + 1):
            self._pdf.page = number
            self._y = 285
            self._write(f"{self._paper.title}   {self._paper.page} {number}/{pages}", LEFT_MM, points=8)
        return bytes(self._pdf.output())

    def _turn(self) -> None:
        self._pdf.add_page()
        self._y = 24

    def _headings(self) -> None:
        self._row([[one] for one in self._paper.heading], bold=True)
        self._y += 2
        self._line()
        self._y += ROW_MM

    def _row(self, wrapped: list[list[str]], *, bold: bool = False) -> None:
        x, top = LEFT_MM, self._y
        for place, (lines, width) in enumerate(zip(wrapped, COLUMNS_MM, strict=True)):
            for line in lines:
                if place < 2:
                    self._write(line, x, bold=bold)
                else:
                    self._right(line, x + width, bold=bold)
                self._y += ROW_MM
            self._y = top
            x += width

    def _line(self) -> None:
        self._pdf.set_draw_color(120)
        self._pdf.line(LEFT_MM, self._y, RIGHT_MM, self._y)

    def _right(self, text: str, right: float, *, bold: bool = False) -> None:
        self._write(text, right - len(text) * BODY_POINTS * POINT_MM * LETTER_EM, bold=bold)

    def _write(self, text: str, x: float, *, points: float = BODY_POINTS, bold: bool = False) -> None:
        self._pdf.set_font(FONT, "B" if bold else "", points)
        self._pdf.text(x, self._y, drawable(text))


def _wrapped(text: str, room_mm: float) -> list[str]:
    """Break a text into lines that fit, at blanks where it can be."""
    most = max(1, int(room_mm / (BODY_POINTS * POINT_MM * LETTER_EM)))
    lines, left = [], text
    while len(left) > most:
        at = left.rfind(" ", 1, most + 1)
        at = at if at > 0 else most
        lines.append(left[:at].rstrip())
        left = left[at:].lstrip()
    return [*lines, left]
