"""What tills say of the days on which the stall sells, and of what goes on around it that may change what is sold."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from operator import not_
from typing import Annotated

from pydantic import Field

from shared.events.amounts import Amount
from shared.ids import Sku


class SignalKind(StrEnum):
    """What somebody noticed."""

    ATTENDANCE = "attendance"
    SMS = "sms"
    SEARCH = "search"
    SOCIAL = "social"
    WEATHER = "weather"
    LIVESTREAM = "livestream"
    PROMOTION = "promotion"


class SignalScope(StrEnum):
    """What a signal is about."""

    EVERYTHING = "everything"
    CATEGORY = "category"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketDayPlanned:
    """The stall will sell on `day`, whatever its usual weekdays are; a later one of the same day takes its place.

    Hours are on the stall's own clock; a day that closes before it opens goes on past midnight. `visitors` is how many are
    expected at the market, 0 where nobody knows.
    """

    day: date
    cashier: str
    place: Annotated[str, Field(exclude_if=not_)] = ""
    opens: Annotated[time | None, Field(exclude_if=not_)] = None
    closes: Annotated[time | None, Field(exclude_if=not_)] = None
    visitors: Annotated[Amount, Field(exclude_if=not_)] = 0
    note: Annotated[str, Field(exclude_if=not_)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketDayDropped:
    """The stall will not sell on `day`, whatever its usual weekdays are."""

    day: date
    cashier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualDaysChanged:
    """On which weekdays (Monday 0 to Sunday 6) the stall usually sells, and when it opens; without any, the sales tell."""

    weekdays: tuple[Annotated[int, Field(ge=0, le=6)], ...]
    cashier: str
    opens: Annotated[time | None, Field(exclude_if=not_)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalNoted:
    """Something is going on from `first` to `last`, both days included; the same `signal_id` again takes its place.

    `strength_milli` is how much more than usual in thousandths of a step, below zero for less, three steps at most. `value`
    is a figure that was counted (visitors, new opt-ins, a search index); with one, the till works the strength out itself,
    against the figures of that kind before. After `expires` the signal no longer counts. `about` names the category or
    the product, `source` where it was heard.
    """

    signal_id: str
    kind: SignalKind
    first: date
    last: date
    expires: date
    strength_milli: Amount
    cashier: str
    scope: Annotated[SignalScope, Field(exclude_if=lambda scope: scope is SignalScope.EVERYTHING)] = (
        SignalScope.EVERYTHING
    )
    about: Annotated[str, Field(exclude_if=not_)] = ""
    value: Annotated[Amount, Field(exclude_if=not_)] = 0
    source: Annotated[str, Field(exclude_if=not_)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalCancelled:
    """A signal was a mistake, or is over: it counts no longer, not even for what was learned from it."""

    signal_id: str
    cashier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsLinked:
    """The maker says which products are wanted together with `sku`; takes the place of what was said before."""

    sku: Sku
    relatives: tuple[Sku, ...]
    cashier: str
