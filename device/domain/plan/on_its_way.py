"""What is on its way of a product: taken on by somebody, ordered from a supplier, or both at once."""

from collections.abc import Callable
from datetime import date

from device.domain.catalogue import Catalogue
from device.domain.need import Need
from device.domain.plan.making_book import MakingBook
from device.domain.quantity_words import words_of_quantity
from shared.events.making import Supply
from shared.ids import Sku


def on_its_way_milli(making: MakingBook, sku: Sku, ordered_milli: int, today: date) -> int:
    """Return how much is on its way, in thousandths. Of what is bought in, an order is how a promise is kept: neither counts twice."""
    promised = making.coming_milli(sku, today)
    if making.rules_of(sku).supply is Supply.BOUGHT:
        return max(promised, ordered_milli)
    return promised + ordered_milli


def promised_needs(
    making: MakingBook, catalogue: Catalogue, on_order: Callable[[Sku], int], today: date
) -> tuple[Need, ...]:
    """Return what somebody took on of products that are bought in, and nobody ordered yet."""
    needs = []
    for sku, promises in making.promises.items().items():
        missing = making.coming_milli(sku, today) - on_order(sku)
        if missing <= 0 or making.rules_of(sku).supply is not Supply.BOUGHT:
            continue
        product = catalogue.find(sku)
        name = product.name if product else sku
        by = max(today, min(one.by or one.until for one in promises if one.until >= today))
        words = f"{name}: {words_of_quantity(missing)} taken on, not ordered yet"
        needs.append(Need(item=sku, is_material=False, name=name, quantity_milli=missing, by=by, words=words))
    return tuple(needs)
