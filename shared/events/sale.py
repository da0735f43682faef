"""What tills say of sales: what was sold, at which discount, how it was paid, and what was given back.

A sale adds up like this, in minor units (`shared/verify` checks it with a reader of its own):

- a line's `total_minor` is its price times its quantity, rounded half up, less its `discount_minor`;
- `discount_minor` over all lines is `amount_minor` over all `discounts`;
- `vat` has one line per rate, over the lines' totals; `total_minor` is the sum of its gross amounts. Where `vat_added`,
  the lines are net and the tax comes on top; otherwise the lines are gross and contain it;
- the payments' `amount_minor` add up to `total_minor + tip_minor + rounding_minor`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import not_
from typing import Annotated

from pydantic import Field

from shared.events.amounts import Amount, PickupNumber
from shared.ids import Epoch, ParcelId, SaleId, Sku, SourceId
from shared.vat import VatLine


class PaymentMethod(StrEnum):
    """How a customer paid."""

    CASH = "cash"
    CARD = "card"
    VOUCHER = "voucher"


class LineKind(StrEnum):
    """What a line of a receipt is about; only goods move stock.

    A voucher may later buy anything, so its sale bears no tax (a multi-purpose voucher: Directive 2006/112/EC, article
    30b). A deposit is taxed when it is paid, at the rates of what was ordered (article 65); the balance's receipt takes it
    off again with lines whose quantity is below zero.
    """

    GOODS = "goods"
    VOUCHER = "voucher"
    DEPOSIT = "deposit"
    DEPOSIT_USED = "deposit-used"


DEPOSIT_SKU = Sku("order.deposit")
"""What stands for goods on the lines of deposits, and of refunds of them, which say no kind."""


class DiscountKind(StrEnum):
    """How a discount was said: a sum, or a share in basis points."""

    AMOUNT = "amount"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePart:
    """What goes out of stock for one piece of a bundle."""

    sku: Sku
    quantity_milli: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLine:
    """One line of a sale; name and category as they were when it was sold.

    `reference` is the voucher's or the order's id where `kind` is about one. `parts` of a bundle move stock in its place.
    """

    sku: Sku
    name: str
    category: str
    quantity_milli: Amount
    unit_price_minor: Amount
    total_minor: Amount
    vat_rate_bp: int
    discount_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    kind: Annotated[LineKind, Field(exclude_if=lambda kind: kind is LineKind.GOODS)] = LineKind.GOODS
    reference: Annotated[str, Field(exclude_if=not_)] = ""
    note: Annotated[str, Field(exclude_if=not_)] = ""
    parts: Annotated[tuple[BundlePart, ...], Field(exclude_if=not_)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """Why a sale cost less: `value` as it was said (minor units or basis points), `amount_minor` what came of it.

    `line` is the place of the line it was given on, counted from 0; None is the whole cart, shared out over its lines.
    `code` is the coupon's that it was given for, `once` whether that one is good once.
    """

    kind: DiscountKind
    value: Amount
    amount_minor: Amount
    reason: str
    line: int | None = None
    code: Annotated[str, Field(exclude_if=not_)] = ""
    once: Annotated[bool, Field(exclude_if=not_)] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignCash:
    """Notes of another currency: `rate_micro` is the value of one unit of it in millionths of a unit of the till's own."""

    currency: str
    tendered_minor: Amount
    rate_micro: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment: `amount_minor` counts towards the sale, `tendered_minor - change_minor == amount_minor`.

    `reference` names the voucher, or the card payment as its terminal does; `attempt_id` is the question (`CardAsked`) that
    the till itself asked the terminal. Change is always in the till's own currency.
    """

    method: PaymentMethod
    amount_minor: int
    tendered_minor: int
    change_minor: int
    reference: Annotated[str, Field(exclude_if=not_)] = ""
    foreign: Annotated[ForeignCash | None, Field(exclude_if=not_)] = None
    attempt_id: Annotated[str, Field(exclude_if=not_)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupPromise:
    """A parcel promised at a hub. `sealed` holds the secret for the hub's key alone (HPKE, RFC 9180; base64).

    `size` (S, M or L) is the compartment that somebody chose for it; empty: the hub judges by the pieces.
    """

    parcel_id: ParcelId
    hub: SourceId
    number: PickupNumber
    sealed: str
    size: Annotated[str, Field(exclude_if=not_)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcealedCustomer:
    """A customer's own words as a box whose key only the till has (AES-256-GCM; base64): it can be forgotten."""

    customer_id: str
    box: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOpened:
    """The first entry of every chain."""

    currency: str
    software: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRecorded:
    """A sale was paid. Totals are gross; `vat` holds one line per rate; `receipt_number` has no gaps in its epoch.

    `kept` says that it was made on a phone while its till was away, at the prices that the phone knew.
    `catalogue_version` is that of the catalogue from the cloud by which it was priced, `price_list` the list's name where
    it was not the usual one. `rounding_minor` is what paying in coins added or took. `approved_by` names the manager who
    allowed what the cashier may not. `order_id` is the order that it pays for.
    """

    sale_id: SaleId
    receipt_number: Amount
    session_id: str
    business_date: date
    cashier: str
    currency: str
    lines: tuple[SaleLine, ...]
    total_minor: Amount
    vat: tuple[VatLine, ...]
    payments: tuple[Payment, ...]
    pickup: PickupPromise | None = None
    customer: Annotated[ConcealedCustomer | None, Field(exclude_if=not_)] = None
    kept: Annotated[bool, Field(exclude_if=not_)] = False
    catalogue_version: Annotated[Amount, Field(exclude_if=not_)] = 0
    discounts: Annotated[tuple[Discount, ...], Field(exclude_if=not_)] = ()
    tip_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    rounding_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    vat_added: Annotated[bool, Field(exclude_if=not_)] = False
    price_list: Annotated[str, Field(exclude_if=not_)] = ""
    order_id: Annotated[str, Field(exclude_if=not_)] = ""
    approved_by: Annotated[str, Field(exclude_if=not_)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalReceipt:
    """The receipt that something is given back from, which another till may have written; no `sale_id` where it is not known.

    A number that somebody typed does not say which till it is from: then `source` is empty. The proof in a receipt's QR
    code names the entry and not the number: then `receipt_number` is 0 and `seq` the entry.
    """

    source: SourceId
    epoch: Epoch
    receipt_number: Amount
    sale_id: Annotated[str, Field(exclude_if=not_)] = ""
    seq: Annotated[Amount, Field(exclude_if=not_)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLine:
    """What was given back of a line; all amounts are what the customer gets, so none is below zero.

    `line` is its place on the original receipt, counted from 0; `to_stock` says whether it can be sold again.
    `reference` is the id of a gift voucher that was taken back unused: nothing is on it any more.
    """

    line: int
    sku: Sku
    name: str
    category: str
    quantity_milli: Amount
    total_minor: Amount
    vat_rate_bp: int
    to_stock: bool
    parts: Annotated[tuple[BundlePart, ...], Field(exclude_if=not_)] = ()
    reference: Annotated[str, Field(exclude_if=not_)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRefunded:
    """Money was given back. It has a receipt of its own, numbered with the sales; amounts are what the customer gets.

    `void` says that the whole sale was undone at once, in its own cash session, because it was rung up wrongly: only then
    its tip goes back too, and the `coupons` that it was given discounts for are good again. `vat_added` is the original's. The
    payments' amounts add up to `total_minor + tip_minor + rounding_minor`.
    """

    refund_id: str
    receipt_number: Amount
    session_id: str
    business_date: date
    cashier: str
    currency: str
    original: OriginalReceipt
    lines: tuple[RefundLine, ...]
    total_minor: Amount
    vat: tuple[VatLine, ...]
    payments: tuple[Payment, ...]
    reason: str
    void: Annotated[bool, Field(exclude_if=not_)] = False
    tip_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    rounding_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    vat_added: Annotated[bool, Field(exclude_if=not_)] = False
    approved_by: Annotated[str, Field(exclude_if=not_)] = ""
    coupons: Annotated[tuple[Discount, ...], Field(exclude_if=not_)] = ()
