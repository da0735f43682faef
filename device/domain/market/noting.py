"""What may be said of market days and signals: checked once, whoever says it, by hand, file or machine."""

from dataclasses import dataclass
from datetime import date, time
from typing import Final, TypeAlias

from device.domain.catalogue import Catalogue
from device.domain.market.strength import MILLI, STEPS_MAX
from shared.events.market import MarketDayPlanned, SignalKind, SignalNoted, SignalScope
from shared.ids import Sku

DAYS_AWAY_MAX: Final = 400
SIGNAL_DAYS_MAX: Final = 92
PLACE_MAX: Final = 80
NOTE_MAX: Final = 200
VALUE_MAX: Final = 10**9
VISITORS_MAX: Final = 10**7
RELATIVES_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class BadMarketDay:
    """What was said of a day cannot stand; `field` is what is wrong, `reason` says why."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class BadSignal:
    """What was said of a signal cannot stand; `field` is what is wrong, `reason` says why."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnknownSignal:
    """No signal of this id counts any more."""

    signal_id: str


@dataclass(frozen=True, slots=True)
class BadLink:
    """Products cannot be linked like this; `reason` says why."""

    reason: str


MarketRefusal: TypeAlias = BadMarketDay | BadSignal | UnknownSignal | BadLink


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDetails:
    """What is known of a planned day besides that it is one."""

    place: str = ""
    opens: time | None = None
    closes: time | None = None
    visitors: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalWish:
    """A signal as somebody says it: `steps` or a `value` or both; without `expires` it counts until its last day."""

    signal_id: str
    kind: SignalKind
    first: date
    last: date
    steps: float = 0.0
    value: int = 0
    scope: SignalScope = SignalScope.EVERYTHING
    about: str = ""
    source: str = ""
    expires: date | None = None


def plan_day(day: date, details: DayDetails, *, today: date, cashier: str) -> MarketDayPlanned | BadMarketDay:
    """Plan a day, or say why not."""
    place, note = details.place.strip(), details.note.strip()
    if abs((day - today).days) > DAYS_AWAY_MAX:
        return BadMarketDay("day", f"{day} is more than a year away")
    if len(place) > PLACE_MAX or not _is_line(place):
        return BadMarketDay("place", f"the place may have {PLACE_MAX} letters, on one line")
    if len(note) > NOTE_MAX or not _is_line(note):
        return BadMarketDay("note", f"the note may have {NOTE_MAX} letters, on one line")
    if not 0 <= details.visitors <= VISITORS_MAX:
        return BadMarketDay("visitors", f"the visitors must be a number from 0 to {VISITORS_MAX:,}")
    if details.opens is not None and details.opens == details.closes:
        return BadMarketDay("closes", "the day closes when it opens")
    return MarketDayPlanned(day=day, cashier=cashier, place=place, opens=details.opens, closes=details.closes,
                            visitors=details.visitors, note=note)  # fmt: skip


def note_signal(
    wish: SignalWish, catalogue: Catalogue, *, today: date, cashier: str
) -> SignalNoted | BadSignal:
    """Note a signal, or say why not."""
    fault = _fault_of_days(wish, today) or _fault_of_strength(wish) or _fault_of_subject(wish, catalogue)
    if fault is not None:
        return fault
    about = "" if wish.scope is SignalScope.EVERYTHING else wish.about.strip()
    return SignalNoted(
        signal_id=wish.signal_id, kind=wish.kind, first=wish.first, last=wish.last, expires=wish.expires or wish.last,
        strength_milli=round(wish.steps * MILLI), cashier=cashier, scope=wish.scope, about=about, value=wish.value,
        source=wish.source.strip(),
    )  # fmt: skip


def find_link_fault(sku: Sku, relatives: tuple[Sku, ...], catalogue: Catalogue) -> BadLink | None:
    """Say why a product cannot be linked with others, if so."""
    if len(relatives) > RELATIVES_MAX:
        return BadLink(f"a product may be linked with {RELATIVES_MAX} others")
    if sku in relatives:
        return BadLink("a product cannot be linked with itself")
    unknown = [one for one in (sku, *relatives) if catalogue.find(one) is None]
    return BadLink(f"no product has the number {unknown[0]}") if unknown else None


def _fault_of_days(wish: SignalWish, today: date) -> BadSignal | None:
    if abs((wish.first - today).days) > DAYS_AWAY_MAX:
        return BadSignal("from", f"{wish.first} is more than a year away")
    if wish.last < wish.first:
        return BadSignal("to", "it ends before it begins")
    if (wish.last - wish.first).days >= SIGNAL_DAYS_MAX:
        return BadSignal("to", f"it lasts more than {SIGNAL_DAYS_MAX} days; by then it is usual")
    if wish.expires is not None and not wish.first <= wish.expires <= wish.last:
        return BadSignal(
            "expires", "the day until which it counts must lie between its first and its last day"
        )
    return None


def _fault_of_strength(wish: SignalWish) -> BadSignal | None:
    if not -STEPS_MAX <= wish.steps <= STEPS_MAX:
        return BadSignal("strength", f"the strength must be from -{STEPS_MAX:.0f} to {STEPS_MAX:.0f} steps")
    if not 0 <= wish.value <= VALUE_MAX:
        return BadSignal("value", f"the figure must be from 0 to {VALUE_MAX:,}")
    if not wish.value and not round(wish.steps * MILLI):
        return BadSignal("strength", "say how strong it is, or give the figure that was counted")
    if len(wish.source) > PLACE_MAX or not _is_line(wish.source):
        return BadSignal("source", f"the source may have {PLACE_MAX} letters, on one line")
    return None


def _fault_of_subject(wish: SignalWish, catalogue: Catalogue) -> BadSignal | None:
    about = wish.about.strip()
    match wish.scope:
        case SignalScope.EVERYTHING:
            return None
        case SignalScope.CATEGORY:
            known = {one.category.casefold() for one in catalogue.offered}
            return (
                None if about.casefold() in known else BadSignal("about", f"no category is called “{about}”")
            )
        case SignalScope.PRODUCT:
            found = catalogue.find(Sku(about))
            return None if found else BadSignal("about", f"no product has the number “{about}”")


def _is_line(text: str) -> bool:
    return text.isprintable() or not text
