"""What tills say of the cash drawer and the business day: opened, money moved, closed."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import not_
from typing import Annotated

from pydantic import Field

from shared.events.amounts import Amount
from shared.events.sale import PaymentMethod
from shared.vat import VatLine


class CashReason(StrEnum):
    """Why cash came into the drawer or left it other than by a sale."""

    CHANGE = "change"
    SAFE = "safe"
    EXPENSE = "expense"
    PRIVATE = "private"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coins:
    """How many pieces of one note or coin were counted."""

    value_minor: Amount
    pieces: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignDrawer:
    """What should lie in the drawer of another currency, and what was counted, in its own minor units."""

    currency: str
    expected_minor: Amount
    counted_minor: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodTotal:
    """What was taken by one method less what was given back; `counted_minor` is what somebody counted or read off."""

    method: PaymentMethod
    expected_minor: Amount
    counted_minor: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTotal:
    """A row of a closing report: a product (by sku), a cashier (by name) or an hour (`00` to `23`); refunds are taken off."""

    key: str
    name: str
    quantity_milli: Amount
    total_minor: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class CashSessionOpened:
    """A business day began: it is a cash session, not a date; the date is a label for people."""

    session_id: str
    business_date: date
    cashier: str
    float_minor: int
    counted: Annotated[tuple[Coins, ...], Field(exclude_if=not_)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMoved:
    """Cash was put into the drawer (above zero) or taken out of it (below); `note` is the cashier's word about it."""

    move_id: str
    session_id: str
    cashier: str
    change_minor: Amount
    reason: CashReason
    note: str
    approved_by: Annotated[str, Field(exclude_if=not_)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CashSessionClosed:
    """A business day ended: its totals (the Z report) and the head of the ledger before this entry.

    `total_minor` and `vat` are of the sales alone; `refund_minor` and `refund_vat` of what was given back. The expected cash
    is the float, the cash taken less the cash given back, and what was moved; notes of other currencies are not in it, the
    change that was given for them is. `tip_minor` and `rounding_minor` are net of what was given back. Closings are
    numbered without gaps in their epoch; those of older versions bear no number and count all the same. `left_minor` stays
    in the drawer for the next session.
    """

    session_id: str
    business_date: date
    cashier: str
    sales: int
    total_minor: int
    vat: tuple[VatLine, ...]
    cash_expected_minor: int
    cash_counted_minor: int
    head_seq: int
    head_hash: str
    counted: Annotated[tuple[Coins, ...], Field(exclude_if=not_)] = ()
    foreign: Annotated[tuple[ForeignDrawer, ...], Field(exclude_if=not_)] = ()
    methods: Annotated[tuple[MethodTotal, ...], Field(exclude_if=not_)] = ()
    refunds: Annotated[Amount, Field(exclude_if=not_)] = 0
    refund_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    refund_vat: Annotated[tuple[VatLine, ...], Field(exclude_if=not_)] = ()
    moved_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    tip_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    rounding_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    discount_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    products: Annotated[tuple[NamedTotal, ...], Field(exclude_if=not_)] = ()
    cashiers: Annotated[tuple[NamedTotal, ...], Field(exclude_if=not_)] = ()
    hours: Annotated[tuple[NamedTotal, ...], Field(exclude_if=not_)] = ()
    number: Annotated[Amount, Field(exclude_if=not_)] = 0
    left_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
