"""Refusals about buying in, in words."""

from typing import assert_never

from device.domain.explanation import Explanation, sentence_of
from device.domain.purchasing.draft import Hold
from device.domain.purchasing.refusals import (
    BadPurchase,
    DraftChanged,
    DraftHeld,
    NothingToOrder,
    PurchaseDone,
    PurchaseRefusal,
    TooManyPurchases,
    UnknownPurchase,
    UnknownSupplier,
)
from shared.money import format_minor


def explain_purchasing(refusal: PurchaseRefusal, currency: str) -> Explanation:  # noqa: PLR0911 - one for each
    """Put a refusal into words."""
    match refusal:
        case BadPurchase(reason=reason):
            said = f"{sentence_of(reason)} Nothing was changed."
            return Explanation("bad-purchase", said, "Correct it, then try again.")
        case UnknownSupplier():
            return Explanation(
                "unknown-supplier",
                "There is no such supplier. Nothing was changed.",
                "Look at the list again.",
            )
        case UnknownPurchase():
            return Explanation(
                "unknown-purchase", "There is no such order any more. Nothing was changed.",
                "Look at the list of orders again.",
            )  # fmt: skip
        case NothingToOrder():
            return Explanation(
                "nothing-to-order", "Nothing has to be ordered there any more. No order went out.",
                "Look at the drafts again.",
            )  # fmt: skip
        case DraftChanged(total_minor=total):
            return Explanation(
                "draft-changed",
                f"What is needed has changed: the order now costs {format_minor(total, currency)} {currency}. No order went out.",
                "Look at it again, then approve it.",
            )
        case DraftHeld():
            return _held(refusal, currency)
        case TooManyPurchases(count=count):
            return Explanation(
                "too-many-purchases", f"{count} orders are open already. No order went out.",
                "Book what came, or close orders of which nothing more will come.",
            )  # fmt: skip
        case PurchaseDone(number=number, why=why):
            return Explanation(
                "purchase-done", f"Order {number} {why}. Nothing was changed.", "Look at it again."
            )
        case other:
            assert_never(other)


def _held(refusal: DraftHeld, currency: str) -> Explanation:
    short = f"{format_minor(refusal.short_minor, currency)} {currency}"
    if refusal.hold is Hold.CASH:
        return Explanation(
            "draft-held", f"The cash for goods lacks {short}. No order went out.",
            "Mark orders that are paid, or raise the cash for goods under What to make, Workshop.",
        )  # fmt: skip
    return Explanation(
        "draft-held", f"The supplier's smallest order is {short} more. No order went out.",
        "Take more packs, or wait until more is needed.",
    )  # fmt: skip
