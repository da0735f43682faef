"""The market calendar in force: the usual weekdays from wherever they are said, with the days set by hand."""

from dataclasses import dataclass
from datetime import time
from enum import Enum

from device.domain.market.calendar import MarketCalendar
from device.domain.sales_history import days_over
from device.ports.ledger import Ledger
from device.ports.stores import DocumentStore

RECENT_DAYS = 28
USUAL_OPENING = time(9)


class UsualSource(Enum):
    """Who says which weekdays are usual; the first of these that says any counts."""

    FROM_AFAR = "afar"
    """The cloud's settings."""
    HERE = "here"
    """Somebody at this till."""
    CONFIGURED = "configured"
    LEARNED = "learned"
    """Nobody: they are those on which the stall has lately sold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualDays:
    """The usual weekdays (Monday 0 to Sunday 6), when the stall opens on them, and who says so."""

    weekdays: frozenset[int]
    opens: time
    source: UsualSource


class StallCalendar:
    """Puts the usual weekdays and the days that were set by hand together."""

    def __init__(
        self, *, ledger: Ledger, documents: DocumentStore, configured: MarketCalendar | None
    ) -> None:
        self._ledger = ledger
        self._documents = documents
        self._configured = configured

    def now(self) -> MarketCalendar:
        """Return the calendar as it is now."""
        usual = self.usual()
        return MarketCalendar(weekdays=usual.weekdays, opens_at=usual.opens, book=self._ledger.state.market)

    def usual(self) -> UsualDays:
        """Return the usual weekdays. When the stall opens may be said here also where the weekdays come from afar."""
        state = self._ledger.state
        here, from_afar = state.market.usual, self._documents.current.settings().market_weekdays
        opens = here.opens if here is not None and here.opens is not None else self._usual_opening
        if from_afar:
            weekdays = frozenset(from_afar) & frozenset(range(7))
            return UsualDays(weekdays=weekdays, opens=opens, source=UsualSource.FROM_AFAR)
        if here is not None:
            return UsualDays(weekdays=frozenset(here.weekdays), opens=opens, source=UsualSource.HERE)
        if self._configured is not None:
            return UsualDays(weekdays=self._configured.weekdays, opens=opens, source=UsualSource.CONFIGURED)
        lately = days_over(state)[-RECENT_DAYS:]
        weekdays = frozenset(day.business_date.weekday() for day in lately)
        return UsualDays(weekdays=weekdays, opens=opens, source=UsualSource.LEARNED)

    @property
    def _usual_opening(self) -> time:
        return USUAL_OPENING if self._configured is None else self._configured.opens_at
