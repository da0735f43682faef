"""The market calendar in force: weekdays from afar, from the configuration or learned, with the days set by hand."""

from device.domain.market.calendar import MarketCalendar
from device.domain.sales_history import days_over
from device.ports.ledger import Ledger
from device.ports.stores import DocumentStore

RECENT_DAYS = 28


class StallCalendar:
    """The usual weekdays are those set from afar, else `configured`, else those on which the stall has lately sold."""

    def __init__(
        self, *, ledger: Ledger, documents: DocumentStore, configured: MarketCalendar | None
    ) -> None:
        self._ledger = ledger
        self._documents = documents
        self._configured = configured

    def now(self) -> MarketCalendar:
        """Return the calendar as it is now."""
        state = self._ledger.state
        from_afar = self._documents.current.settings().market_weekdays
        if from_afar:
            return MarketCalendar(weekdays=frozenset(from_afar) & frozenset(range(7)), book=state.market)
        if self._configured is not None:
            configured = self._configured
            return MarketCalendar(
                weekdays=configured.weekdays, opens_at=configured.opens_at, book=state.market
            )
        lately = days_over(state)[-RECENT_DAYS:]
        return MarketCalendar(
            weekdays=frozenset(day.business_date.weekday() for day in lately), book=state.market
        )
