"""What tills say of stock and products: goods that came, went or were counted, and products that somebody changed."""

from dataclasses import dataclass
from enum import StrEnum
from operator import not_
from typing import Annotated

from pydantic import Field

from shared.events.amounts import Amount
from shared.ids import Sku
from shared.products import ProductChange


class StockReason(StrEnum):
    """Why stock moved other than by a sale."""

    RECEIVED = "received"
    COUNTED = "counted"
    WASTED = "wasted"
    SENT = "sent"
    ARRIVED = "arrived"


class WasteReason(StrEnum):
    """Why goods can no longer be sold."""

    BROKEN = "broken"
    SPOILED = "spoiled"
    GIVEN_AWAY = "given_away"
    OWN_USE = "own_use"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMoved:
    """Stock came, went or was counted: `change_milli` is what to add to the stock before.

    Movements of one `sheet_id` were booked together and stand one after the other. Of goods that went from one stall to
    another, `place` names the other end in the seller's words, and `transfer_id` is the same at both ends, empty where
    whoever took them in did not know it. A counter-entry names the sheet that it `undoes`, has that one's reason, and the
    opposite change, so that sums by reason need not know of it.
    """

    sku: Sku
    name: str
    change_milli: int
    reason: StockReason
    cashier: Annotated[str, Field(exclude_if=not_)] = ""
    sheet_id: Annotated[str, Field(exclude_if=not_)] = ""
    waste: Annotated[WasteReason | None, Field(exclude_if=not_)] = None
    place: Annotated[str, Field(exclude_if=not_)] = ""
    transfer_id: Annotated[str, Field(exclude_if=not_)] = ""
    undoes: Annotated[str, Field(exclude_if=not_)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsChanged:
    """Somebody changed products on a till that ran this version of the catalogue (0: none came from the cloud yet)."""

    changes: tuple[ProductChange, ...]
    catalogue_version: Amount
    cashier: str
