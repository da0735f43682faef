"""Refusals about the drawer, closings and refunds in words: what happened, that nothing is lost, and what to do."""

from typing import TypeAlias, assert_never

from device.domain.cash_moves import BadMove, MoveIdReused, MoveRefusal, NoOpenSession, NotThatMuch
from device.domain.closing import ClosingRefusal, NothingToClose
from device.domain.drawer import BadCount
from device.domain.explain import explain
from device.domain.explain_card import explain_card_back
from device.domain.explanation import Explanation
from device.domain.limits import ApprovalNeeded, LimitKind
from device.domain.opening import OpenAlready, OpeningRefusal
from device.domain.pricing.cart import BadQuantity, UnknownProduct
from device.domain.quantity_words import words_of_quantity
from device.domain.refund_refusals import (
    CardBackOpen,
    CardNotGiven,
    MoreThanSold,
    NoReason,
    NoSuchLine,
    NoSuchReceipt,
    NotGivenBack,
    NothingAsked,
    NotOurReceipt,
    NotPaidByCard,
    NoVoucherNamed,
    RefundIdReused,
    RefundRefusal,
    RefundTotalChanged,
    TooLateToVoid,
    VoidNotWhole,
    VoucherNotHere,
)
from shared.money import format_minor

CashRefusal: TypeAlias = RefundRefusal | MoveRefusal | OpeningRefusal | ClosingRefusal

_LIMITS = {
    LimitKind.REFUND: "{asked} of one receipt is more than {limit}, which a cashier may give back alone.",
    LimitKind.OTHER_TILL_RECEIPT: "This receipt is from another till. {asked} for it is more than {limit}, which a cashier "
    "may give back alone.",
    LimitKind.OTHER_TILL_SESSION: "With {asked} for other tills' receipts this day goes beyond {limit}, which a cashier may "
    "give back alone.",
    LimitKind.CASH_OUT: "{asked} is more than {limit}, which a cashier may take out alone.",
}


def explain_cash(refusal: CashRefusal, currency: str) -> Explanation:  # noqa: PLR0911 - one for each refusal
    """Put a refusal into words."""
    match refusal:
        case NothingToClose() | UnknownProduct():
            return explain(refusal, currency)
        case ApprovalNeeded():
            return _explain_limit(refusal, currency)
        case BadCount(words=words):
            return Explanation("bad-count", f"{words}. Nothing was recorded.", "Count again, then try again.")
        case OpenAlready(float_minor=float_minor):
            held = f"{format_minor(float_minor, currency)} {currency}"
            return Explanation(
                "open-already", f"The day is open already, with a float of {held}.",
                "To add money, put it in as change. To count anew, close the day first.",
            )  # fmt: skip
        case BadMove() | NotThatMuch() | NoOpenSession() | MoveIdReused():
            return _explain_move(refusal, currency)
        case CardBackOpen() | CardNotGiven() | NotPaidByCard():
            return explain_card_back(refusal, currency)
        case _:
            return _explain_refund(refusal, currency)


def _explain_limit(refusal: ApprovalNeeded, currency: str) -> Explanation:
    asked, limit = (
        f"{format_minor(minor, currency)} {currency}" for minor in (refusal.asked_minor, refusal.limit_minor)
    )
    return Explanation(
        "approval-needed", _LIMITS[refusal.kind].format(asked=asked, limit=limit), "Have a manager allow it."
    )


def _explain_move(
    refusal: BadMove | NotThatMuch | NoOpenSession | MoveIdReused, currency: str
) -> Explanation:
    match refusal:
        case BadMove(words=words):
            return Explanation("bad-move", f"{words}. Nothing was moved.", "Correct it, then try again.")
        case NotThatMuch(drawer_minor=drawer_minor):
            held = f"{format_minor(drawer_minor, currency)} {currency}"
            return Explanation(
                "not-that-much", f"Only {held} should be in the drawer. Nothing was moved.",
                "Take out less. If there is more, close the day: the difference is shown then.",
            )  # fmt: skip
        case NoOpenSession():
            return Explanation(
                "no-open-session", "No day is open, so there is no drawer to move money in.",
                "Open the day with a count, or sell first.",
            )  # fmt: skip
        case MoveIdReused():
            return Explanation(
                "move-id-reused", "This move is recorded already, with another amount or reason. It stays as it is.",
                "Look at what the drawer should hold, then move the difference.",
            )  # fmt: skip
        case other:
            assert_never(other)


