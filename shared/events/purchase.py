"""What tills say of buying in: suppliers, what they charge, orders that went out to them, and what came."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import not_
from typing import Annotated

from pydantic import Field

from shared.events.amounts import Amount


class OrderChannel(StrEnum):
    """How an order reaches its supplier."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    BY_HAND = "by_hand"


class SendOutcome(StrEnum):
    """What became of sending an order.

    `UNCLEAR`: it may have arrived, nobody knows. `REFUSED`: the other side said no, and will say so again. `AGAIN`: somebody
    asks for it to be sent once more.
    """

    SENT = "sent"
    FAILED = "failed"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    AGAIN = "again"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierChanged:
    """Somebody set what is known of a supplier; the same `supplier_id` again takes its place.

    Attributes:
        minimum_minor: the smallest order that the supplier takes, without shipping.
        shipping_minor: what one delivery costs.
        lead_days: days from order to delivery, as the supplier says.
        auto_limit_minor: an order up to this total goes out without anybody's tap; 0: none does.
        language: in which orders are written, en or de.
        retired: nothing is ordered there any more.
    """

    supplier_id: str
    name: str
    lead_days: Amount
    cashier: str
    email: Annotated[str, Field(exclude_if=not_)] = ""
    webhook: Annotated[str, Field(exclude_if=not_)] = ""
    language: str = "en"
    minimum_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    shipping_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    auto_limit_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    retired: Annotated[bool, Field(exclude_if=not_)] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRow:
    """What a supplier charges for a pack of `pack_milli` thousandths of a product's or material's unit.

    `article` is the supplier's own number, `packs_min` the fewest packs that are sold at once.
    """

    item: str
    name: str
    pack_milli: Amount
    price_minor: Amount
    is_material: Annotated[bool, Field(exclude_if=not_)] = False
    article: Annotated[str, Field(exclude_if=not_)] = ""
    packs_min: Amount = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListImported:
    """A supplier's prices from `valid_from` on; what does not stand on it keeps its price. A long list is several entries."""

    list_id: str
    supplier_id: str
    valid_from: date
    rows: tuple[PriceRow, ...]
    cashier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseLine:
    """So many packs of something; `reason` says in plain speech what they are for, `needed_by` when."""

    item: str
    name: str
    packs: Amount
    pack_milli: Amount
    price_minor: Amount
    total_minor: Amount
    is_material: Annotated[bool, Field(exclude_if=not_)] = False
    article: Annotated[str, Field(exclude_if=not_)] = ""
    reason: Annotated[str, Field(exclude_if=not_)] = ""
    needed_by: Annotated[date | None, Field(exclude_if=not_)] = None

    @property
    def quantity_milli(self) -> int:
        """How much that is, in thousandths of the item's unit."""
        return self.packs * self.pack_milli


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderPlaced:
    """Somebody approved an order, or the till did by itself within the supplier's limit. It still has to be sent."""

    order_id: str
    number: str
    supplier_id: str
    currency: str
    lines: tuple[PurchaseLine, ...]
    total_minor: Amount
    expected: date
    cashier: str
    shipping_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    automatic: Annotated[bool, Field(exclude_if=not_)] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderSendingStarted:
    """From now on the order may have reached its supplier. An order with this and no word after it is unclear."""

    order_id: str
    channel: OrderChannel


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderSent:
    """What became of sending an order; `words` say why not. `cashier` where somebody said so by hand."""

    order_id: str
    channel: OrderChannel
    outcome: SendOutcome
    words: Annotated[str, Field(exclude_if=not_)] = ""
    cashier: Annotated[str, Field(exclude_if=not_)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsLine:
    """How much came of the order's line at `place` (from 0), and what it cost without shipping."""

    place: Amount
    item: str
    quantity_milli: Amount
    cost_minor: Amount
    is_material: Annotated[bool, Field(exclude_if=not_)] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsReceived:
    """Goods of an order came, all or a part; the products among them move stock by entries of their own beside this one."""

    receipt_id: str
    order_id: str
    lines: tuple[GoodsLine, ...]
    cashier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderPaid:
    """An order is paid: it binds no cash any more."""

    order_id: str
    cashier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderClosed:
    """Nothing more will come of an order."""

    order_id: str
    cashier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderCancelled:
    """An order of which nothing came was taken back. The supplier has to be told by whoever took it back."""

    order_id: str
    cashier: str
