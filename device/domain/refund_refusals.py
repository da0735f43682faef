"""Why something is not given back."""

from dataclasses import dataclass
from typing import TypeAlias

from device.domain.limits import ApprovalNeeded
from device.domain.pricing.cart import BadQuantity, UnknownProduct
from shared.events.sale import LineKind


@dataclass(frozen=True, slots=True)
class NothingAsked:
    """No line is to be given back, or far too many."""


@dataclass(frozen=True, slots=True)
class NoSuchReceipt:
    """This till has no such receipt, and the text is no other till's either."""

    text: str


@dataclass(frozen=True, slots=True)
class NotOurReceipt:
    """The receipt is of another business, or its proof is not that of the entry it names."""

    text: str


@dataclass(frozen=True, slots=True)
class NoSuchLine:
    """The receipt has no such line, or it is asked for twice."""

    line: int


@dataclass(frozen=True, slots=True)
class NotGivenBack:
    """A line of this kind is settled where vouchers and orders are kept, or was money taken off."""

    name: str
    kind: LineKind


@dataclass(frozen=True, slots=True)
class MoreThanSold:
    """More than is left of what was sold."""

    name: str
    left_milli: int


@dataclass(frozen=True, slots=True)
class TooLateToVoid:
    """Only a sale of the open cash session can be undone as a whole; afterwards it is given back."""


@dataclass(frozen=True, slots=True)
class VoidNotWhole:
    """Something of the sale was given back already, or a line of it cannot be."""


@dataclass(frozen=True, slots=True)
class NoReason:
    """Nobody said why."""


@dataclass(frozen=True, slots=True)
class NoVoucherNamed:
    """A refund to a voucher must name it, by a code that can be one."""


@dataclass(frozen=True, slots=True)
class VoucherNotHere:
    """Only a voucher that this till sold can be given more, and that does not come back itself; another till's is not known here."""

    code: str


@dataclass(frozen=True, slots=True)
class RefundTotalChanged:
    """Something else was given back in the meantime, so the amount is another one."""

    expected_minor: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class RefundIdReused:
    """Something else is recorded under this id."""

    refund_id: str


@dataclass(frozen=True, slots=True)
class CardBackOpen:
    """Money of this receipt went back to a card, or may have, and no refund has it: nothing more comes back before."""

    attempt_id: str
    amount_minor: int
    is_unclear: bool


@dataclass(frozen=True, slots=True)
class CardNotGiven:
    """A refund names a question to the terminal whose money it cannot have; `reason` is a clause for people."""

    attempt_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class NotPaidByCard:
    """So much was not paid with one card on a terminal, or that went back already."""

    amount_minor: int


RefundRefusal: TypeAlias = (
    NothingAsked
    | NoSuchReceipt
    | NotOurReceipt
    | NoSuchLine
    | NotGivenBack
    | MoreThanSold
    | TooLateToVoid
    | VoidNotWhole
    | NoReason
    | NoVoucherNamed
    | VoucherNotHere
    | RefundTotalChanged
    | RefundIdReused
    | CardBackOpen
    | CardNotGiven
    | NotPaidByCard
    | ApprovalNeeded
    | UnknownProduct
    | BadQuantity
)
