"""The cash drawer through a day: opened with a float, money put in and taken out, reported on, closed, looked up again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from device.domain.cash_moves import CashMove, MoveRefusal, move_cash, same_move
from device.domain.closing import (
    ClosingRefusal,
    ClosingReport,
    Count,
    NothingToClose,
    close_counted,
    report_so_far,
)
from device.domain.closings import ClosingMark
from device.domain.limits import Limits
from device.domain.opening import OpeningRefusal, open_counted
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.world import Clock, Randomness
from shared.entry import Entry, parse_entry
from shared.events.cash import CashMoved, CashSessionClosed, CashSessionOpened, Coins
from shared.events.event import Event, read_event

E = TypeVar("E", CashSessionOpened, CashMoved, CashSessionClosed)


@dataclass(frozen=True, slots=True)
class NumberedMark:
    """A past closing with its number."""

    number: int
    mark: ClosingMark


class Cash:
    """The service behind `/api/cash` and `/api/closings`."""

    def __init__(
        self, *, ledger: Ledger, clock: Clock, randomness: Randomness, limits: Callable[[], Limits]
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._randomness = randomness
        self._limits = limits

    @property
    def limits(self) -> Limits:
        """What a cashier may do alone now."""
        return self._limits()

    async def open(
        self, cashier: str, float_minor: int, counted: tuple[Coins, ...]
    ) -> CashSessionOpened | OpeningRefusal:
        """Open a cash session with a counted float, durable before this answers."""
        at, session_id = self._clock.now(), self._randomness.new_id()

        def decide(state: TillState) -> tuple[Event, ...] | OpeningRefusal:
            opened = open_counted(state, session_id=session_id, at=at, cashier=cashier, float_minor=float_minor,
                                  counted=counted)  # fmt: skip
            return (opened,) if isinstance(opened, CashSessionOpened) else opened

        answer: tuple[Entry, ...] | OpeningRefusal = await self._ledger.append(decide)
        return event_in(answer[0], CashSessionOpened) if isinstance(answer, tuple) else answer

    async def move(self, move: CashMove) -> CashMoved | MoveRefusal:
        """Record money that came in or went out, durable before this answers; the same move again is answered as it was."""
        limits = self._limits()

        def decide(state: TillState) -> tuple[Event, ...] | int | MoveRefusal:
            known_seq = state.move_seqs.find(move.move_id)
            if known_seq is not None:
                return known_seq
            moved = move_cash(state, move, limits)
            return (moved,) if isinstance(moved, CashMoved) else moved

        answer: tuple[Entry, ...] | int | MoveRefusal = await self._ledger.append(decide)
        if isinstance(answer, int):
            return same_move(event_in(self._read(answer), CashMoved), move)
        return event_in(answer[0], CashMoved) if isinstance(answer, tuple) else answer

    def report(self, cashier: str) -> ClosingReport | NothingToClose:
        """Return the X report: what has been sold so far; nothing is written."""
        closed = report_so_far(self._ledger.state, cashier=cashier)
        if isinstance(closed, NothingToClose):
            return closed
        return self._report(closed, self._clock.now(), is_final=False)

    async def close(self, cashier: str, count: Count) -> ClosingReport | ClosingRefusal:
        """Close the open cash session, durable before this answers."""

        def decide(state: TillState) -> tuple[Event, ...] | ClosingRefusal:
            closed = close_counted(state, cashier=cashier, count=count)
            return (closed,) if isinstance(closed, CashSessionClosed) else closed

        answer: tuple[Entry, ...] | ClosingRefusal = await self._ledger.append(decide)
        if not isinstance(answer, tuple):
            return answer
        return self._report(event_in(answer[0], CashSessionClosed), answer[0].at, is_final=True)

    def closings(self, *, before: int, limit: int) -> tuple[NumberedMark, ...]:
        """Return closings with smaller numbers than `before`, newest first; 0 begins with the last one."""
        marks = self._ledger.state.closings
        newest = min(before - 1, len(marks)) if before else len(marks)
        numbers = range(newest, max(0, newest - limit), -1)
        return tuple(NumberedMark(number, marks[number - 1]) for number in numbers)

    def closing(self, number: int) -> ClosingReport | None:
        """Return a Z report by its number, or None; reads the disk."""
        marks = self._ledger.state.closings
        if not 1 <= number <= len(marks):
            return None
        entry = self._read(marks[number - 1].seq)
        closed = event_in(entry, CashSessionClosed)
        return self._report(replace(closed, number=number), entry.at, is_final=True)

    def _report(self, closed: CashSessionClosed, at: datetime, *, is_final: bool) -> ClosingReport:
        stream = self._ledger.stream
        return ClosingReport(till=stream.source, epoch=stream.epoch, at=at, currency=self._ledger.state.currency,
                             closed=closed, is_final=is_final)  # fmt: skip

    def _read(self, seq: int) -> Entry:
        return parse_entry(self._ledger.read_lines(seq, seq)[0])


def event_in(entry: Entry, kind: type[E]) -> E:
    """Return what an entry says, which must be an event of this kind."""
    event = read_event(entry)
    if not isinstance(event, kind):
        raise AssertionError(f"entry {entry.seq} is no {kind.__name__}")  # noqa: TRY004 - our bug
    return event
