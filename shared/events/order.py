"""What tills say of orders: goods to be made or kept for a customer, collected later at a stall or a locker."""

from dataclasses import dataclass
from datetime import date
from operator import not_
from typing import Annotated

from pydantic import Field

from shared.events.amounts import Amount
from shared.events.sale import ConcealedCustomer, Discount, SaleLine


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced:
    """A customer ordered. Deposit and balance are sales of their own that name the order; no stock moves before the balance.

    `hub` is the hub at whose lockers it will be collected, or empty: then at the stall, on `due`. An order that follows
    another with the same `order_id` takes its place. `lines` are less the `discounts` that were agreed on, which the balance
    goes by; `approved_by` names who allowed them beyond what a cashier may give.
    """

    order_id: str
    number: Amount
    cashier: str
    currency: str
    lines: tuple[SaleLine, ...]
    total_minor: Amount
    due: date
    hub: Annotated[str, Field(exclude_if=not_)] = ""
    size: Annotated[str, Field(exclude_if=not_)] = ""
    note: Annotated[str, Field(exclude_if=not_)] = ""
    customer: Annotated[ConcealedCustomer | None, Field(exclude_if=not_)] = None
    discounts: Annotated[tuple[Discount, ...], Field(exclude_if=not_)] = ()
    price_list: Annotated[str, Field(exclude_if=not_)] = ""
    approved_by: Annotated[str, Field(exclude_if=not_)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReady:
    """An order can be collected now; with `is_ready` false it was said too early, and is being made again."""

    order_id: str
    cashier: str
    is_ready: Annotated[bool, Field(exclude_if=bool)] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled:
    """An order will not be collected; what was paid for it is given back by a refund of its own."""

    order_id: str
    cashier: str
    reason: str
