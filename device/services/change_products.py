"""Change products at the till: the change goes into the ledger, and comes back in the cloud's next catalogue."""

from collections.abc import Callable

from device.domain.catalogue import Product
from device.domain.change_product import (
    ProductRefusal,
    Wish,
    add_product,
    barcode_for,
    change_product,
    new_sku,
)
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.world import Randomness
from device.services.assortment import CurrentAssortment
from shared.entry import Entry
from shared.events.stock import ProductsChanged
from shared.ids import Sku

LETTERS = 4
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class ChangeProducts:
    """The service behind `POST /api/products`."""

    def __init__(self, *, ledger: Ledger, assortment: CurrentAssortment, randomness: Randomness) -> None:
        self._ledger = ledger
        self._assortment = assortment
        self._randomness = randomness

    async def change(self, sku: Sku, wish: Wish, cashier: str) -> Product | ProductRefusal:
        """Change some fields of a product, durable before this answers."""
        return await self._record(
            sku, lambda state: change_product(self._assortment.of(state), sku, wish, cashier=cashier)
        )

    async def give_barcode(self, sku: Sku, cashier: str) -> Product | ProductRefusal:
        """Give a product a barcode of our own; one that has a barcode keeps it."""
        chance = self._randomness.bytes(8)

        def decide(state: TillState) -> tuple[ProductsChanged, ...] | ProductRefusal:
            assortment = self._assortment.of(state)
            product = assortment.catalogue.find(sku)
            wish = (
                {}
                if product is None or product.barcode
                else {"barcode": barcode_for(assortment.catalogue, chance)}
            )
            return change_product(assortment, sku, wish, cashier=cashier)

        return await self._record(sku, decide)

    async def add(self, wish: Wish, cashier: str) -> Product | ProductRefusal:
        """Add a product under a number of its own, durable before this answers."""
        letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in self._randomness.bytes(LETTERS))
        sku = new_sku(str(wish.get("name", "")), letters)
        return await self._record(
            sku, lambda state: add_product(self._assortment.of(state), sku, wish, cashier=cashier)
        )

    async def _record(
        self, sku: Sku, decide: Callable[[TillState], tuple[ProductsChanged, ...] | ProductRefusal]
    ) -> Product | ProductRefusal:
        answer: tuple[Entry, ...] | ProductRefusal = await self._ledger.append(decide)
        if not isinstance(answer, tuple):
            return answer
        found = self._assortment.now().priced.find(sku)
        if found is None:
            raise AssertionError("a product was recorded just now")
        return found
