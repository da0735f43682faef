"""The days on which stalls will sell, and what goes on around them, as their tills said it by hand.

A later word of the same till about the same day or signal takes the earlier one's place. Which day it is at a stall is
told by the clock offset that its word was written with. Usual weekdays are no words about a day, and stand at the till.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Final, TypeAlias

from cloud.domain.plain_text import TEXT_MAX, plain_text
from shared.entry import Entry
from shared.events.market import (
    MarketDayDropped,
    MarketDayPlanned,
    SignalCancelled,
    SignalNoted,
    SignalScope,
)

ID_MAX: Final = 80
SHOWN_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketDaySaid:
    """One word about a day: `opens` and `closes` as "09:00" on the stall's own clock, "" where nobody said."""

    source: str
    epoch: str
    seq: int
    at: str
    day: date
    is_dropped: bool = False
    place: str = ""
    opens: str = ""
    closes: str = ""
    visitors: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSaid:
    """One word about a signal; without `first` and `last` it was taken back. `last` is the last day on which it counts.

    `strength_milli` is in thousandths of a step, below zero for less than usual; `value` is a figure that was counted.
    """

    source: str
    epoch: str
    seq: int
    at: str
    signal_id: str
    first: date | None = None
    last: date | None = None
    kind: str = ""
    strength_milli: int = 0
    value: int = 0
    scope: str = SignalScope.EVERYTHING
    about: str = ""
    heard_from: str = ""


MarketWord: TypeAlias = MarketDaySaid | SignalSaid


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAhead:
    """A day that somebody at a stall planned or dropped, today's included."""

    source: str
    day: date
    is_dropped: bool
    place: str
    opens: str
    closes: str
    visitors: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalAhead:
    """A signal that counts today (`is_on`) or will; `about` names a product by its name where that is known."""

    source: str
    signal_id: str
    kind: str
    first: date
    last: date
    is_on: bool
    strength_milli: int
    value: int
    scope: str
    about: str
    heard_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketAhead:
    """Days, the next first, and signals, those that count today first."""

    days: tuple[DayAhead, ...]
    signals: tuple[SignalAhead, ...]


def market_word(
    entry: Entry, event: MarketDayPlanned | MarketDayDropped | SignalNoted | SignalCancelled
) -> MarketWord:
    """Return what an event says of a day or of a signal."""
    source, epoch, seq = entry.stream.source, entry.stream.epoch, entry.seq
    at = entry.at.isoformat(timespec="seconds")
    match event:
        case MarketDayPlanned():
            return MarketDaySaid(
                source=source, epoch=epoch, seq=seq, at=at, day=event.day, place=plain_text(event.place, TEXT_MAX),
                opens=_clock(event.opens), closes=_clock(event.closes), visitors=event.visitors,
                note=plain_text(event.note, TEXT_MAX),
            )  # fmt: skip
        case MarketDayDropped():
            return MarketDaySaid(source=source, epoch=epoch, seq=seq, at=at, day=event.day, is_dropped=True)
        case SignalCancelled():
            signal_id = plain_text(event.signal_id, ID_MAX)
            return SignalSaid(source=source, epoch=epoch, seq=seq, at=at, signal_id=signal_id)
        case SignalNoted():
            return SignalSaid(
                source=source, epoch=epoch, seq=seq, at=at, signal_id=plain_text(event.signal_id, ID_MAX),
                first=event.first, last=min(event.last, event.expires), kind=event.kind.value,
                strength_milli=event.strength_milli, value=event.value, scope=event.scope.value,
                about=plain_text(event.about, TEXT_MAX), heard_from=plain_text(event.source, TEXT_MAX),
            )  # fmt: skip


def look_ahead(words: Iterable[MarketWord], *, now: datetime) -> MarketAhead:
    """Return what lies ahead from `now` (with its zone) on, SHOWN_MAX of each at most; `words` in their order, oldest first."""
    newest = {_subject(word): word for word in words}
    days, signals = [], []
    for word in newest.values():
        today = _today_there(word.at, now)
        if isinstance(word, MarketDaySaid):
            if word.day >= today:
                days.append(_day(word))
        elif word.first is not None and word.last is not None and word.first <= word.last >= today:
            signals.append(_signal(word, word.first, word.last, today))
    days.sort(key=lambda one: (one.day, one.source))
    signals.sort(key=lambda one: (not one.is_on, one.first, one.source, one.signal_id))
    return MarketAhead(days=tuple(days[:SHOWN_MAX]), signals=tuple(signals[:SHOWN_MAX]))


def products_named(ahead: MarketAhead) -> frozenset[str]:
    """Return the products that signals are about."""
    return frozenset(one.about for one in ahead.signals if one.scope == SignalScope.PRODUCT)


def with_names(ahead: MarketAhead, names: Mapping[str, str]) -> MarketAhead:
    """Return the same with the products' names where they are known, else their numbers."""
    signals = tuple(
        replace(one, about=names.get(one.about, one.about)) if one.scope == SignalScope.PRODUCT else one
        for one in ahead.signals
    )
    return replace(ahead, signals=signals)


def _subject(word: MarketWord) -> tuple[str, date | str]:
    return (word.source, word.day if isinstance(word, MarketDaySaid) else word.signal_id)


def _today_there(at: str, now: datetime) -> date:
    return now.astimezone(datetime.fromisoformat(at).tzinfo or UTC).date()


def _clock(at: time | None) -> str:
    return "" if at is None else f"{at:%H:%M}"


def _day(word: MarketDaySaid) -> DayAhead:
    return DayAhead(source=word.source, day=word.day, is_dropped=word.is_dropped, place=word.place, opens=word.opens,
                    closes=word.closes, visitors=word.visitors, note=word.note)  # fmt: skip


def _signal(word: SignalSaid, first: date, last: date, today: date) -> SignalAhead:
    return SignalAhead(source=word.source, signal_id=word.signal_id, kind=word.kind, first=first, last=last,
                       is_on=first <= today, strength_milli=word.strength_milli, value=word.value, scope=word.scope,
                       about=word.about, heard_from=word.heard_from)  # fmt: skip
