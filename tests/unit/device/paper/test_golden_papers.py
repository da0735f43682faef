"""Pictures of papers, drawn from the bytes that a printer gets. `GOLDEN=new` draws those that are kept anew."""

import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from device.adapters.paper_pages.qr_dots import draw_qr
from device.adapters.paper_pages.raster import draw_rows
from device.domain.paper.escpos import encode_rows
from device.domain.paper.layout import lay_out
from device.domain.paper.profiles import EPSON
from device.sim.escpos_interpreter import Interpreter
from tests.unit.device.paper.papers import PAPERS

GOLDEN = Path(__file__).parent / "golden"
COLUMNS = {"sale-de": 42, "copy-en": 48, "pickup-de": 32}
DIFFERENT_MAX = 0.002  # another FreeType draws an edge elsewhere; a letter more or less is far beyond


@pytest.mark.parametrize("name", PAPERS)
def test_the_paper_looks_as_it_did(name: str) -> None:
    columns = COLUMNS.get(name, 42)
    printer = Interpreter()
    printer.feed(encode_rows(lay_out(PAPERS[name], columns), EPSON, draw_qr))
    drawn = draw_rows(printer.rows, columns)
    kept = GOLDEN / f"{name}.png"
    if os.environ.get("GOLDEN") == "new":
        drawn.save(kept, optimize=True)

    with Image.open(kept) as golden:
        assert drawn.size == golden.size
        different = ImageChops.logical_xor(drawn, golden.convert("1")).histogram()[255]
    assert different <= DIFFERENT_MAX * drawn.width * drawn.height


def test_no_picture_is_kept_that_no_test_looks_at() -> None:
    assert {path.stem for path in GOLDEN.glob("*.png")} == set(PAPERS)
