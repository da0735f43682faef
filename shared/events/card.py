"""What tills say of card terminals: each question to one is in the ledger before it is asked, so that none is asked twice."""

from dataclasses import dataclass
from enum import StrEnum
from operator import not_
from typing import Annotated

from pydantic import Field

from shared.events.amounts import Amount


class CardOutcome(StrEnum):
    """What became of a card payment; `UNKNOWN` is to be asked of the terminal, never to be tried again."""

    APPROVED = "approved"
    DECLINED = "declined"
    REVERSED = "reversed"
    UNKNOWN = "unknown"


class CardDirection(StrEnum):
    """Which way the money goes: taken for a sale, or back to the card, as a refund or by undoing the whole payment."""

    TAKE = "take"
    REFUND = "refund"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAsked:
    """A terminal is about to be asked for an amount (above zero), `about` a sale or a refund.

    One that gives money back names the question whose money it is (`of_attempt`), and what its terminal called that payment
    (`of_reference`); `approved_by` is the manager who allowed it, where one had to.
    """

    attempt_id: str
    about: str
    terminal: str
    amount_minor: Amount
    currency: str
    cashier: str
    direction: Annotated[CardDirection, Field(exclude_if=lambda way: way is CardDirection.TAKE)] = (
        CardDirection.TAKE
    )
    of_attempt: Annotated[str, Field(exclude_if=not_)] = ""
    of_reference: Annotated[str, Field(exclude_if=not_)] = ""
    approved_by: Annotated[str, Field(exclude_if=not_)] = ""

    @property
    def gives_back(self) -> bool:
        """Whether money goes to the card."""
        return self.direction is not CardDirection.TAKE


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAnswered:
    """What the terminal, or a person who looked at it, said became of it; `reference` is the terminal's own number for it.

    `APPROVED` says of a question that gives back that the money is on its way to the card. `why` is the terminal's word for
    why it did not do it, where it said one itself.
    """

    attempt_id: str
    outcome: CardOutcome
    reference: Annotated[str, Field(exclude_if=not_)] = ""
    said_by: Annotated[str, Field(exclude_if=not_)] = ""
    receipt_lines: Annotated[tuple[str, ...], Field(exclude_if=not_)] = ()
    why: Annotated[str, Field(exclude_if=not_)] = ""
