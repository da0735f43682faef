"""The market's book and what baskets taught, written down and read again: part of the cache of the till's state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from pydantic import TypeAdapter

from device.domain.growing import GrowingMap
from device.domain.market.baskets import Baskets
from device.domain.market.book import DayByHand, MarketBook
from device.domain.snapshot_fields import Fields, counts_of, read_by_sku, read_counts
from shared.entry import Json
from shared.events.event import event_body, event_kind, read_body
from shared.events.market import MarketDayDropped, MarketDayPlanned, SignalNoted, UsualDaysChanged
from shared.ids import Sku

_SIGNALS: Final = TypeAdapter(tuple[SignalNoted, ...])
_USUAL: Final = TypeAdapter(UsualDaysChanged | None)


def dump_market(book: MarketBook) -> dict[str, Json]:
    """Return the book as JSON."""
    return {
        "usual": cast("Json", _USUAL.dump_python(book.usual, mode="json")),
        "days": [[event_kind(day), cast("Json", event_body(day))] for day in book.days.values()],
        "signals": cast("Json", _SIGNALS.dump_python((*book.signals.values(),), mode="json")),
        "noted_at": {key: at.isoformat() for key, at in book.noted_at.items()},
        "links": {sku: [*relatives] for sku, relatives in book.links.items()},
    }


def load_market(fields: Fields) -> MarketBook:
    """Read what `dump_market` wrote; raises KeyError, TypeError or ValueError for anything else."""
    days = [_day(kind, body) for kind, body in cast("list[tuple[str, Any]]", fields["days"])]
    signals = _SIGNALS.validate_python(cast("list[Any]", fields["signals"]))
    noted_at = cast("Mapping[str, str]", fields["noted_at"])
    links = cast("Mapping[str, list[str]]", fields["links"])
    return MarketBook(
        usual=_USUAL.validate_python(fields["usual"]),
        days={day.day: day for day in days},
        signals={one.signal_id: one for one in signals},
        noted_at={key: datetime.fromisoformat(at) for key, at in noted_at.items()},
        links={Sku(sku): tuple(map(Sku, relatives)) for sku, relatives in links.items()},
    )


def dump_baskets(baskets: Baskets) -> dict[str, Json]:
    """Return what baskets taught as JSON."""
    return {"sold_in": counts_of(baskets.sold_in.items()), "together": dict(baskets.together.items())}


def load_baskets(fields: Fields) -> Baskets:
    """Read what `dump_baskets` wrote; raises KeyError, TypeError or ValueError for anything else."""
    together = read_counts(fields, "together")
    return Baskets(sold_in=read_by_sku(fields, "sold_in"), together=GrowingMap(together), pairs=len(together))


def _day(kind: str, body: Any) -> DayByHand:
    event = read_body(kind, body)
    if not isinstance(event, MarketDayPlanned | MarketDayDropped):
        raise ValueError(f"{kind} is no day")  # noqa: TRY004 - damage of a cache, not of an argument
    return event
