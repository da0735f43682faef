"""How much should be there: the textbook rules that a plan goes by, in one place.

- What cannot be sold later is a *newsvendor*: as many as the critical ratio of demand, where the last piece is as likely to
  bring its margin as to be lost (Arrow, Harris, Marschak, "Optimal inventory policy", Econometrica 19, 1951).
- What keeps is brought up to S whenever it is not above s, looked at each time a plan is made: (R, s, S) with s the chosen
  quantile of the demand until the next plan has brought something, lead time and review period together (Scarf, "The
  optimality of (S, s) policies", 1960; Silver, Pyke, Thomas, "Inventory and production management in supply chains", 4th
  edition, chapters 6 and 7). S lies above s by the economic quantity (Harris, "How many parts to make at once", 1913).
"""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final

USUAL_SERVICE: Final = 0.9
SERVICE_MIN: Final = 0.5
SERVICE_MAX: Final = 0.99
HOLDING_A_YEAR: Final = 0.25
"""What a piece in stock costs a year as a share of its own cost: money, room, damage. The textbook's usual figure."""
AT_ONCE_DAYS: Final = 14
"""Beyond what is needed, no more than so many days' demand is made at once: nobody foresees more, and it would be dead money."""
DAYS_A_YEAR: Final = 365


class Policy(Enum):
    """By which rule a product is planned."""

    NEWSVENDOR = "newsvendor"
    ORDER_UP_TO = "order-up-to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Economics:
    """What one piece brings and costs, in minor units without tax; `salvage` is what it still brings unsold."""

    price: float
    cost: float
    salvage: float = 0.0

    @property
    def underage(self) -> float:
        """What a piece that is missing loses: its margin."""
        return max(0.0, self.price - self.cost)

    @property
    def overage(self) -> float:
        """What a piece that is left over loses."""
        return max(0.0, self.cost - self.salvage)


def critical_ratio(piece: Economics) -> float:
    """Return underage / (underage + overage), kept between SERVICE_MIN's complement and SERVICE_MAX.

    Goods that lose nothing when they stay are as sure as it gets; goods without a margin are not worth making for stock.
    """
    both = piece.underage + piece.overage
    if both <= 0.0:
        return SERVICE_MAX
    return min(SERVICE_MAX, max(1.0 - SERVICE_MAX, piece.underage / both))


def economic_quantity(*, a_day: float, each_time: float, cost: float) -> float:
    """Return how many pieces at once cost least: sqrt(2 K D / h); 0 where beginning costs nothing.

    Args:
        a_day: pieces sold a calendar day.
        each_time: what beginning costs each time, in minor units.
        cost: what a piece costs, its work included, in minor units.
    """
    holding = HOLDING_A_YEAR * cost
    if each_time <= 0.0 or a_day <= 0.0 or holding <= 0.0:
        return 0.0
    return math.sqrt(2.0 * each_time * a_day * DAYS_A_YEAR / holding)


def in_steps(wanted: float, *, batch: int, minimum: int) -> int:
    """Return whole batches that cover what is wanted, at least the minimum; nothing where nothing is wanted."""
    if wanted <= 1e-6:
        return 0
    pieces = max(math.ceil(wanted - 1e-6), minimum)
    return -(-pieces // batch) * batch
