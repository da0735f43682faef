"""What a customer sees of the sale that is being rung up: goods, the total, the change. No names, nothing of other sales."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_PURPOSE: Final = b"stallholder customer display 1"
_MAC_BYTES: Final = 16
LINES_MAX: Final = 200


class DisplayState(StrEnum):
    """Where the sale is: nothing in the cart, goods in it, or paid."""

    IDLE = "idle"
    CART = "cart"
    PAID = "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayLine:
    """One line of the cart."""

    name: str
    quantity_milli: int
    total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is shown; `change_minor` counts once it is paid."""

    state: DisplayState = DisplayState.IDLE
    lines: tuple[DisplayLine, ...] = ()
    total_minor: int = 0
    change_minor: int = 0


def display_token(secret: bytes) -> str:
    """Return what stands in the address of this till's display: 128 bits that nobody guesses."""
    return urlsafe_b64encode(hmac.digest(secret, _PURPOSE, hashlib.sha256)[:_MAC_BYTES]).rstrip(b"=").decode()


def is_display_token(secret: bytes, token: str) -> bool:
    """Tell whether a token is this till's, in a time that says nothing of it."""
    return hmac.compare_digest(display_token(secret).encode(), token.encode())
