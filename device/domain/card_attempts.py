"""Questions to a card terminal, as the ledger has them: each stands there before it is asked, so that none is asked twice.

A question without a clear answer stays open until the terminal, or a person who looked at it, says what became of it. Money
that a terminal took or gave back stays in sight until a sale or a refund has it, or the terminal has undone it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from device.domain.growing import GrowingMap, RecentMap
from shared.entry import Entry
from shared.events.card import CardAnswered, CardAsked, CardOutcome
from shared.events.sale import Payment, PaymentMethod, SaleRecorded, SaleRefunded

OPEN_MAX = 20
_SETTLED = frozenset({CardOutcome.DECLINED, CardOutcome.REVERSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A question to a terminal; `outcome` None while nothing has come back, `why` its word for why not."""

    asked: CardAsked
    seq: int
    at: datetime
    outcome: CardOutcome | None = None
    reference: str = ""
    said_by: str = ""
    receipt_lines: tuple[str, ...] = ()
    why: str = ""

    @property
    def is_unclear(self) -> bool:
        """Whether nobody knows yet whether money was taken, or given back."""
        return self.outcome in {None, CardOutcome.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardBook:
    """The attempts that still matter, oldest first, and how the others ended.

    `open` are unclear ones, and approved ones that no sale or refund has used. `ended` are the newest of the others,
    `booked` the newest references that the terminals gave, each with its attempt. `back_minor` is what went back to cards, or
    may have, of each payment.
    """

    open: Mapping[str, Attempt] = field(default_factory=dict)
    ended: RecentMap[str, Attempt] = field(default_factory=RecentMap)
    booked: RecentMap[str, str] = field(default_factory=RecentMap)
    back_minor: GrowingMap[str, int] = field(default_factory=GrowingMap)

    def find(self, attempt_id: str) -> Attempt | None:
        """Return an attempt, open or ended, or None if it is unknown or forgotten."""
        return self.open.get(attempt_id) or self.ended.find(attempt_id)

    @property
    def unclear(self) -> tuple[Attempt, ...]:
        """The attempts of which nobody knows what became of them."""
        return tuple(attempt for attempt in self.open.values() if attempt.is_unclear)


def with_asked(book: CardBook, entry: Entry, asked: CardAsked) -> CardBook:
    """Return the book after a question."""
    attempt = Attempt(asked=asked, seq=entry.seq, at=entry.at)
    book = replace(book, open={**book.open, asked.attempt_id: attempt})
    return _with_back(book, asked, asked.amount_minor) if asked.gives_back else book


def with_answered(book: CardBook, answered: CardAnswered) -> CardBook:
    """Return the book after an answer; one to a question that is not open changes nothing."""
    attempt = book.open.get(answered.attempt_id)
    if attempt is None:
        return book
    attempt = replace(
        attempt,
        outcome=answered.outcome,
        reference=answered.reference or attempt.reference,
        said_by=answered.said_by,
        receipt_lines=answered.receipt_lines or attempt.receipt_lines,
        why=answered.why,
    )
    if answered.reference and answered.reference != attempt.asked.of_reference:
        book = replace(book, booked=book.booked.with_item(answered.reference, answered.attempt_id))
    if answered.outcome in _SETTLED:
        asked = attempt.asked
        book = _with_back(book, asked, -asked.amount_minor) if asked.gives_back else book
        return _ended(book, attempt)
    return replace(book, open={**book.open, answered.attempt_id: attempt})


def with_sale(book: CardBook, sale: SaleRecorded) -> CardBook:
    """Return the book after a sale: what paid for it is used."""
    return _used(book, sale.payments)


def with_refund(book: CardBook, refund: SaleRefunded) -> CardBook:
    """Return the book after a refund: what went to the card for it has its receipt."""
    return _used(book, refund.payments)


def _used(book: CardBook, payments: Iterable[Payment]) -> CardBook:
    for paid in payments:
        attempt = book.open.get(paid.attempt_id) if paid.attempt_id else None
        if attempt is not None:
            book = _ended(book, attempt)
    return book


def _with_back(book: CardBook, asked: CardAsked, amount_minor: int) -> CardBook:
    back_minor = book.back_minor.get(asked.of_attempt, 0) + amount_minor
    return replace(book, back_minor=book.back_minor.with_item(asked.of_attempt, back_minor))


def _ended(book: CardBook, attempt: Attempt) -> CardBook:
    key = attempt.asked.attempt_id
    still_open = {name: one for name, one in book.open.items() if name != key}
    return replace(book, open=still_open, ended=book.ended.with_item(key, attempt))


@dataclass(frozen=True, slots=True)
class TerminalUnclear:
    """An earlier question is not settled: no other is asked before somebody knows what became of it."""

    attempt_id: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class NoTerminal:
    """No card terminal is set up here."""


@dataclass(frozen=True, slots=True)
class BadCardAmount:
    """An amount that no terminal is asked for."""

    amount_minor: int


@dataclass(frozen=True, slots=True)
class TooManyOpen:
    """So much card money belongs to no sale that somebody has to look first."""

    count: int


@dataclass(frozen=True, slots=True)
class NoSuchAttempt:
    """Nothing of that id was asked, or it was settled long ago."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class AttemptNotOpen:
    """It is settled already, or still under way; `reason` says so in words."""

    attempt_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class CardNotTaken:
    """A sale says that it was paid by a question whose money it cannot have; `reason` is a clause for people."""

    attempt_id: str
    reason: str


CardRefusal: TypeAlias = (
    TerminalUnclear | NoTerminal | BadCardAmount | TooManyOpen | NoSuchAttempt | AttemptNotOpen | CardNotTaken
)


def may_ask(book: CardBook, asked: CardAsked) -> Attempt | CardRefusal | None:
    """Return the attempt that stands already under this id, or why it may not be asked, or None if it may be."""
    known = book.find(asked.attempt_id)
    if known is not None:
        return known
    if asked.amount_minor <= 0:
        return BadCardAmount(asked.amount_minor)
    for attempt in book.unclear:
        if attempt.asked.terminal == asked.terminal:
            return TerminalUnclear(attempt.asked.attempt_id, attempt.asked.amount_minor)
    return TooManyOpen(len(book.open)) if len(book.open) >= OPEN_MAX else None


def refuse_card(book: CardBook, sale: SaleRecorded) -> CardNotTaken | None:
    """Return why a sale cannot have the card money that it names, or None if it can."""
    named = [paid for paid in sale.payments if paid.method is PaymentMethod.CARD and paid.attempt_id]
    if len({paid.attempt_id for paid in named}) < len(named):
        return CardNotTaken(named[0].attempt_id, "the same card payment is named twice")
    for paid in named:
        attempt = book.open.get(paid.attempt_id)
        if attempt is None:
            ended = book.ended.find(paid.attempt_id)
            return CardNotTaken(
                paid.attempt_id,
                "it has paid another sale, or came to nothing" if ended else "nobody asked for it",
            )
        if attempt.asked.gives_back:
            return CardNotTaken(paid.attempt_id, "it went back to a card")
        if attempt.outcome is not CardOutcome.APPROVED:
            return CardNotTaken(paid.attempt_id, "the terminal has not said that it was paid")
        if attempt.asked.amount_minor != paid.amount_minor:
            return CardNotTaken(paid.attempt_id, "it took another amount")
    return None
