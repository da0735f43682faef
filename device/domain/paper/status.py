"""What a printer says of itself, as facts and in words. Source: Epson's ESC/POS command reference, `DLE EOT`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

QUESTIONS: Final = (1, 2, 3, 4)


class Condition(StrEnum):
    """How a printer is; all but the first two keep it from printing."""

    READY = "ready"
    PAPER_LOW = "paper-low"
    PAPER_OUT = "paper-out"
    COVER_OPEN = "cover-open"
    CUTTER = "cutter"
    BROKEN = "broken"
    HOT = "hot"
    OFFLINE = "offline"
    SILENT = "silent"
    GARBLED = "garbled"
    UNREACHABLE = "unreachable"
    MISSING = "missing"
    FORBIDDEN = "forbidden"


PRINTS: Final = frozenset({Condition.READY, Condition.PAPER_LOW})


@dataclass(frozen=True, slots=True)
class SaidOfPrinter:
    """A condition in words for people, and what to do."""

    message: str
    remedy: str


_WORDS: Final = {
    Condition.READY: ("It is ready.", ""),
    Condition.PAPER_LOW: ("The paper is nearly used up.", "Keep a new roll at hand."),
    Condition.PAPER_OUT: ("It has no paper.", "Put in a new roll and close the cover."),
    Condition.COVER_OPEN: ("Its cover is open.", "Close the cover until it clicks."),
    Condition.CUTTER: (
        "Its cutter is stuck.",
        "Switch it off, open the cover, take out what jams it, and switch it on again.",
    ),
    Condition.BROKEN: (
        "It reports a fault that it cannot mend.",
        "Switch it off and on again. If the fault stays, use another printer.",
    ),
    Condition.HOT: ("It has to cool down.", "Wait a minute; it goes on by itself."),
    Condition.OFFLINE: ("It is switched to offline.", "Press its feed key, or switch it off and on again."),
    Condition.SILENT: (
        "It is connected but does not answer.",
        "Switch it off and on again. If it never answers, choose the profile “plain” for it.",
    ),
    Condition.GARBLED: (
        "It answers what no receipt printer says.",
        "Check its address, and for a serial printer its speed.",
    ),
    Condition.UNREACHABLE: (
        "It cannot be reached.",
        "Check that it is switched on, and its cable or network address.",
    ),
    Condition.MISSING: (
        "There is no such device on this till.",
        "Plug it in and switch it on, then check its address.",
    ),
    Condition.FORBIDDEN: (
        "The till may not use this device.",
        "Let the till's user into the group that owns it (lp for USB, dialout for serial).",
    ),
}


def say_condition(condition: Condition) -> SaidOfPrinter:
    """Put a condition into words."""
    message, remedy = _WORDS[condition]
    return SaidOfPrinter(message, remedy)


def is_answer(byte: int) -> bool:
    """Tell whether a byte can be an answer to `DLE EOT`: four of its bits are fixed."""
    return byte & 0x93 == 0x12


def is_confirmation(byte: int) -> bool:
    """Tell whether a byte can be an answer to `GS r 1`: bits 4 to 7 are zero."""
    return byte & 0xF0 == 0x00


def read_status(answers: bytes) -> Condition:
    """Return what the four answers to `QUESTIONS` say, the most pressing first.

    Bits, counted from 0. Printer: 3 offline. Offline: 2 cover, 5 paper end, 6 error. Error: 3 cutter, 5 beyond mending,
    6 mends itself. Paper: 2 and 3 near end, 5 and 6 end.
    """
    if not answers:
        return Condition.SILENT
    if len(answers) != len(QUESTIONS) or not all(map(is_answer, answers)):
        return Condition.GARBLED
    printer, offline, error, paper = answers
    found = (
        (offline & 0x04, Condition.COVER_OPEN),
        (paper & 0x60 or offline & 0x20, Condition.PAPER_OUT),
        (error & 0x08, Condition.CUTTER),
        (error & 0x20, Condition.BROKEN),
        (error & 0x40, Condition.HOT),
        (printer & 0x08 or offline & 0x40, Condition.OFFLINE),
        (paper & 0x0C, Condition.PAPER_LOW),
    )
    return next((condition for bits, condition in found if bits), Condition.READY)
