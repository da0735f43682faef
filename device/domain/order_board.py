"""What the stall's pick-up board shows: orders that are ready at the stall, and those that are still being made for today.

Everybody can read it: it shows the numbers of orders, no names and no goods. Orders for a locker are on the hub's board.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from device.domain.orders import OrderBook

NUMBERS_MAX: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBoard:
    """Numbers of orders, the smallest first, NUMBERS_MAX of each at most."""

    ready: tuple[int, ...]
    coming: tuple[int, ...]


def order_board(book: OrderBook, today: date) -> OrderBoard:
    """Return the board: an order that is ready stands there until it is collected, whatever day it was for."""
    here = sorted((one for one in book.open.values() if not one.order.hub), key=lambda one: one.order.number)
    ready = [one.order.number for one in here if one.is_ready]
    coming = [one.order.number for one in here if not one.is_ready and one.order.due <= today]
    return OrderBoard(ready=tuple(ready[:NUMBERS_MAX]), coming=tuple(coming[:NUMBERS_MAX]))
