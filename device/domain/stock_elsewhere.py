"""What of this stall's goods lies elsewhere, such as at the hub: what was sent there and did not come back."""

from typing import TypeAlias

from device.domain.growing import GrowingMap
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku

ElsewhereMap: TypeAlias = GrowingMap[str, int]
"""Thousandths by place and product; below zero, as much more came from there than was ever sent."""
_BETWEEN_PLACES = frozenset({StockReason.SENT, StockReason.ARRIVED})


def with_moved(elsewhere: ElsewhereMap, moved: StockMoved) -> ElsewhereMap:
    """Return the map after a movement: what goes to a place lies there, what comes from it does no longer."""
    if moved.reason not in _BETWEEN_PLACES or not moved.place:
        return elsewhere
    key = _key(moved.place, moved.sku)
    there = elsewhere.get(key, 0)
    if moved.reason is StockReason.SENT and not moved.undoes:
        there = max(0, there)
    return elsewhere.with_item(key, there - moved.change_milli)


def lies_at(elsewhere: ElsewhereMap, place: str, sku: Sku) -> int:
    """Return how much of a product lies at a place, in thousandths."""
    return max(0, elsewhere.get(_key(place, sku), 0)) if place else 0


def _key(place: str, sku: Sku) -> str:
    return f"{place.casefold()}\n{sku}"