_PLAIN = {
    NothingAsked: Explanation("nothing-asked", "Nothing is chosen to give back.", "Choose what came back."),
    NotOurReceipt: Explanation(
        "not-our-receipt", "This receipt is not from one of our tills, or it was changed.",
        "Look at the receipt again. Type its number if the code is damaged.",
    ),
    TooLateToVoid: Explanation(
        "too-late-to-void", "The day of this sale is closed, so it cannot be undone any more.", "Give it back instead."
    ),
    VoidNotWhole: Explanation(
        "void-not-whole", "Something of this sale was given back already, or cannot be.", "Give back what is left of it."
    ),
    NoReason: Explanation("no-reason", "Nobody said why. Nothing was given back.", "Choose a reason, or type one."),
    NoVoucherNamed: Explanation(
        "no-voucher", "This is no voucher's code. Nothing was given back.",
        "Scan it again, or leave it empty: a new voucher is then issued.",
    ),
}  # fmt: skip


def _explain_refund(refusal: RefundRefusal, currency: str) -> Explanation:
    plain = _PLAIN.get(type(refusal))
    if plain is not None:
        return plain
    match refusal:
        case NoSuchReceipt(text=text):
            return Explanation(
                "no-such-receipt", f"This till has no sale with the receipt “{text[:40]}”.",
                "Scan the code on the receipt, or type its number as it stands there.",
            )  # fmt: skip
        case VoucherNotHere(code=code):
            return Explanation(
                "voucher-not-here", f"Nothing can be added to the voucher {code} here: this till did not sell it, or it comes back itself.",
                "Leave the code empty: a new voucher is then issued.",
            )  # fmt: skip
        case RefundIdReused(refund_id=refund_id):
            return Explanation(
                "refund-id-reused", f"{refund_id} is recorded already, as something else. It stays as it is.",
                "Look the receipt up again and give it back anew.",
            )  # fmt: skip
        case RefundTotalChanged(expected_minor=expected, total_minor=total):
            return Explanation(
                "total-changed",
                f"It comes to {format_minor(total, currency)} {currency}, not {format_minor(expected, currency)} {currency}: "
                "something was given back in between. Nothing was given back now.",
                "Look the receipt up again.",
            )
        case _:
            return _explain_line(refusal)


def _explain_line(refusal: RefundRefusal) -> Explanation:
    match refusal:
        case NoSuchLine(line=line):
            return Explanation(
                "no-such-line", f"The receipt has no line {line + 1}, or it was chosen twice. Nothing was given back.",
                "Look the receipt up again.",
            )  # fmt: skip
        case NotGivenBack(name=name, kind=kind):
            return Explanation(
                "not-given-back", f"“{name}” ({kind.value}) is not given back here. Nothing was given back.",
                "A voucher with which something was paid is used up, not given back; a deposit that an order's balance took off comes "
                "back with the goods.",
            )  # fmt: skip
        case MoreThanSold(name=name, left_milli=left_milli):
            return Explanation(
                "more-than-sold",
                f"{words_of_quantity(left_milli)} of “{name}” are left to give back. Nothing was given back.",
                "Choose fewer.",
            )
        case BadQuantity(quantity_milli=quantity_milli):
            return Explanation(
                "bad-quantity",
                f"{words_of_quantity(quantity_milli)} cannot be given back.",
                "Choose one or more.",
            )
        case _:
            raise AssertionError(f"{type(refusal).__name__} has no words")
