"""What became of a question to a card terminal: by its answer or, where nobody heard that, by what it booked last."""

import contextlib
from dataclasses import replace
from datetime import timedelta

from device.domain.card_attempts import Attempt, CardBook
from device.domain.card_terminal import Booked, Last, TerminalAnswer
from device.domain.zvt.words import NO_NUMBER, UNDONE_BEFORE
from shared.events.card import CardAnswered, CardDirection, CardOutcome

CLOCKS_DIFFER = timedelta(minutes=90)
"""A terminal's clock may stand an hour off twice a year."""


def judge_last(book: CardBook, attempt: Attempt, last: Last) -> CardAnswered | None:
    """Say what became of an unclear attempt by what the terminal booked last, or None if that does not tell.

    A booking that the ledger knows was somebody else's: then this one was never booked, unless the other was asked for later, as
    may be where a payment was to be undone. One that it does not know, of the very amount and from about then, is this one,
    unless it may be one whose number nobody read off the terminal. Anything else is for a person to say, who looks at the
    terminal.
    """
    asked = attempt.asked
    if not isinstance(last, Booked) or not last.reference:
        return None
    known = book.booked.find(last.reference)
    if asked.direction is CardDirection.REVERSAL:
        return _judge_reversal(book, attempt, last, known)
    if known is not None and known != asked.attempt_id:
        is_hidden = _is_later(book, known, attempt)
        return None if is_hidden else CardAnswered(attempt_id=asked.attempt_id, outcome=CardOutcome.DECLINED)
    if known is None and not _may_be(book, attempt, last):
        return None
    if (
        attempt.reference and attempt.reference != last.reference
    ):  # it was booked, and this is the slip of its undoing
        return CardAnswered(attempt_id=asked.attempt_id, outcome=CardOutcome.REVERSED)
    return CardAnswered(attempt_id=asked.attempt_id, outcome=CardOutcome.APPROVED, reference=last.reference)


def _judge_reversal(book: CardBook, attempt: Attempt, last: Booked, known: str | None) -> CardAnswered | None:
    """Say whether a whole payment was undone: it was not while it is still the last, and was if an older one is now the last.

    Some terminals book the undoing as one more of the same amount, others show what stands.
    """
    asked = attempt.asked
    if known == asked.of_attempt:
        return CardAnswered(attempt_id=asked.attempt_id, outcome=CardOutcome.DECLINED)
    if known is None:
        if not _may_be(book, attempt, last):
            return None
        return CardAnswered(
            attempt_id=asked.attempt_id, outcome=CardOutcome.APPROVED, reference=last.reference
        )
    before, paid = book.find(known), book.find(asked.of_attempt)
    if before is None or paid is None or before.seq > paid.seq:
        return None
    return CardAnswered(attempt_id=asked.attempt_id, outcome=CardOutcome.APPROVED)


def _is_later(book: CardBook, known: str, attempt: Attempt) -> bool:
    """Whether a booking was asked for after an attempt: it hides whatever the terminal booked before."""
    other = book.find(known)
    return other is not None and other.seq > attempt.seq


def _may_be(book: CardBook, attempt: Attempt, last: Booked) -> bool:
    """Whether a booking that the ledger does not know is of this amount and time, and no other's."""
    amount_minor = attempt.asked.amount_minor
    return (
        last.amount_minor == amount_minor
        and _is_of_then(last, attempt)
        and not _may_be_told_of(book, amount_minor)
    )


def _is_of_then(last: Booked, attempt: Attempt) -> bool:
    """Whether a booking is from about when it was asked for: before this till came, others may have used the terminal."""
    if last.at is None:
        return True
    month, day, hour, minute = last.at
    for year in (
        attempt.at.year,
        attempt.at.year + 1,
    ):  # a payment of New Year's Eve may be booked in the new year
        with contextlib.suppress(ValueError):
            booked = attempt.at.replace(year=year, month=month, day=day, hour=hour, minute=minute)
            if abs(booked - attempt.at) <= CLOCKS_DIFFER:
                return True
    return False


def _may_be_told_of(book: CardBook, amount_minor: int) -> bool:
    """Whether people settled an attempt of this amount without the terminal's number for it."""
    told = (*book.open.values(), *book.ended.items().values())
    return any(one.said_by and not one.reference and one.asked.amount_minor == amount_minor for one in told)


def as_given_back(answer: TerminalAnswer) -> TerminalAnswer:
    """Return what came of undoing a payment as what came of giving it back; one that was undone before is back, once."""
    if answer.outcome is CardOutcome.REVERSED or answer.why == UNDONE_BEFORE:
        return replace(answer, outcome=CardOutcome.APPROVED, why="")
    return answer


def as_undone(answer: TerminalAnswer) -> TerminalAnswer:
    """Return what came of undoing a payment that no sale has used: it stands where the terminal refused.

    One that was undone by hand is undone. Of one without a number only people know: they look at the terminal, and say.
    """
    if answer.why == UNDONE_BEFORE:
        return replace(answer, outcome=CardOutcome.REVERSED, why="")
    if answer.why == NO_NUMBER:
        return replace(answer, outcome=CardOutcome.UNKNOWN)
    stands = answer.outcome is CardOutcome.DECLINED
    return replace(answer, outcome=CardOutcome.APPROVED) if stands else answer
