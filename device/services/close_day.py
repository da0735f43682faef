"""Close the business day: the Z report goes into the ledger."""

from device.domain.closing import NothingToClose, close_session
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from shared.entry import Entry
from shared.events.cash import CashSessionClosed
from shared.events.event import read_event


class CloseDay:
    """The service behind `POST /api/close-day`."""

    def __init__(self, *, ledger: Ledger) -> None:
        self._ledger = ledger

    def preview(self, cashier: str) -> CashSessionClosed | NothingToClose:
        """Return what the report would say now, as if the cash were right (the X report); nothing is written."""
        state = self._ledger.state
        expected = state.open_session.drawer_minor if state.open_session else 0
        return close_session(state, cashier=cashier, cash_counted_minor=expected)

    async def close(self, cashier: str, cash_counted_minor: int) -> CashSessionClosed | NothingToClose:
        """Close the open cash session, durable before this answers."""

        def decide(state: TillState) -> tuple[CashSessionClosed] | NothingToClose:
            closed = close_session(state, cashier=cashier, cash_counted_minor=cash_counted_minor)
            return closed if isinstance(closed, NothingToClose) else (closed,)

        answer: tuple[Entry, ...] | NothingToClose = await self._ledger.append(decide)
        if isinstance(answer, NothingToClose):
            return answer
        closed = read_event(answer[0])
        if not isinstance(closed, CashSessionClosed):
            raise AssertionError("a closing was appended just now")  # noqa: TRY004 - our bug
        return closed
