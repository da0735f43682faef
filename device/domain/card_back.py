"""Money that goes back to the card that paid: how the terminal is asked for it, and that a refund has it once.

A whole payment is undone on the terminal that took it, on its day, while its receipt number is known (a reversal); anything
else is a refund, for which the card is held to it again. No more goes back than the card paid, and while money of a receipt
is on its way, no other refund of that receipt is recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from device.domain.card_attempts import Attempt, CardBook
from device.domain.refund import PricedRefund
from device.domain.refund_refusals import CardBackOpen, CardNotGiven
from device.domain.zvt.reference import receipt_number_of
from device.domain.zvt.words import is_final_no
from shared.events.card import CardDirection, CardOutcome
from shared.events.sale import Payment, PaymentMethod, SaleRecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class CardBackDue:
    """What a terminal is to be asked to give back, of which payment's money."""

    of_attempt: str
    of_reference: str
    amount_minor: int
    direction: CardDirection


def open_of(book: CardBook, sale: SaleRecorded) -> tuple[Attempt, ...]:
    """Return the questions that gave back, or may have, money of a sale that no refund has yet."""
    paid_by = {paid.attempt_id for paid in sale.payments if paid.attempt_id}
    return tuple(
        one for one in book.open.values() if one.asked.gives_back and one.asked.of_attempt in paid_by
    )


def due_on_terminal(
    book: CardBook, sale: SaleRecorded, priced: PricedRefund, *, terminal: str, now: datetime
) -> tuple[CardBackDue, ...]:
    """Return what a refund still has to ask the terminal for; nothing where the card did not pay so much on one."""
    if not terminal:
        return ()
    left = {
        paid.attempt_id: paid.amount_minor - book.back_minor.get(paid.attempt_id, 0)
        for paid in sale.payments
        if paid.attempt_id
    }
    due = []
    for back in priced.payments:
        if back.method is not PaymentMethod.CARD or back.attempt_id or back.amount_minor <= 0:
            continue
        paid = _payment_with(sale.payments, left, back.amount_minor)
        if paid is None:
            return ()
        left[paid.attempt_id] -= back.amount_minor
        due.append(
            CardBackDue(of_attempt=paid.attempt_id, of_reference=paid.reference, amount_minor=back.amount_minor,
                        direction=_direction(book, paid, back.amount_minor, terminal, now))
        )  # fmt: skip
    return tuple(due)


def with_card_money(
    book: CardBook, sale: SaleRecorded | None, priced: PricedRefund, attempts: Sequence[str]
) -> PricedRefund | CardBackOpen | CardNotGiven:
    """Return the refund with what the terminal has given back in the place of its card payments, or why it is not so."""
    still_open = {one.asked.attempt_id: one for one in open_of(book, sale)} if sale else {}
    for key, one in still_open.items():
        if one.is_unclear or key not in attempts:
            return CardBackOpen(key, one.asked.amount_minor, one.is_unclear)
    payments = list(priced.payments)
    for key in attempts:
        attempt = still_open.get(key)
        if attempt is None or attempt.outcome is not CardOutcome.APPROVED:
            return CardNotGiven(key, "it is not of this receipt, or has its refund already")
        place = _place_of(payments, attempt.asked.amount_minor)
        if place is None:
            return CardNotGiven(key, "it gave back another amount")
        payments[place] = replace(payments[place], attempt_id=key, reference=attempt.reference)
    return replace(priced, payments=tuple(payments))


def approver_of(book: CardBook, attempts: Sequence[str]) -> str:
    """Return who allowed that this money goes back: what went back with a manager's word needs no second one. "" for nobody."""
    found = [book.open.get(key) for key in attempts]
    names = {one.asked.approved_by if one else "" for one in found}
    return "" if "" in names else min(names, default="")


def _payment_with(payments: Sequence[Payment], left: dict[str, int], amount_minor: int) -> Payment | None:
    """Return a payment on a terminal of which so much is left; rather one of this very amount."""
    enough = [paid for paid in payments if paid.attempt_id and left[paid.attempt_id] >= amount_minor]
    return next((paid for paid in enough if paid.amount_minor == amount_minor), enough[0] if enough else None)


def _direction(
    book: CardBook, paid: Payment, amount_minor: int, terminal: str, now: datetime
) -> CardDirection:
    attempt = book.ended.find(paid.attempt_id)
    is_whole = paid.amount_minor == amount_minor and book.back_minor.get(paid.attempt_id, 0) == 0
    if attempt is None or not is_whole or receipt_number_of(paid.reference) is None:
        return CardDirection.REFUND
    is_of_today = now.astimezone(attempt.at.tzinfo).date() == attempt.at.date()
    if attempt.asked.terminal != terminal or not is_of_today or _was_refused(book, paid.attempt_id):
        return CardDirection.REFUND
    return CardDirection.REVERSAL


def _was_refused(book: CardBook, of_attempt: str) -> bool:
    """Whether the terminal itself has said that it cannot undo this payment, as after its end of day."""
    return any(
        one.asked.of_attempt == of_attempt
        and one.asked.direction is CardDirection.REVERSAL
        and is_final_no(one.why)
        for one in book.ended.items().values()
    )


def _place_of(payments: Sequence[Payment], amount_minor: int) -> int | None:
    return next(
        (
            place
            for place, paid in enumerate(payments)
            if paid.method is PaymentMethod.CARD and not paid.attempt_id and paid.amount_minor == amount_minor
        ),
        None,
    )
