"""Bringing changes of products together: field by field, in the order in which they arrive.

A change is made against what its writer knew: the version of the catalogue that a till ran, or what the maker's page showed.
Where somebody else has changed the same field meanwhile, to another value, the two contradict each other: the later arrival
counts, and a Settlement says so. One exception: a till that never had a catalogue from here and brings a product
that is known already (a card that was imaged again reads its old file) has decided nothing about it, so what stands counts.

`revision` numbers the changes of a tenant's catalogue in their order; every version that is issued says which it includes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cloud.domain.catalogue_state import CatalogueState
from shared.documents import Settlement
from shared.product_words import field_text, with_field_text
from shared.products import DEFAULTS, FIELD_NAMES, ProductChange, ProductDetails, changed_fields

CLOUD: Final = "cloud"
"""The name under which the maker's own changes count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMark:
    """Who gave a field its value (`source/epoch`, or `cloud`), in which revision, and in which of the writer's entries."""

    writer: str
    revision: int
    seq: int = 0


_NOBODY: Final = FieldMark(writer="", revision=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProduct:
    """A product as it stands, and who gave each field its value."""

    details: ProductDetails
    marks: Mapping[str, FieldMark]

    def mark(self, name: str) -> FieldMark:
        """Return who gave a field its value: nobody, where the product is older than the field."""
        return self.marks.get(name, _NOBODY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who makes a change and what they knew; `newcomer` is a till that never had a catalogue from here.

    `seq` is the entry that says so, 0 for the maker's own; `person` is who made it here, empty for a source.
    """

    writer: str
    knows_revision: int
    newcomer: bool = False
    seq: int = 0
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A product after a change, and what had to be settled."""

    product: KnownProduct
    settlements: tuple[Settlement, ...] = ()


def merge_change(
    known: KnownProduct | None, change: ProductChange, origin: Origin, *, revision: int
) -> Merged:
    """Bring one change into the catalogue."""
    mark = FieldMark(writer=origin.writer, revision=revision, seq=origin.seq)
    if known is None:
        return Merged(product=KnownProduct(details=change.after, marks=dict.fromkeys(FIELD_NAMES, mark)))
    details, marks = known.details, dict(known.marks)
    settlements: list[Settlement] = []
    for name in _touched(change):
        standing, wanted = getattr(known.details, name), getattr(change.after, name)
        if standing == wanted or _has_gone_on(known.mark(name), origin):
            continue
        contradicts = _contradicts(known, change, origin, name)
        if contradicts and origin.newcomer and change.before is None:
            settlements.append(_settlement(known, name, origin.writer, wanted, newest_counts=False))
            continue
        if contradicts:
            settlements.append(_settlement(known, name, origin.writer, wanted, newest_counts=True))
        details = replace(details, **{name: wanted})
        marks[name] = mark
    return Merged(product=KnownProduct(details=details, marks=marks), settlements=tuple(settlements))


def source_of(writer: str) -> str:
    """Return the source of a writer: `till-harbour` of `till-harbour/k7f3q2`."""
    return writer.partition("/")[0]


def value_text(value: object) -> str:
    """Return a field's value as a settlement tells it."""
    return field_text(value)


def with_value(details: ProductDetails, name: str, text: str) -> ProductDetails:
    """Return a product with a field set to what `value_text` once said; raises ValueError if it is no such value."""
    return with_field_text(details, name, text)


def _touched(change: ProductChange) -> tuple[str, ...]:
    """What a change says something about: a new product that leaves an optional field empty says nothing about it."""
    names = changed_fields(change)
    if change.before is not None:
        return names
    return tuple(
        name for name in names if name not in DEFAULTS or getattr(change.after, name) != DEFAULTS[name]
    )


def _has_gone_on(mark: FieldMark, origin: Origin) -> bool:
    """Tell whether the writer itself said something later: an entry may be read only when this version understands it."""
    return mark.writer == origin.writer and mark.seq > origin.seq


def _contradicts(known: KnownProduct, change: ProductChange, origin: Origin, name: str) -> bool:
    """Tell whether somebody else gave the field its value without the writer knowing."""
    mark = known.mark(name)
    if mark.writer == origin.writer or mark.revision <= origin.knows_revision:
        return False
    return change.before is None or getattr(change.before, name) != getattr(known.details, name)


def _settlement(
    known: KnownProduct, name: str, writer: str, wanted: object, *, newest_counts: bool
) -> Settlement:
    standing = source_of(known.mark(name).writer), value_text(getattr(known.details, name))
    newest = source_of(writer), value_text(wanted)
    kept, dropped = (newest, standing) if newest_counts else (standing, newest)
    return Settlement(
        sku=known.details.sku, field=name, kept_source=kept[0], kept_value=kept[1],
        dropped_source=dropped[0], dropped_value=dropped[1],
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """What a writer's changes make of the catalogue: its state, the products that they touched, what had to be settled."""

    state: CatalogueState
    products: Mapping[str, KnownProduct]
    settlements: tuple[Settlement, ...]


def fold_changes(
    state: CatalogueState,
    known: Mapping[str, KnownProduct],
    changes: Sequence[ProductChange],
    origin: Origin,
    *,
    at_ms: int,
) -> Folded:
    """Bring what one writer says at once into the catalogue, as one revision; `known` holds at least what it touches."""
    state = state.changed(at_ms, origin.person or source_of(origin.writer))
    products: dict[str, KnownProduct] = {}
    settlements: list[Settlement] = []
    for change in changes:
        sku = change.after.sku
        merged = merge_change(products.get(sku, known.get(sku)), change, origin, revision=state.revision)
        products[sku] = merged.product
        settlements += merged.settlements
    return Folded(state=state, products=products, settlements=tuple(settlements))


def changes_towards(
    standing: Sequence[ProductDetails], wanted: Sequence[ProductDetails]
) -> list[ProductChange]:
    """Return what turns the standing products into the wanted ones; what is wanted no more is retired, not forgotten."""
    now = {product.sku: product for product in standing}
    goal = {product.sku: product for product in wanted}
    goal |= {sku: replace(product, retired=True) for sku, product in now.items() if sku not in goal}
    return [
        ProductChange(before=now.get(sku), after=product)
        for sku, product in goal.items()
        if now.get(sku) != product
    ]
