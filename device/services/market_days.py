"""The stall's days: planned, dropped, and what was sold on those that are over."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from device.domain.market.holidays import Holiday, holidays_on
from device.domain.market.noting import BadMarketDay, DayDetails, plan_day
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.world import Clock
from device.services.stall_calendar import StallCalendar, UsualDays
from shared.events.market import MarketDayDropped, MarketDayPlanned, UsualDaysChanged

WEEKS_AHEAD = 6
PAST_SHOWN = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketDay:
    """A day ahead: whether the stall sells on it, whether its weekday is a usual one, and what is known of it."""

    day: date
    is_open: bool
    is_usual: bool
    opens: time
    planned: MarketDayPlanned | None
    holidays: tuple[Holiday, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDay:
    """A day that is over, or sells: pieces of how many products were sold, and how many ran out before its end."""

    day: date
    place: str
    visitors: int
    sold_milli: int
    products: int
    ran_out: int


class MarketDays:
    """The service behind `/api/market-days`."""

    def __init__(self, *, ledger: Ledger, calendar: StallCalendar, clock: Clock, country: str) -> None:
        self._ledger = ledger
        self._calendar = calendar
        self._clock = clock
        self._country = country

    def ahead(self) -> tuple[MarketDay, ...]:
        """Return every day of this week and the next ones, Mondays first, from today on."""
        calendar, today = self._calendar.now(), self._clock.now().date()
        count = 7 * WEEKS_AHEAD - today.weekday()
        return tuple(
            MarketDay(
                day=day,
                is_open=calendar.is_open(day),
                is_usual=day.weekday() in calendar.weekdays,
                opens=calendar.opens(day),
                planned=calendar.book.planned(day),
                holidays=holidays_on(day, self._country),
            )
            for day in (today + timedelta(days=days) for days in range(count))
        )

    def past(self) -> tuple[PastDay, ...]:
        """Return the last days on which something was sold, the newest first."""
        state = self._ledger.state
        book = state.market
        days = reversed(state.days[-PAST_SHOWN:])
        found = []
        for one in days:
            sold = [milli for milli in one.sold_milli.items().values() if milli > 0]
            planned = book.planned(one.business_date)
            found.append(PastDay(
                day=one.business_date, place=planned.place if planned else "", visitors=planned.visitors if planned else 0,
                sold_milli=sum(sold), products=len(sold), ran_out=len(one.ran_out),
            ))  # fmt: skip
        return tuple(found)

    async def plan(self, day: date, details: DayDetails, *, cashier: str) -> MarketDayPlanned | BadMarketDay:
        """Plan a day, durable before this answers; the same again changes nothing."""
        planned = plan_day(day, details, today=self._clock.now().date(), cashier=cashier)
        if isinstance(planned, BadMarketDay):
            return planned

        def decide(state: TillState) -> tuple[MarketDayPlanned, ...]:
            return () if state.market.days.get(day) == planned else (planned,)

        await self._ledger.append(decide)
        return planned

    @property
    def usual(self) -> UsualDays:
        """The usual weekdays, when the stall opens on them, and who says so."""
        return self._calendar.usual()

    async def set_usual(self, weekdays: frozenset[int], opens: time | None, *, cashier: str) -> None:
        """Set the usual weekdays, durable before this answers; with none of them the sales tell."""
        said = UsualDaysChanged(weekdays=tuple(sorted(weekdays)), opens=opens, cashier=cashier)

        def decide(state: TillState) -> tuple[UsualDaysChanged, ...]:
            known = state.market.usual
            same = (
                (known.weekdays, known.opens) == (said.weekdays, said.opens) if known else not said.weekdays
            )
            return () if same else (said,)

        await self._ledger.append(decide)

    async def drop(self, day: date, *, cashier: str) -> None:
        """Drop a day, durable before this answers; one that is dropped already stays so."""

        def decide(state: TillState) -> tuple[MarketDayDropped, ...]:
            return () if state.market.is_dropped(day) else (MarketDayDropped(day=day, cashier=cashier),)

        await self._ledger.append(decide)
