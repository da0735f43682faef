"""A card terminal as the settings hold it, and what it answers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from device.domain.zvt.commands import CURRENCY_NUMBERS, PASSWORD_DIGITS
from shared.events.card import CardOutcome

NAME_MAX: Final = 40
ZVT_PORT: Final = 20007
FIRST_PASSWORD: Final = "000000"  # noqa: S105 - what such terminals come with
_HOST: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTerminal:
    """A terminal that speaks ZVT over TCP; `password` is the merchant's, six digits."""

    name: str
    host: str
    port: int = ZVT_PORT
    password: str = FIRST_PASSWORD


@dataclass(frozen=True, slots=True)
class BadTerminal:
    """A terminal that cannot be set up so; `field` is what has to be corrected, `reason` a sentence without its full stop."""

    field: str
    reason: str


def check_terminal(terminal: CardTerminal, currency: str) -> BadTerminal | None:
    """Return what is wrong with a terminal's settings."""
    if not 1 <= len(terminal.name.strip()) <= NAME_MAX:
        return BadTerminal("name", f"a name has 1 to {NAME_MAX} characters")
    if not _HOST.fullmatch(terminal.host):
        return BadTerminal("host", "that is no network address, such as 192.168.1.50")
    if not 1 <= terminal.port <= 65_535:
        return BadTerminal("port", "a port is a number from 1 to 65535")
    if not re.fullmatch(rf"[0-9]{{{PASSWORD_DIGITS}}}", terminal.password):
        return BadTerminal("password", f"the password has {PASSWORD_DIGITS} digits")
    if currency not in CURRENCY_NUMBERS:
        return BadTerminal("name", f"terminals of this kind do not take {currency}")
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalAnswer:
    """What became of a question; `reference` is the terminal's own name for a booking, `why` a word for why not (`say_why`)."""

    outcome: CardOutcome
    reference: str = ""
    why: str = ""
    receipt_lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """The last payment that a terminal has booked; `at` is month, day, hour and minute by its own clock, where it says so."""

    reference: str
    amount_minor: int | None
    at: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class CannotTell:
    """A terminal does not say what it booked last: it is busy, away, or says it on paper only."""

    why: str


Last: TypeAlias = Booked | CannotTell
