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


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAsked:
    """A terminal is about to be asked to take (above zero) or give back (below) an amount for a sale or a refund."""

    attempt_id: str
    about: str
    terminal: str
    amount_minor: Amount
    currency: str
    cashier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAnswered:
    """What the terminal, or a person who looked at it, said became of it; `reference` is the terminal's own number for it."""

    attempt_id: str
    outcome: CardOutcome
    reference: Annotated[str, Field(exclude_if=not_)] = ""
    said_by: Annotated[str, Field(exclude_if=not_)] = ""
    receipt_lines: Annotated[tuple[str, ...], Field(exclude_if=not_)] = ()
