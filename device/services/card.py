"""Card payments on a terminal, and money back to cards: asked once, and in sight until a sale or a refund has it.

Each question is durable before the terminal is asked. Whatever the terminal says is durable before anybody is told. What it
does not say, it is asked again (what it booked last, never the money), and people may say what they see on it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar, assert_never

from device.domain.card_attempts import (
    Attempt,
    AttemptNotOpen,
    CardRefusal,
    NoSuchAttempt,
    NoTerminal,
    may_ask,
)
from device.domain.card_judgement import as_given_back, as_undone, judge_last
from device.domain.card_terminal import CannotTell, CardTerminal, TerminalAnswer
from device.domain.refund_refusals import RefundRefusal
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.stores import SettingsStore
from device.ports.terminal import PaymentTerminal
from device.ports.world import Randomness
from device.services.changes import Changes
from shared.entry import Entry
from shared.events.card import CardAnswered, CardAsked, CardDirection, CardOutcome
from shared.events.event import Event, read_event
from shared.host.end_tasks import end_tasks

log = logging.getLogger(__name__)

FIRST_PAUSE_S: Final = 2.0
LONGEST_PAUSE_S: Final = 60.0
WHYS_MAX: Final = 50
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPorts:
    """What the desk needs. `connect` returns the terminal of some settings; `pause` waits for seconds."""

    ledger: Ledger
    settings: SettingsStore
    randomness: Randomness
    changes: Changes
    currency: str
    connect: Callable[[CardTerminal], PaymentTerminal]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An attempt, how far the terminal is while it is asked (`progress`), and the word for why it said no."""

    attempt: Attempt
    under_way: bool
    progress: str
    why: str


