"""How much a cashier may do alone; beyond it a manager has to allow it."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Amounts in minor units; up to them a cashier needs nobody.

    Attributes:
        refund_minor: given back of one receipt.
        other_till_receipt_minor, other_till_session_minor: given back for another till's receipts, of which this till cannot
            know what was sold: for one receipt, and in one cash session.
        cash_out_minor: taken out of the drawer at once.
    """

    refund_minor: int = 10_000
    other_till_receipt_minor: int = 5_000
    other_till_session_minor: int = 20_000
    cash_out_minor: int = 20_000


class LimitKind(StrEnum):
    """What a limit is about."""

    REFUND = "refund"
    OTHER_TILL_RECEIPT = "other-till-receipt"
    OTHER_TILL_SESSION = "other-till-session"
    CASH_OUT = "cash-out"


@dataclass(frozen=True, slots=True)
class ApprovalNeeded:
    """It goes beyond what a cashier may do alone."""

    kind: LimitKind
    limit_minor: int
    asked_minor: int
