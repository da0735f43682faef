"""What a make of printer can do. One setting chooses it; everything else of a printer follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from device.domain.paper.code_pages import (
    PC437,
    PC737,
    PC850,
    PC852,
    PC858,
    PC866,
    WPC1250,
    WPC1251,
    WPC1252,
    WPC1253,
    WPC1254,
    WPC1257,
    CodePage,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What printers of one kind have.

    Attributes:
        pages: code pages in the order in which they are tried; the first is set at the start of each job.
        draws_qr: knows `GS ( k`; else a QR code is sent as a picture.
        cuts: has a cutter; else the paper is pushed out to be torn off.
        tells_status: answers `DLE EOT`, so that a job is kept back while there is no paper.
        confirms: answers `GS r` in its turn, so that a job counts as printed only when all before it was.
    """

    pages: tuple[CodePage, ...]
    draws_qr: bool
    cuts: bool
    tells_status: bool
    confirms: bool


EPSON: Final = Profile(
    pages=(WPC1252, PC858, WPC1250, PC852, WPC1254, WPC1257, WPC1251, WPC1253, PC866, PC737),
    draws_qr=True, cuts=True, tells_status=True, confirms=True,
)  # fmt: skip
# Printers without a name speak the old half of the language; what the newer half does is asked of none of them.
GENERIC_80: Final = Profile(
    pages=(PC858, PC850, PC437, PC852, WPC1252, PC866),
    draws_qr=False,
    cuts=True,
    tells_status=True,
    confirms=False,
)
GENERIC_58: Final = Profile(
    pages=(PC858, PC850, PC437, PC852, WPC1252, PC866),
    draws_qr=False,
    cuts=False,
    tells_status=True,
    confirms=False,
)
PLAIN: Final = Profile(pages=(PC437,), draws_qr=False, cuts=False, tells_status=False, confirms=False)

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {"epson": EPSON, "generic-80": GENERIC_80, "generic-58": GENERIC_58, "plain": PLAIN}
)
