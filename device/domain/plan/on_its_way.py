"""What is on its way of a product: taken on by somebody, ordered from a supplier, or both at once."""

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from device.domain.catalogue import Catalogue
from device.domain.need import Need
from device.domain.plan.making_book import MakingBook
from device.domain.quantity_words import words_of_quantity
from shared.events.making import Supply
from shared.ids import Sku

Ordered: TypeAlias = Callable[[Sku, int], int]
"""How much of a product is ordered and has not come, in thousandths, of orders placed after the entry with this number."""


def on_its_way_milli(making: MakingBook, sku: Sku, ordered: Ordered, today: date) -> int:
    """Return how much is on its way, in thousandths. Of what is bought in, an order is how a promise is kept: neither counts twice."""
    if making.rules_of(sku).supply is Supply.BOUGHT:
        return ordered(sku, 0) + unordered_milli(making, sku, ordered, today)
    return making.coming_milli(sku, today) + ordered(sku, 0)


def unordered_milli(making: MakingBook, sku: Sku, ordered: Ordered, today: date) -> int:
    """Return how much somebody took on that no order placed since then covers, in thousandths.

    What was on order when a plan was taken on had been counted by that plan, so it keeps none of its promises. An order keeps
    any promise made before it; what is left over is the largest surplus of the promises from one of them on over the orders since.
    """
    coming = [one for one in making.promises.get(sku, ()) if one.until >= today]
    surpluses = (
        sum(other.open_milli for other in coming if other.seq >= one.seq) - ordered(sku, one.seq)
        for one in coming
    )
    return max(0, max(surpluses, default=0))


def promised_needs(
    making: MakingBook, catalogue: Catalogue, on_order: Ordered, today: date
) -> tuple[Need, ...]:
    """Return what somebody took on of products that are bought in, and nobody ordered yet."""
    needs = []
    for sku, promises in making.promises.items().items():
        missing = unordered_milli(making, sku, on_order, today)
        if missing <= 0 or making.rules_of(sku).supply is not Supply.BOUGHT:
            continue
        product = catalogue.find(sku)
        name = product.name if product else sku
        by = max(today, min(one.by or one.until for one in promises if one.until >= today))
        words = f"{name}: {words_of_quantity(missing)} taken on, not ordered yet"
        needs.append(Need(item=sku, is_material=False, name=name, quantity_milli=missing, by=by, words=words))
    return tuple(needs)
