"""The market's book: days planned or dropped by hand, what goes on around the stall, which products belong together."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, TypeAlias

from shared.events.market import (
    MarketDayDropped,
    MarketDayPlanned,
    ProductsLinked,
    SignalCancelled,
    SignalNoted,
    UsualDaysChanged,
)
from shared.ids import Sku

DAYS_KEPT: Final = 400
SIGNALS_KEPT: Final = 1_000
LINKS_KEPT: Final = 2_000

DayByHand: TypeAlias = MarketDayPlanned | MarketDayDropped
MarketEvent: TypeAlias = (
    MarketDayPlanned | MarketDayDropped | UsualDaysChanged | SignalNoted | SignalCancelled | ProductsLinked
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketBook:
    """What the ledger says of the market, bounded: the latest days and the signals that end last are kept.

    `usual` are the weekdays that somebody set here, `days` those that somebody planned or dropped by hand, `signals` those that were not taken back, by their id, `noted_at`
    when each was noted, `links` the products that the maker linked.
    """

    usual: UsualDaysChanged | None = None
    days: Mapping[date, DayByHand] = field(default_factory=dict)
    signals: Mapping[str, SignalNoted] = field(default_factory=dict)
    noted_at: Mapping[str, datetime] = field(default_factory=dict)
    links: Mapping[Sku, tuple[Sku, ...]] = field(default_factory=dict)

    def planned(self, day: date) -> MarketDayPlanned | None:
        """Return what somebody planned for a day by hand."""
        found = self.days.get(day)
        return found if isinstance(found, MarketDayPlanned) else None

    def is_dropped(self, day: date) -> bool:
        """Tell whether somebody dropped a day."""
        return isinstance(self.days.get(day), MarketDayDropped)


def with_event(book: MarketBook, event: MarketEvent, at: datetime) -> MarketBook:
    """Return the book after one more event, which was written at some time."""
    match event:
        case MarketDayPlanned() | MarketDayDropped():
            days = {**book.days, event.day: event}
            if len(days) > DAYS_KEPT:
                del days[min(days)]
            return replace(book, days=days)
        case UsualDaysChanged():
            return replace(book, usual=event if event.weekdays else None)
        case SignalNoted():
            signals = _with_signal(book.signals, event)
            noted_at = {**book.noted_at, event.signal_id: at}
            return replace(book, signals=signals, noted_at={key: noted_at[key] for key in signals})
        case SignalCancelled(signal_id=gone):
            signals = {key: one for key, one in book.signals.items() if key != gone}
            return replace(book, signals=signals, noted_at={key: book.noted_at[key] for key in signals})
        case ProductsLinked(sku=sku, relatives=relatives):
            others = {key: known for key, known in book.links.items() if key != sku}
            links = {**others, sku: relatives} if relatives else others
            return replace(book, links=dict([*links.items()][-LINKS_KEPT:]))


def _with_signal(signals: Mapping[str, SignalNoted], noted: SignalNoted) -> Mapping[str, SignalNoted]:
    others = {key: one for key, one in signals.items() if key != noted.signal_id}
    now = {**others, noted.signal_id: noted}
    if len(now) > SIGNALS_KEPT:
        del now[min(now, key=lambda key: now[key].last)]
    return now