class CardDesk:
    """The service behind `/api/card`; belongs to one event loop."""

    def __init__(self, ports: CardPorts) -> None:
        self._ports = ports
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._asked: dict[str, PaymentTerminal] = {}
        self._progress: dict[str, str] = {}
        self._why: dict[str, str] = {}
        self._asking = 0  # between a question's entry and its task, nobody may look for its answer

    async def ask(self, attempt_id: str, about: str, amount_minor: int, cashier: str) -> Told | CardRefusal:
        """Ask the terminal for an amount, and answer at once; the same id again answers how that stands."""
        terminal = self._ports.settings.current.card_terminal
        if terminal is None:
            return NoTerminal()
        asked = CardAsked(
            attempt_id=attempt_id, about=about, terminal=terminal.name, amount_minor=amount_minor,
            currency=self._ports.currency, cashier=cashier,
        )  # fmt: skip

        return await self._ask(attempt_id, terminal, lambda _: asked)

    async def give_back(
        self, attempt_id: str, question: Callable[[TillState], CardAsked | RefundRefusal]
    ) -> Told | CardRefusal | RefundRefusal:
        """Ask the terminal to give money back to a card, as `question` says it; the same id again answers how that stands."""
        terminal = self._ports.settings.current.card_terminal
        if terminal is None:
            return NoTerminal()
        return await self._ask(attempt_id, terminal, question)

    async def _ask(
        self, attempt_id: str, terminal: CardTerminal, question: Callable[[TillState], CardAsked | _R]
    ) -> Told | CardRefusal | _R:
        def decide(state: TillState) -> tuple[Event, ...] | Attempt | CardRefusal | _R:
            known = state.cards.find(attempt_id)
            if known is not None:
                return known
            asked = question(state)
            return (may_ask(state.cards, asked) or (asked,)) if isinstance(asked, CardAsked) else asked

        self._asking += 1
        try:
            answer: tuple[Entry, ...] | Attempt | CardRefusal | _R = await self._ports.ledger.append(decide)
            if isinstance(answer, tuple):
                asked = read_event(answer[-1])
                if not isinstance(asked, CardAsked):
                    raise AssertionError("what was appended just now is a question")  # noqa: TRY004 - our bug
                self._start(attempt_id, self._put(terminal, asked))
        finally:
            self._asking -= 1
        if isinstance(answer, Attempt):
            return self._told(answer)
        return (self.find(attempt_id) or NoSuchAttempt(attempt_id)) if isinstance(answer, tuple) else answer

    def find(self, attempt_id: str) -> Told | None:
        """Return how an attempt stands, or None if it is unknown or forgotten."""
        attempt = self._ports.ledger.state.cards.find(attempt_id)
        return self._told(attempt) if attempt else None

    @property
    def open(self) -> tuple[Told, ...]:
        """The attempts that somebody has to look at, oldest first."""
        return tuple(self._told(attempt) for attempt in self._ports.ledger.state.cards.open.values())

    def cancel(self, attempt_id: str) -> None:
        """Ask the terminal to break off; what came of it is told by the attempt."""
        terminal = self._asked.get(attempt_id)
        if terminal is not None:
            terminal.abort()

    async def say(self, attempt_id: str, *, paid: bool, who: str) -> Told | CardRefusal:
        """Record what a person saw on the terminal; only where the terminal itself has not said it."""
        if attempt_id in self._tasks or self._asking:
            return AttemptNotOpen(attempt_id, "the terminal is still at it")
        outcome = CardOutcome.APPROVED if paid else CardOutcome.DECLINED
        answered = CardAnswered(attempt_id=attempt_id, outcome=outcome, said_by=who)
        return await self._settle(
            answered, lambda attempt: "" if attempt.is_unclear else "the terminal has said it itself"
        )

    def undo(self, attempt_id: str) -> Told | CardRefusal:
        """Have the terminal undo a payment that no sale has used, and answer at once; what came of it is told by the attempt.

        From here on the payment is unclear in the ledger, so that no sale can take what is being given back.
        """
        terminal = self._ports.settings.current.card_terminal
        attempt = self._ports.ledger.state.cards.open.get(attempt_id)
        if terminal is None:
            return NoTerminal()
        if attempt is None:
            return NoSuchAttempt(attempt_id)
        if attempt.outcome is not CardOutcome.APPROVED or attempt.asked.gives_back:
            return AttemptNotOpen(attempt_id, "there is nothing to undo")
        if attempt.asked.terminal != terminal.name:
            return AttemptNotOpen(attempt_id, f"it was taken on the terminal “{attempt.asked.terminal}”")
        if attempt_id in self._tasks:
            return AttemptNotOpen(attempt_id, "the terminal is at it")
        self._start(attempt_id, self._reverse(terminal, attempt))
        return self.find(attempt_id) or NoSuchAttempt(attempt_id)

    async def check(self, terminal: CardTerminal) -> str:
        """Say hello to a terminal; return the word for why it cannot be spoken with, or ""."""
        return await self._ports.connect(terminal).check()

    async def run(self) -> None:
        """Ask terminals again, for as long as the till runs, what became of that which nobody knows."""
        pause_s = FIRST_PAUSE_S
        while True:
            settled = await self._look_once()
            pause_s = FIRST_PAUSE_S if settled else min(pause_s * 2, LONGEST_PAUSE_S)
            await self._ports.pause(pause_s * self._ports.randomness.jitter())

    async def close(self) -> None:
        """End what is under way; what became of it is asked at the next start."""
        await end_tasks(list(self._tasks.values()))

    async def _look_once(self) -> bool:
        """Look at the oldest unclear attempt that is not under way; tell whether it is settled now."""
        terminal = self._ports.settings.current.card_terminal
        if terminal is None or self._tasks or self._asking:
            return False
        waiting = [
            one for one in self._ports.ledger.state.cards.unclear if one.asked.terminal == terminal.name
        ]
        if not waiting:
            return True
        last = await self._ports.connect(terminal).last()
        if isinstance(last, CannotTell):
            self._remember_why(waiting[0].asked.attempt_id, last.why)
            return False
        answered = judge_last(self._ports.ledger.state.cards, waiting[0], last)
        if answered is None:
            return False
        await self._settle(answered, _if_unclear)
        return True

    def _start(self, attempt_id: str, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks[attempt_id] = task
        task.add_done_callback(lambda ended: self._ended(attempt_id, ended))

    def _ended(self, attempt_id: str, task: asyncio.Task[None]) -> None:
        self._tasks.pop(attempt_id, None)
        self._asked.pop(attempt_id, None)
        self._progress.pop(attempt_id, None)
        if not task.cancelled() and task.exception():
            log.error(
                "what became of a card payment was not recorded; it is asked again", exc_info=task.exception()
            )
        self._ports.changes.tell()

    async def _put(self, terminal: CardTerminal, asked: CardAsked) -> None:
        """Put a question to the terminal, and record what it says."""
        connected = self._ports.connect(terminal)
        self._asked[asked.attempt_id] = connected

        def tell(progress: str) -> None:
            if self._progress.get(asked.attempt_id) != progress:
                self._progress[asked.attempt_id] = progress
                self._ports.changes.tell()

        match asked.direction:
            case CardDirection.TAKE:
                answer = await connected.take(asked.amount_minor, tell)
            case CardDirection.REFUND:
                answer = await connected.refund(asked.amount_minor, tell)
            case CardDirection.REVERSAL:
                answer = as_given_back(await connected.reverse(asked.of_reference))
            case other:
                assert_never(other)
        await self._record(asked.attempt_id, answer)

    async def _reverse(self, terminal: CardTerminal, attempt: Attempt) -> None:
        key = attempt.asked.attempt_id
        set_apart = CardAnswered(attempt_id=key, outcome=CardOutcome.UNKNOWN)
        if not isinstance(await self._settle(set_apart, _if_approved), Told):
            return  # a sale was quicker
        answer = await self._ports.connect(terminal).reverse(attempt.reference)
        await self._record(key, as_undone(answer))

    async def _record(self, attempt_id: str, answer: TerminalAnswer) -> None:
        self._remember_why(attempt_id, answer.why)
        answered = CardAnswered(
            attempt_id=attempt_id, outcome=answer.outcome, reference=answer.reference,
            receipt_lines=tuple(answer.receipt_lines), why=answer.why,
        )  # fmt: skip
        await self._settle(answered, _if_unclear)

    async def _settle(self, answered: CardAnswered, fault: Callable[[Attempt], str]) -> Told | CardRefusal:
        """Append an answer, unless `fault` says in words why it comes too late."""
        key = answered.attempt_id

        def decide(state: TillState) -> tuple[Event, ...] | CardRefusal:
            attempt = state.cards.open.get(key)
            if attempt is None:
                return NoSuchAttempt(key)
            words = fault(attempt)
            return AttemptNotOpen(key, words) if words else (answered,)

        answer: tuple[Entry, ...] | CardRefusal = await self._ports.ledger.append(decide)
        if not isinstance(answer, tuple):
            return answer
        self._ports.changes.tell()
        return self.find(key) or NoSuchAttempt(key)

    def _remember_why(self, attempt_id: str, why: str) -> None:
        self._why[attempt_id] = why
        if len(self._why) > WHYS_MAX:
            del self._why[next(iter(self._why))]

    def _told(self, attempt: Attempt) -> Told:
        key = attempt.asked.attempt_id
        return Told(
            attempt=attempt,
            under_way=key in self._tasks,
            progress=self._progress.get(key, "wait"),
            why=self._why.get(key, attempt.why),
        )


def _if_unclear(attempt: Attempt) -> str:
    return "" if attempt.is_unclear else "it is settled already"


def _if_approved(attempt: Attempt) -> str:
    return "" if attempt.outcome is CardOutcome.APPROVED else "there is nothing to undo"
