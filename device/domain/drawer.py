"""The cash drawer: which notes and coins a currency has, what a count of them comes to, and how a payment moves it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from shared.events.cash import Coins
from shared.events.sale import Payment, PaymentMethod

PIECES_MAX: Final = 100_000
COUNTED_MINOR_MAX: Final = 1_000_000_000_000

_DENOMINATIONS: Final = {
    "EUR": (50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "CHF": (100_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5),
    "GBP": (5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "USD": (10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 25, 10, 5, 1),
    "DKK": (100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50),
    "SEK": (100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100),
    "NOK": (100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 100),
    "PLN": (50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "CZK": (500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100),
    "HUF": (2_000_000, 1_000_000, 500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500),
    "JPY": (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 5, 1),
}  # fmt: skip
"""Notes and coins in circulation, in minor units, largest first."""


@dataclass(frozen=True, slots=True)
class BadCount:
    """A count that cannot be: pieces below zero, a piece that does not exist, or more left than was counted."""

    words: str


def denominations_of(currency: str) -> tuple[int, ...]:
    """Return the notes and coins of a currency, largest first; none where it is not in the table: then type the amount."""
    return _DENOMINATIONS.get(currency, ())


def count_coins(coins: Iterable[Coins], currency: str) -> int | BadCount:
    """Return what counted notes and coins come to, in minor units."""
    known, total_minor, seen = denominations_of(currency), 0, set[int]()
    for coin in coins:
        if coin.value_minor not in known or coin.value_minor in seen:
            return BadCount("There is no such note or coin, or it was counted twice")
        if not 0 <= coin.pieces <= PIECES_MAX:
            return BadCount(f"A count has 0 to {PIECES_MAX} pieces of each note and coin")
        seen.add(coin.value_minor)
        total_minor += coin.value_minor * coin.pieces
    return total_minor


def own_cash_minor(paid: Payment) -> int:
    """Return what a payment puts into the drawer of the till's own currency: less than nothing where only change went out."""
    if paid.method is not PaymentMethod.CASH:
        return 0
    return paid.amount_minor if paid.foreign is None else -paid.change_minor
