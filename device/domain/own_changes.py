"""A till's own changes of products, as its ledger tells them, and how they lie over the catalogue that came from the cloud.

The cloud's catalogue says up to which entry of this till it includes its changes. Later ones are laid over it, field by
field, so that a new version of the cloud and a change of the till meet in the same way whichever came first.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

from device.domain.catalogue import Catalogue, Product
from device.domain.growing import GrowingMap
from shared.events.stock import ProductsChanged
from shared.ids import Sku
from shared.product_words import field_text
from shared.products import ListPrice, ProductChange, ProductOption, ProductPart, changed_fields

CHANGES_PER_ENTRY = 100
CHARACTERS_PER_ENTRY = 40_000
FieldValue: TypeAlias = (
    str | int | bool | tuple[ProductOption, ...] | tuple[ProductPart, ...] | tuple[ListPrice, ...] | None
)
ITEM_CHARACTERS = 60
"""What an option, a part or a list's price takes at most besides its texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChange:
    """What this till did to one product: how it left it, and for each field it changed, in which entry last and to what."""

    product: Product
    changed: Mapping[str, tuple[int, FieldValue]]

    def over(self, base: Product | None, covered_seq: int) -> Product | None:
        """Return the product with what was changed after entry `covered_seq`; the base itself if nothing was."""
        fresh = {name: value for name, (seq, value) in self.changed.items() if seq > covered_seq}
        if base is None:
            return self.product if fresh else None
        return replace(base, **cast("dict[str, Any]", fresh)) if fresh else base


OwnChanges: TypeAlias = GrowingMap[Sku, OwnChange]


def with_entry(own: OwnChanges, changes: Iterable[ProductChange], seq: int) -> OwnChanges:
    """Return the own changes after one more entry; there is one item for each product that was ever changed here."""
    items: dict[Sku, OwnChange] = {}
    for change in changes:
        sku = change.after.sku
        before = items.get(sku) or own.find(sku)
        fields = {name: (seq, getattr(change.after, name)) for name in changed_fields(change)}
        items[sku] = OwnChange(
            product=change.after, changed={**before.changed, **fields} if before else fields
        )
    return own.with_items(items) if items else own


def lay_over(base: Catalogue, own: OwnChanges, covered_seq: int) -> Catalogue:
    """Return the catalogue with this till's changes after entry `covered_seq`; new products come last."""
    products = {product.sku: product for product in base.products}
    waiting = 0
    for sku, change in own.items().items():
        before = products.get(sku)
        after = change.over(before, covered_seq)
        waiting += any(seq > covered_seq for seq, _ in change.changed.values())
        if after is not None and after is not before:
            products[sku] = after
    return Catalogue(version=base.version, products=tuple(products.values()), waiting=waiting)


def record_changes(
    catalogue: Catalogue, products: Iterable[Product], *, cashier: str
) -> tuple[ProductsChanged, ...]:
    """Return the events that turn a catalogue's products into these, CHANGES_PER_ENTRY at most in each; none for what is so."""
    changes = tuple(
        ProductChange(before=before, after=product)
        for product in products
        if (before := catalogue.find(product.sku)) != product
    )
    return tuple(
        ProductsChanged(changes=part, catalogue_version=catalogue.version, cashier=cashier)
        for part in _entries_of(changes)
    )


def _entries_of(changes: tuple[ProductChange, ...]) -> Iterator[tuple[ProductChange, ...]]:
    """Cut where an entry has enough: it has a limit in bytes, and a character may take four."""
    part: list[ProductChange] = []
    characters = 0
    for change in changes:
        length = sum(_length(product) for product in (change.before, change.after) if product is not None)
        if part and (len(part) == CHANGES_PER_ENTRY or characters + length > CHARACTERS_PER_ENTRY):
            yield tuple(part)
            part, characters = [], 0
        part.append(change)
        characters += length
    if part:
        yield tuple(part)


def _length(product: Product) -> int:
    texts = (product.sku, product.name, product.category, product.barcode, product.colour, product.unit,
             product.family, product.photo)  # fmt: skip
    items = (*product.options, *product.parts, *product.prices)
    return sum(map(len, texts)) + sum(len(field_text((item,))) + ITEM_CHARACTERS for item in items)
