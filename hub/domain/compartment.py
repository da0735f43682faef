"""The bank of compartments, and which free one a parcel gets."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from hub.domain.errors import BankError
from shared.ids import IdError, SourceId, check_topic_level


class Size(StrEnum):
    """How much a compartment holds."""

    SMALL = "S"
    MEDIUM = "M"
    LARGE = "L"


_ORDER = (Size.SMALL, Size.MEDIUM, Size.LARGE)
SMALL_PIECES_MAX = 2
MEDIUM_PIECES_MAX = 6


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One compartment: its board, and its number there, counted from 1."""

    board: SourceId
    compartment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compartment:
    """A place and its size."""

    place: Place
    size: Size


def read_bank(text: str) -> tuple[Compartment, ...]:
    """Read the bank from its setting, such as `board-dock-1:SSLSMMSL board-dock-2:MM`; raises BankError."""
    bank: list[Compartment] = []
    for part in text.split():
        board, _, sizes = part.partition(":")
        try:
            name = SourceId(check_topic_level("board", board))
            bank += [
                Compartment(place=Place(name, number), size=Size(letter))
                for number, letter in enumerate(sizes, start=1)
            ]
        except (IdError, ValueError) as error:
            raise BankError(part, f"is not right ({error})") from error
    if not bank or len({one.place for one in bank}) != len(bank):
        raise BankError(text, "names no compartment, or a board twice")
    return tuple(bank)


def size_for(pieces: int) -> Size:
    """Return the size to look for: products carry no measures, so the count of pieces has to do."""
    if pieces <= SMALL_PIECES_MAX:
        return Size.SMALL
    return Size.MEDIUM if pieces <= MEDIUM_PIECES_MAX else Size.LARGE


def size_asked(size: str, pieces: int) -> Size:
    """Return the size to look for where a till may have said one; whatever it said, it is one of ours."""
    return Size(size) if size in set(Size) else size_for(pieces)


def free_by_size(bank: Iterable[Compartment], taken: AbstractSet[Place]) -> dict[str, int]:
    """Return how many compartments of each size are free."""
    free = {size.value: 0 for size in _ORDER}
    for one in bank:
        free[one.size.value] += one.place not in taken
    return free


def choose_compartment(bank: Iterable[Compartment], taken: AbstractSet[Place], wanted: Size) -> Place | None:
    """Return the smallest free compartment of at least the wanted size, the lowest number first; None if none."""
    fitting = [
        (_ORDER.index(one.size), one.place)
        for one in bank
        if one.place not in taken and _ORDER.index(one.size) >= _ORDER.index(wanted)
    ]
    return min(fitting)[1] if fitting else None
