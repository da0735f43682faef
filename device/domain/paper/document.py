"""What is to stand on paper, whatever prints it: blocks from top to bottom."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from device.domain.paper.bitmap import Bitmap


class Align(Enum):
    """Where a text stands between the edges of the paper."""

    LEFT = 0
    CENTRE = 1
    RIGHT = 2


class Size(Enum):
    """How many cells a letter is wide and high."""

    NORMAL = 1
    DOUBLE = 2


@dataclass(frozen=True, slots=True)
class Text:
    """A text, broken into lines between words; an empty one is an empty line."""

    text: str = ""
    align: Align = Align.LEFT
    bold: bool = False
    size: Size = Size.NORMAL


@dataclass(frozen=True, slots=True)
class Pair:
    """Words at the left and a figure at the right of one line; long words go over several lines, the figure on the last."""

    left: str
    right: str
    bold: bool = False
    size: Size = Size.NORMAL


@dataclass(frozen=True, slots=True)
class Rule:
    """A line from edge to edge."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code in the middle."""

    text: str


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture in the middle."""

    picture: Bitmap


@dataclass(frozen=True, slots=True)
class Cut:
    """The paper is cut here, or pushed out far enough to be torn off."""


@dataclass(frozen=True, slots=True)
class KickDrawer:
    """The cash drawer at the printer opens."""


Block: TypeAlias = Text | Pair | Rule | QrCode | Logo | Cut | KickDrawer
Document: TypeAlias = tuple[Block, ...]
