"""What a product is, and how a change of one is told, field by field, so that two changes can be brought together."""

from dataclasses import dataclass, fields

from shared.ids import Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDetails:
    """One product as it travels: `price_minor` is gross, for one `unit`; a `retired` one is no longer offered."""

    sku: Sku
    name: str
    category: str
    price_minor: int
    vat_rate_bp: int
    barcode: str = ""
    colour: str = ""
    unit: str = "piece"
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChange:
    """A product before somebody changed it (None: it is new) and after; both are of the same sku."""

    before: ProductDetails | None
    after: ProductDetails


def changed_fields(change: ProductChange) -> tuple[str, ...]:
    """Return the names of the fields that a change touched; all of them for a new product."""
    names = tuple(field.name for field in fields(ProductDetails) if field.name != "sku")
    if change.before is None:
        return names
    return tuple(name for name in names if getattr(change.before, name) != getattr(change.after, name))
