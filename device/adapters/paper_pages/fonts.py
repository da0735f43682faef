"""The letters of pictures and PDF files: Atkinson Hyperlegible Mono (SIL Open Font License), Latin with its extensions."""

from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont

from device.domain.paper.code_pages import stand_ins

_HERE = Path(__file__).parent / "fonts"
REGULAR = _HERE / "atkinson-hyperlegible-mono-400.ttf"
BOLD = _HERE / "atkinson-hyperlegible-mono-700.ttf"


@cache
def letters(*, bold: bool, pixels: int) -> ImageFont.FreeTypeFont:
    """Return a font by its size, drawn the same way on every machine."""
    return ImageFont.truetype(BOLD if bold else REGULAR, pixels, layout_engine=ImageFont.Layout.BASIC)


@cache
def _drawn() -> frozenset[str]:
    with TTFont(REGULAR, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def drawable(text: str) -> str:
    """Return a text in letters that the font has: other ones are replaced by what stands for them."""
    return "".join(
        next((form for form in (letter, *stand_ins(letter)) if form in _drawn()), "?") for letter in text
    )
