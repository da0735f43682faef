"""How old goods that spoil are: when what is there came in. What came first is sold first, so the newest arrivals are what is left.

Only the goods of products with a shelf life are followed, from the day on which somebody said that they have one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeAlias, cast

from device.domain.growing import GrowingMap
from device.domain.snapshot_fields import Fields, read_integer, read_text
from shared.entry import Json
from shared.events.making import MakingRules
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku

ARRIVALS_MAX: Final = 8
"""Days of arrival that are told apart; what came in before counts as of the oldest of them."""
_COMES: Final = frozenset({StockReason.RECEIVED, StockReason.ARRIVED, StockReason.COUNTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came in on one day, in thousandths: made on that day, as far as anybody knows."""

    day: date
    quantity_milli: int


ArrivalsMap: TypeAlias = GrowingMap[Sku, tuple[Arrival, ...]]
"""By product, oldest first; only products with a shelf life are in it."""


def with_rules(arrivals: ArrivalsMap, rules: MakingRules, here_milli: int, on: date) -> ArrivalsMap:
    """Return the map after somebody set a product's rules: what lies there when its shelf life is first told is of that day."""
    if bool(rules.shelf_days) == bool(arrivals.get(rules.sku, ())):
        return arrivals
    begun = (Arrival(day=on, quantity_milli=max(0, here_milli)),) if rules.shelf_days else ()
    return arrivals.with_item(rules.sku, begun)


def with_moved(arrivals: ArrivalsMap, moved: StockMoved, here_milli: int, on: date) -> ArrivalsMap:
    """Return the map after a movement of stock, of which there was `here_milli` before; below none, only what there is then came.

    What was booked in by mistake is taken off the newest.
    """
    had = arrivals.get(moved.sku, ())
    if not had or moved.reason not in _COMES:
        return arrivals
    came_milli = max(0, here_milli + moved.change_milli) - max(0, here_milli)
    if came_milli > 0:
        return arrivals.with_item(moved.sku, _with_more(had, came_milli, on))
    if moved.undoes:
        return arrivals.with_item(moved.sku, _with_less(had, -moved.change_milli))
    return arrivals


def fresh_milli(arrivals: Sequence[Arrival], here_milli: int, day: date, *, shelf_days: int) -> int:
    """Return how much of what is here can still be sold on a day, in thousandths.

    Args:
        arrivals: the product's, oldest first; where there are none, nothing is known and all of it is good.
        here_milli: in stock; below none counts as none.
        day: a day from today on.
        shelf_days: on how many calendar days a piece can be sold, that of its arrival among them; 0 for what keeps.
    """
    here_milli = max(0, here_milli)
    if not shelf_days or not arrivals:
        return here_milli
    good = sum(one.quantity_milli for one in arrivals if (day - one.day).days < shelf_days)
    return min(here_milli, good)


def _with_more(had: tuple[Arrival, ...], milli: int, on: date) -> tuple[Arrival, ...]:
    """A clock that was set back adds to the newest day: nothing becomes younger by it, and the order stays."""
    newest = had[-1]
    if on <= newest.day:
        return (*had[:-1], replace(newest, quantity_milli=newest.quantity_milli + milli))
    now = (*had, Arrival(day=on, quantity_milli=milli))
    if len(now) <= ARRIVALS_MAX:
        return now
    oldest, second, *others = now
    return (replace(second, quantity_milli=oldest.quantity_milli + second.quantity_milli), *others)


def _with_less(had: tuple[Arrival, ...], milli: int) -> tuple[Arrival, ...]:
    left = []
    for one in reversed(had):
        taken = min(milli, one.quantity_milli)
        milli -= taken
        left.append(replace(one, quantity_milli=one.quantity_milli - taken))
    kept = tuple(one for one in reversed(left) if one.quantity_milli)
    return kept or (replace(had[-1], quantity_milli=0),)


def dump_arrivals(arrivals: ArrivalsMap) -> dict[str, Json]:
    """Return the map as JSON, for the cache of the till's state."""
    return {
        sku: [[one.day.isoformat(), one.quantity_milli] for one in had]
        for sku, had in arrivals.items().items()
    }


def load_arrivals(fields: Fields) -> ArrivalsMap:
    """Read what `dump_arrivals` wrote; raises KeyError, TypeError or ValueError for anything else."""
    return GrowingMap(
        {
            Sku(sku): tuple(_arrival(*one) for one in cast("Sequence[Sequence[Json]]", had))
            for sku, had in fields.items()
        }
    )


def _arrival(day: Json, quantity_milli: Json) -> Arrival:
    return Arrival(day=date.fromisoformat(read_text(day)), quantity_milli=read_integer(quantity_milli))
