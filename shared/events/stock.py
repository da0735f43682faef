"""What tills say of stock and products: goods that came, went or were counted, and products that somebody changed."""

from dataclasses import dataclass
from enum import StrEnum

from shared.events.amounts import Amount
from shared.ids import Sku
from shared.products import ProductChange


class StockReason(StrEnum):
    """Why stock moved other than by a sale."""

    RECEIVED = "received"
    COUNTED = "counted"
    WASTED = "wasted"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMoved:
    """Stock came, went or was counted: `change_milli` is what to add to the stock before."""

    sku: Sku
    name: str
    change_milli: int
    reason: StockReason


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsChanged:
    """Somebody changed products on a till that ran this version of the catalogue (0: none came from the cloud yet)."""

    changes: tuple[ProductChange, ...]
    catalogue_version: Amount
    cashier: str
