"""The `PaperFiles` port."""

from collections.abc import Sequence
from datetime import datetime

from device.adapters.paper_pages import logo, pdf, raster
from device.domain.labels import PlacedLabel, Sheet
from device.domain.paper.bitmap import Bitmap
from device.domain.paper.document import Document
from device.domain.paper.layout import lay_out
from device.domain.paper.receipt import Letterhead

PNG_COLUMNS = 42


class PillowPaperFiles:
    """Pictures by Pillow, PDF files by fpdf2."""

    def png(self, document: Document) -> bytes:
        """Return the picture of what a receipt printer would print."""
        return raster.png_of(lay_out(document, PNG_COLUMNS), PNG_COLUMNS)

    def pdf(self, document: Document, title: str, at: datetime, head: Letterhead) -> bytes:
        """Return a receipt as a PDF."""
        return pdf.receipt_pdf(document, title, at, head)

    def labels(
        self, sheet: Sheet, placed: Sequence[PlacedLabel], title: str, at: datetime, head: Letterhead
    ) -> bytes:
        """Return sheets of labels as a PDF."""
        return pdf.labels_pdf(sheet, placed, title, at, head)

    def logo(self, file: bytes) -> Bitmap | None:
        """Return a PNG or JPEG as a printer's dots, or None if it is no picture."""
        return logo.logo_dots(file)
