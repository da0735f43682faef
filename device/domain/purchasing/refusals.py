"""What cannot be done in buying in, as values; `device.domain.explain_purchasing` puts them into words."""

from dataclasses import dataclass
from typing import TypeAlias

from device.domain.purchasing.draft import Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class BadPurchase:
    """Something that cannot be said of a supplier, a delivery or the mail; `field` names it, `reason` says why plainly."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnknownSupplier:
    """There is no such supplier."""

    supplier_id: str


@dataclass(frozen=True, slots=True)
class UnknownPurchase:
    """There is no such order, or it ended long ago."""

    order_id: str


@dataclass(frozen=True, slots=True)
class NothingToOrder:
    """Nothing has to be ordered there any more."""

    supplier_id: str


@dataclass(frozen=True, slots=True)
class DraftChanged:
    """What has to be ordered is no longer what was seen; it costs `total_minor` now."""

    total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftHeld:
    """An order that cannot go out: the cash does not reach, or it is below the supplier's smallest."""

    hold: Hold
    short_minor: int


@dataclass(frozen=True, slots=True)
class TooManyPurchases:
    """So many orders are open that no more are taken."""

    count: int


@dataclass(frozen=True, slots=True)
class PurchaseDone:
    """The order has ended, or what was asked does not fit where it stands."""

    number: str
    why: str


PurchaseRefusal: TypeAlias = (
    BadPurchase | UnknownSupplier | UnknownPurchase | NothingToOrder | DraftChanged | DraftHeld | TooManyPurchases
    | PurchaseDone
)  # fmt: skip
