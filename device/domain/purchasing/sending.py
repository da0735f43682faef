"""Where the sending of an order stands, and when it is tried again: all of it follows from the ledger."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.events.purchase import OrderChannel, PurchaseOrderSendingStarted, PurchaseOrderSent, SendOutcome

TRIES_MAX: Final = 8
PAUSE_FIRST: Final = timedelta(minutes=1)
PAUSE_MAX: Final = timedelta(hours=2)


class SendState(StrEnum):
    """`UNCLEAR`: it may have arrived; somebody has to say. `GIVEN_UP`: nobody tries any more until somebody asks."""

    WAITING = "waiting"
    SENT = "sent"
    UNCLEAR = "unclear"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """`tries` failed since somebody last asked; `last_at` is when something last became of it, `words` what."""

    state: SendState = SendState.WAITING
    tries: int = 0
    channel: OrderChannel | None = None
    last_at: datetime | None = None
    words: str = ""

    def due_at(self, *, jitter: float) -> datetime | None:
        """Return when to try next: each pause is twice the last, times a factor near one. None: at once."""
        if self.last_at is None or not self.tries:
            return None
        return self.last_at + min(PAUSE_MAX, PAUSE_FIRST * (1 << (self.tries - 1))) * jitter


def with_started(sending: Sending, started: PurchaseOrderSendingStarted, at: datetime) -> Sending:
    """Return it after an attempt began: unclear until its outcome stands in the ledger too."""
    return replace(sending, state=SendState.UNCLEAR, channel=started.channel, last_at=at, words="")


def with_sent(sending: Sending, sent: PurchaseOrderSent, at: datetime) -> Sending:
    """Return it after an attempt ended."""
    after = replace(sending, channel=sent.channel, last_at=at, words=sent.words)
    match sent.outcome:
        case SendOutcome.SENT:
            return replace(after, state=SendState.SENT)
        case SendOutcome.UNCLEAR:
            return replace(after, state=SendState.UNCLEAR)
        case SendOutcome.REFUSED:
            return replace(after, state=SendState.GIVEN_UP, tries=sending.tries + 1)
        case SendOutcome.AGAIN:
            return replace(after, state=SendState.WAITING, tries=0)
        case SendOutcome.FAILED:
            tries = sending.tries + 1
            state = SendState.GIVEN_UP if tries >= TRIES_MAX else SendState.WAITING
            return replace(after, state=state, tries=tries)
