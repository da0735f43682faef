"""Carts put aside under a name, to be taken up again from any phone of the till; bounded, and lost by nobody's slip.

Taking up marks a cart as taken by one phone, which gets it again however often it asks; it goes when that phone says that it
has it. So an answer that is lost on the way loses no cart, and two phones never ring up the same one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

PARKED_MAX: Final = 50
NAME_MAX: Final = 60
CART_CHARACTERS_MAX: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedCart:
    """A cart as its page wrote it (JSON text that means something to pages alone); `taken_by` is the phone that took it up."""

    cart_id: str
    name: str
    cashier: str
    at: datetime
    cart: str
    lines: int = 0
    total_minor: int | None = None
    taken_by: str = ""


@dataclass(frozen=True, slots=True)
class ParkedFull:
    """So many carts are parked that there is no room for one more, or this one is too large."""


@dataclass(frozen=True, slots=True)
class BadParkedName:
    """A parked cart needs a name by which people find it again."""


@dataclass(frozen=True, slots=True)
class NotParked:
    """There is no such cart: it was taken up, or thrown away."""

    cart_id: str


@dataclass(frozen=True, slots=True)
class ParkedTaken:
    """Another phone has taken it up."""

    name: str


ParkedRefusal: TypeAlias = ParkedFull | BadParkedName | NotParked | ParkedTaken
Parked: TypeAlias = tuple[ParkedCart, ...]


def park(parked: Parked, cart: ParkedCart) -> Parked | ParkedRefusal:
    """Put a cart aside; the same one again replaces what it was. Taken ones make room, the oldest first."""
    if not 1 <= len(cart.name.strip()) <= NAME_MAX:
        return BadParkedName()
    others = tuple(one for one in parked if one.cart_id != cart.cart_id)
    if len(others) >= PARKED_MAX:
        oldest_taken = next((one for one in others if one.taken_by), None)
        others = tuple(one for one in others if one is not oldest_taken)
    if len(others) >= PARKED_MAX or len(cart.cart) > CART_CHARACTERS_MAX:
        return ParkedFull()
    return (*others, cart)


def take_up(parked: Parked, cart_id: str, taker: str) -> tuple[Parked, ParkedCart] | ParkedRefusal:
    """Give a cart to a phone."""
    found = _find(parked, cart_id)
    if found is None:
        return NotParked(cart_id)
    if found.taken_by not in ("", taker):
        return ParkedTaken(found.name)
    taken = replace(found, taken_by=taker)
    return tuple(taken if one is found else one for one in parked), taken


def throw_away(parked: Parked, cart_id: str) -> Parked:
    """Forget a cart; one that is not there is forgotten already."""
    return tuple(one for one in parked if one.cart_id != cart_id)


def _find(parked: Sequence[ParkedCart], cart_id: str) -> ParkedCart | None:
    return next((one for one in parked if one.cart_id == cart_id), None)
