"""The refusals about card terminals in words: what happened, that no money moved, and what to do."""

from typing import assert_never

from device.domain.card_attempts import (
    AttemptNotOpen,
    BadCardAmount,
    CardNotTaken,
    CardRefusal,
    NoSuchAttempt,
    NoTerminal,
    TerminalUnclear,
    TooManyOpen,
)
from device.domain.card_terminal import BadTerminal
from device.domain.explanation import Explanation, sentence_of
from device.domain.refund_refusals import CardBackOpen, CardNotGiven, NotPaidByCard
from shared.money import format_minor


def explain_terminal(bad: BadTerminal) -> Explanation:
    """Put what is wrong with a terminal's settings into words."""
    return Explanation(
        "bad-terminal",
        f"{sentence_of(bad.reason)} Nothing was changed.",
        "Correct it and try again.",
    )


def explain_card(refusal: CardRefusal, currency: str) -> Explanation:  # noqa: PLR0911 - one for each refusal
    """Put a refusal into words."""
    match refusal:
        case TerminalUnclear(amount_minor=amount):
            return Explanation(
                "card-unclear",
                f"The terminal is still at, or was asked and did not answer for, {format_minor(amount, currency)} {currency}. "
                "It was not asked again.",
                "Look at the terminal and say what became of that, or take this payment in another way.",
            )
        case NoTerminal():
            return Explanation(
                "no-terminal",
                "No card terminal is set up here.",
                "Set one up in the menu, or use a separate reader.",
            )
        case BadCardAmount(amount_minor=amount):
            return Explanation(
                "bad-card-amount",
                f"{format_minor(amount, currency)} {currency} cannot be taken by card. Nothing was asked.",
                "Type an amount above zero.",
            )
        case TooManyOpen(count=count):
            return Explanation(
                "cards-open",
                f"{count} card payments belong to no sale. Nothing more was asked.",
                "Sell what they were for, or give them back, on the page “Card payments”.",
            )
        case NoSuchAttempt():
            return Explanation(
                "no-card-payment",
                "There is no such card payment here any more.",
                "Look at the list of card payments.",
            )
        case AttemptNotOpen(reason=reason):
            return Explanation(
                "card-settled",
                f"{sentence_of(reason)} Nothing was changed.",
                "Look at the list of card payments.",
            )
        case CardNotTaken(reason=reason):
            return Explanation(
                "card-not-taken",
                f"The card payment does not pay for this sale: {reason}. Nothing was sold.",
                "Look at the terminal, then take the payment again.",
            )
        case other:
            assert_never(other)


def explain_card_back(refusal: CardBackOpen | CardNotGiven | NotPaidByCard, currency: str) -> Explanation:
    """Put why nothing more goes back to a card, or for its receipt, into words."""
    match refusal:
        case CardBackOpen(amount_minor=amount, is_unclear=True):
            return Explanation(
                "card-unclear",
                f"Nobody knows yet whether {format_minor(amount, currency)} {currency} of this receipt went back to the card. "
                "Nothing more was given back.",
                "Look at the terminal and say what became of that, on the page “Card payments”.",
            )
        case CardBackOpen(amount_minor=amount):
            return Explanation(
                "card-back-open",
                f"{format_minor(amount, currency)} {currency} of this receipt went back to the card and have no refund yet. "
                "Nothing more was given back.",
                "Open the receipt on the page “Refund”, choose what they were for, and finish that first.",
            )
        case CardNotGiven(reason=reason):
            return Explanation(
                "card-not-given",
                f"What went back to the card does not fit this refund: {reason}. Nothing was recorded.",
                "Choose what came back so that it is the amount that the card got.",
            )
        case NotPaidByCard(amount_minor=amount):
            return Explanation(
                "not-paid-by-card",
                f"{format_minor(amount, currency)} {currency} of this receipt were not paid with a card on the terminal, or went "
                "back already. The terminal was not asked.",
                "Give less back to the card, or give it back in another way.",
            )
        case other:
            assert_never(other)
